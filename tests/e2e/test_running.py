"""The life of `run`: how it starts, what it refuses, and how it ends."""

import os
import re
import shutil
import signal
import socket
import subprocess
from contextlib import closing

import pytest

from tests.e2e.conftest import TEXTS
from tests.e2e.process import Home

STOPPED = re.compile(r"stopped part=(\w+) seconds=[\d.]+")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_step_by_step_in_reverse_order(home: Home, number: signal.Signals) -> None:
    with home.bot() as bot:
        bot.send(number)
        ended = bot.wait(10)  # the promise: within ten seconds
    assert ended.code == 0
    assert ended.out == f"ready {bot.address}\n"
    assert STOPPED.findall(ended.err) == ["heart", "outbox", "steps", "web", "store"]
    assert ended.err.index("stopping") < ended.err.index("stopped")
    assert "Traceback" not in ended.err
    assert sorted(path.name for path in home.database.parent.iterdir()) == ["seedbed.db", "seedbed.db.lock"]


def test_readers_with_an_open_tab_do_not_hold_up_the_end(home: Home) -> None:
    with home.bot() as bot:
        host, port = bot.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=60) as tab:
            tab.sendall(f"GET /c/garden/events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            assert tab.recv(4096).startswith(b"HTTP/1.1 200")
            bot.send(signal.SIGTERM)
            assert bot.wait(10).code == 0


def test_a_second_signal_ends_it_at_once(home: Home) -> None:
    """A request that never ends keeps the page from stopping for a while, and a person may not want to wait."""
    with home.bot() as bot:
        host, port = bot.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=60) as slow:
            head = f"POST /c/garden/seed HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {bot.address}\r\n"
            slow.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n".encode())
            slow.sendall(b"Expect: 100-continue\r\n\r\n")
            assert slow.recv(4096)  # it has begun to read what never comes
            bot.send(signal.SIGTERM)
            bot.wait_for_log("stopped part=outbox")
            bot.send(signal.SIGTERM)
            ended = bot.wait(10)
    assert ended.code == 1
    assert "part=store" not in ended.err


def test_a_second_run_on_the_same_database_names_the_first(home: Home) -> None:
    with home.bot() as bot:
        second = home.run("run")
        assert (second.code, second.out) == (1, "")
        assert second.sentence.startswith(f"{home.database} is in use by process {bot.pid} on ")
        assert second.sentence.endswith(f", {bot.address}; stop that one first")
        assert bot.get("/healthz").status == 200
    with home.bot():  # one that was killed is in nobody's way
        assert len(home.posts()) == 1


def test_a_port_in_use_is_one_sentence_and_exit_code_69(home: Home) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = home.run("run", "--port", str(port))
    assert (done.code, done.out) == (69, "")
    last = done.err.splitlines()[-1]
    assert last.startswith(f"web: cannot listen on 127.0.0.1:{port} (")
    assert last.endswith("stop the program that does, or choose another web.port")
    assert "Traceback" not in done.err


def test_the_address_on_the_command_line_wins(home: Home) -> None:
    with home.bot("--host", "localhost", "--port", "0") as bot:
        assert re.fullmatch(r"http://(127\.0\.0\.1|\[::1\]|localhost):\d+", bot.address)
        assert bot.get("/").status == 200


def test_nobody_else_can_reach_the_page_without_a_token(home: Home) -> None:
    done = home.run("run", "--host", "0.0.0.0")
    assert (done.code, done.out) == (78, "")
    assert "no SEEDBED_WEB_TOKEN is set" in done.sentence
    assert not home.database.exists()
    token = "correct-horse-battery"
    with home.bot("--host", "0.0.0.0", env={"SEEDBED_WEB_TOKEN": token}) as bot:
        page = bot.get("/")
        assert page.status == 401
        shown = page.text + bot.get("/c/garden/state").text + bot.get("/c/garden/ahead").text
        assert not any(text in shown for text in TEXTS.values())
        assert bot.get("/healthz").status == 200
        assert home.run("health", env={"SEEDBED_WEB_TOKEN": token}).out == "ok\n"
        assert token not in page.text + bot.log


def test_a_short_token_is_refused_and_never_repeated(home: Home) -> None:
    done = home.run("run", env={"SEEDBED_WEB_TOKEN": "hunter2"})
    assert done.code == 78
    assert done.sentence == "SEEDBED_WEB_TOKEN: 7 characters can be guessed: use 16 or more"


@pytest.mark.parametrize("armed", ["after_lunch", "after_claim:soon"])
def test_an_unknown_failpoint_is_refused(home: Home, armed: str) -> None:
    """A test with a typo in it would pass for the wrong reason."""
    done = home.run("run", env={"SEEDBED_FAILPOINT": armed})
    assert done.code == 64
    assert done.sentence.startswith(f"SEEDBED_FAILPOINT={armed}: no such failpoint; one of after_pick, ")


def test_without_a_configuration_it_says_which_file_it_looked_for(home: Home) -> None:
    home.config.unlink()
    done = home.run("run", env={"SEEDBED_CONFIG": ""})
    assert done.code == 78
    assert done.sentence == "config/seedbed.yaml: there is no such file: check the name, or put it back"


def test_a_missing_library_is_one_sentence_and_an_empty_one_waits(home: Home) -> None:
    shutil.rmtree(home.seeds)
    done = home.run("run")
    assert done.code == 78
    assert done.err.splitlines()[-1].startswith(f"{home.seeds}: there is no such folder: ")
    home.seeds.mkdir()
    with home.bot() as bot:
        assert "waiting" in bot.wait_for_log("no seed")
        assert bot.get("/").status == 200
        assert bot.get("/c/garden/ahead").status == 200
        home.write("seeds/first.yaml", "text: The very first seed.")
        bot.wait_for_log("posted post=1 channel=garden seed=first")
        assert "The very first seed." in bot.get("/").text


def test_files_that_are_renamed_or_broken_while_it_runs_lose_nothing(home: Home) -> None:
    with home.bot() as bot:
        bot.wait_for_log("posted post=1")
        read = home.posts()[0]["seed"]
        (home.seeds / f"{read}.yaml").rename(home.seeds / "renamed.yaml")
        home.write("seeds/deep/down/sub.yaml", "text: In a folder below.")
        home.write("seeds/broken.yaml", "text: Good.\ntopic: [oops]\n")
        bot.wait_for_log("left out of the library: seeds/broken.yaml:2:1: ")
        report = home.run("status", "--json").json()
        assert report["channels"][0]["runway"]["unread"] == 3  # the renamed one is still read
        assert [problem["path"] for problem in report["problems"]] == ["seeds/broken.yaml"]
        assert home.run("search", "folder below").err == "1 problem in the library; `seedbed check` tells all\n"
        home.write("seeds/broken.yaml", "text: Good.\ntopics: [fixed]\n")
        bot.wait_for_log("1 problem(s) in the library are settled")
        assert home.run("search", "fixed", "--json").json()[0]["id"] == "broken"


def test_a_reader_who_leaves_before_it_is_ready_does_not_end_it(home: Home) -> None:
    """As `run | true` does; a supervisor may close what it does not read."""
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        home.command("run"), cwd=home.root, env=home.environ(), stdout=writing, stderr=subprocess.PIPE
    ) as process:
        try:
            os.close(writing)
            assert process.stderr is not None
            first = process.stderr.readline()
            assert b"posted" in first  # just before it says that it is ready
            assert home.run("health").code == 0
            process.terminate()
            rest = process.stderr.read()
            assert (process.wait(60), b"Traceback" in rest) == (0, False)
        finally:
            process.kill()
