"""What is hostile, broken or in the way: one clear sentence each, and nothing lost."""

import html
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.process import Home

EVIL = "@everyone <script>alert(1)</script> [x](javascript:alert(1))"
NEWER = "was written by a newer version of Seedbed"
FOREIGN = "is another program's database: choose another file under `database:`"
NO_DATABASE = "is not a database: choose another file under `database:`, or move this one away"
FULL = "database or disk is full; free some space, what was saved is safe"


def only(home: Home, **seeds: str | bytes) -> None:
    """Make these files the whole library."""
    shutil.rmtree(home.seeds)
    for name, content in seeds.items():
        home.write(f"seeds/{name}.yaml", content)


# ---- texts that would do harm ----------------------------------------------------------------------------------------


def test_markup_and_mentions_in_a_seed_are_shown_as_text(home: Home) -> None:
    title, author = "<b>@here</b> & co", '"><img src=x onerror=alert(1)>'
    only(home, evil=json.dumps({"text": EVIL, "title": title, "author": author, "topics": ["<i>evil</i>"]}))
    shown = home.run("preview").out
    assert shown.startswith(f"{title}\n\n{EVIL}\n\n— {author}\n")
    with home.bot() as bot:
        bot.wait_for_log("posted post=1")
        pages = [bot.get(path).text for path in ("/", "/c/garden/ahead", "/c/garden/post/1")]
    for text in (EVIL, title, author):
        assert html.escape(text) in pages[0].replace("&#34;", "&quot;")
    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>@" not in page
        assert 'href="javascript:' not in page
    ledger = home.posts()
    assert [post["state"] for post in ledger] == ["posted"]


ESCAPES = '"red \\e[31m, title \\e]0;owned\\a, csi \\x9b2J, up \\e[99A, del \\x7f, back\\b\\b, override \\u202egnp.exe"'
TOPIC = '"red \\e[31m"'
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def on_a_terminal(home: Home, *words: str, columns: int) -> tuple[int, str]:
    """The exit code of a command whose three streams are a terminal, and what the terminal was sent."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        environ = home.environ({"COLUMNS": str(columns), "TERM": "xterm-256color"})
        with subprocess.Popen(
            home.command(*words), cwd=home.root, env=environ, stdin=theirs, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            sent = b""
            try:
                while chunk := screen.read(65536):
                    sent += chunk
            except OSError:
                pass  # how Linux says that the other end is closed
            code = process.wait(60)
    return code, sent.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A library that would steer a terminal, through texts and through names of files; one seed of it is posted."""
    home = Home(tmp_path_factory.mktemp("steered") / "home")
    home.write("seeds/bell.yaml", f"text: {ESCAPES}\ntitle: {ESCAPES}\ntopics: [{TOPIC}]\nauthor: {ESCAPES}\n")
    home.write("seeds/\x1b[31mred.yaml", "text: a name that steers\n")
    home.write("seeds/raw.yaml", "text: raw \x1b[31m red\n")
    assert home.run("post", "garden").code == 0
    return home


@pytest.mark.parametrize("words", ["preview", "why garden", "search red", "check", "posts", "status"])
def test_escape_sequences_in_a_seed_never_reach_the_terminal(steered: Home, words: str) -> None:
    """Nothing but the colours we chose ourselves."""
    code, sent = on_a_terminal(steered, *words.split(), columns=100)
    assert code in {0, 78}
    assert sent.strip()
    assert STEERING.findall(re.sub(r"\x1b\[[0-9;]*m", "", sent)) == []
    assert "\x1b[31m" not in sent


def test_escape_sequences_never_reach_whoever_reads_the_log(home: Home) -> None:
    only(home, bell=f"text: {ESCAPES}\ntitle: {ESCAPES}\n")
    home.write("seeds/\x1b[31mred.yaml", "text: a name that steers\n")
    with home.bot() as bot:
        bot.wait_for_log("posted")
        ended = bot.terminate()
    assert "red.yaml" in ended.err
    assert STEERING.findall(ended.err) == []


@pytest.mark.parametrize("columns", [60, 100])
def test_a_terminal_gets_colours_and_every_word_whatever_its_width(home: Home, columns: int) -> None:
    """A narrow one is where organisers look from a phone."""
    long = "a-rather-long-name-of-a-seed-that-does-not-fit-into-one-column"
    only(home, **{long: "text: Short.\n"})
    home.run("post", "garden")
    code, sent = on_a_terminal(home, "posts", columns=columns)
    assert code == 0
    assert "\x1b[1m" in sent
    lines = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", sent).splitlines()]
    assert max(map(len, lines)) <= columns
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\dZ", lines[1]), "a date stays in one piece"
    whole = "".join(re.sub(r".*(posted)?  +(?=\S+$)", "", line) for line in lines[1:])
    assert long in whole


# ---- files of the library that cannot be read ------------------------------------------------------------------------

BOMB = "a: &a [lol, lol, lol]\nb: &b [*a, *a, *a, *a]\ntext: [*b, *b, *b, *b]\n"
BROKEN = {
    "a 1 MB line": (b"text: " + b"x" * 1_000_000, ':1:1: "text" has 1,000,000 characters, and 50,000 is the most'),
    "a file over 1 MiB": (b"text: " + b"x" * 1_100_000, ": the file has 1.0 MiB, and 1 MiB is the most that is read"),
    "50,001 characters": (b"text: " + b"x" * 50_001, ':1:1: "text" has 50,001 characters, and 50,000 is the most'),
    "a NUL": (b"text: a\0b\n", ":1:8: there is a NUL byte here: the file is no text, or was damaged"),
    "a YAML bomb": (BOMB.encode(), ':1:4: "&a" is an anchor: remove it'),
    "a deep nest": (b"text: " + b"[" * 100_000, ":1:38: lists and maps are nested deeper than 32"),
    "a tag that runs code": (b"text: !!python/object/apply:os.system [id]\n", ":1:7: the value has a tag (!)"),
    "bytes of another encoding": (b"text: caf\xe9\n", ":1:10: the byte 0xE9 is not UTF-8"),
    "UTF-16": ("text: hello\n".encode("utf-16"), ":1:1: the file is written in UTF-16: save it as UTF-8"),
    "nothing": (b"", ":1:1: there is nothing in this file"),
    "a tab": (b"text: x\n\ttopics: [a]\n", ":2:1: "),
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str]:
    """A library in which every file but one is broken, and what `check` says of it."""
    home = Home(tmp_path_factory.mktemp("broken") / "home")
    home.write("seeds/good.yaml", "text: The good one.\n")
    for name, (content, _) in BROKEN.items():
        home.write(f"seeds/{name}.yaml", content)
    done = home.run("check")
    assert done.code == 78
    return home, done.err


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_told_by_its_place(checked: tuple[Home, str], name: str) -> None:
    said = [line for line in checked[1].splitlines() if line.startswith(f"seeds/{name}.yaml")]
    assert said
    assert said[0].startswith(f"seeds/{name}.yaml{BROKEN[name][1]}")
    assert all(len(line) < 300 for line in said)


def test_the_good_seed_among_broken_files_is_posted_and_the_page_names_them(checked: tuple[Home, str]) -> None:
    home, _ = checked
    with home.bot() as bot:
        bot.wait_for_log("posted post=1")
        assert "The good one." in bot.get("/").text
        ahead = html.unescape(bot.get("/c/garden/ahead").text)
        assert bot.get("/healthz").status == 200
    assert all(f"{name}.yaml" in ahead for name in BROKEN)
    assert [post["seed"] for post in home.posts()] == ["good"]


def test_an_excerpt_of_50_000_characters_is_posted_whole(home: Home) -> None:
    text = ("leaf " * 10_000).strip() + "."
    only(home, long=f"text: {text}\n")
    assert len(text) == 50_000
    assert text in home.run("preview").out
    with home.bot() as bot:
        bot.wait_for_log("posted post=1")
        page = bot.get("/").text
    folded = re.findall(r"<p>(leaf [^<]*)</p>", page)
    assert " ".join(folded) == text


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake(home: Home) -> None:
    home.config.write_bytes(b"\xef\xbb\xbf" + home.config.read_bytes().replace(b"\n", b"\r\n"))
    only(home, windows=b"\xef\xbb\xbftext: |\r\n  One line.\r\n  And another.\r\ntopics: [panes]\r\n")
    assert home.run("check").out == "1 seed, 0 problems, 0 notes\n"
    assert "One line.\nAnd another.\n" in home.run("preview").out


def test_every_mistake_in_the_configuration_is_told_at_once_with_what_is_meant(home: Home) -> None:
    home.write(
        "seedbed.yaml",
        "channels:\n  - name: Book Club\n    platform: webb\n    at: 9:00\n"
        "    timezone: Europe/Berln\n    dais: [mon]\n",
    )
    for command in ("check", "run"):
        done = home.run(command)
        assert done.code == 78
        remedies = ("book-club", '"web"', '"09:00"', "Europe/Berlin", "days")
        for (number, remedy), line in zip(enumerate(remedies, 2), done.err.splitlines(), strict=True):
            assert line.startswith(f"{home.config}:{number}:5: ")
            assert remedy in line
    home.write("seedbed.yaml", "channels:\n\t- name: garden\n")
    assert home.run("run").sentence.startswith(f"{home.config}:2:1: a tab stands where only spaces may indent")


# ---- databases that cannot be used -----------------------------------------------------------------------------------


def version_of(database: Path, *, more: int) -> None:
    with closing(sqlite3.connect(database)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + more}")


def test_a_newer_schema_is_refused_and_left_as_it_is(home: Home) -> None:
    assert home.run("post", "garden").code == 0
    ledger = home.posts()
    version_of(home.database, more=1)
    before = home.database.read_bytes()
    for command in (["run"], ["status", "--json"]):
        done = home.run(*command)
        assert (done.code, done.out) == (1, "")
        assert done.sentence.startswith(f"{home.database} {NEWER} (schema ")
    assert home.database.read_bytes() == before
    version_of(home.database, more=-1)
    assert home.posts() == ledger


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"dear diary\n" * 500, NO_DATABASE), (None, FOREIGN)], ids=["text", "database"]
)
def test_a_file_that_is_not_ours_is_left_as_it_is(home: Home, content: bytes | None, sentence: str) -> None:
    home.database.parent.mkdir()
    if content is None:
        with closing(sqlite3.connect(home.database)) as theirs, theirs:
            theirs.execute("CREATE TABLE diary (entry TEXT)")
    else:
        home.database.write_bytes(content)
    before = home.database.read_bytes()
    for command in ("run", "posts"):
        done = home.run(command)
        assert (done.code, done.out) == (1, "")
        assert done.sentence == f"{home.database} {sentence}"
    assert home.database.read_bytes() == before


@pytest.mark.parametrize("place", ["seedbed.yaml/data/seedbed.db", "seeds"])
def test_a_place_that_no_database_can_be_in_is_one_sentence(home: Home, place: str) -> None:
    home.write("seedbed.yaml", home.config.read_text() + f"database: {place}\n")
    for command in ("run", "posts"):
        done = home.run(command)
        assert (done.code, done.out) == (1, "")
        assert place.rpartition("/")[0] in done.sentence


@pytest.fixture
def mounted(home: Home) -> Iterator[Path]:
    """The data folder as a disk of 1 MB of its own."""
    folder = home.database.parent
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("only who may mount a disk can fill one: run the tests as root to see this")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte free."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return filler


def test_a_read_only_data_folder_is_one_sentence(home: Home, mounted: Path) -> None:
    assert home.run("post", "garden").code == 0
    ledger = home.posts()
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    for command in (["run"], ["post", "garden"]):
        done = home.run(*command)
        assert (done.code, done.out) == (1, "")
        assert str(mounted) in done.sentence
        assert str(os.getuid()) in done.sentence
    subprocess.run(["mount", "-o", "remount,rw", mounted], check=True)
    assert home.posts() == ledger


def test_on_a_full_disk_nothing_is_sent_that_cannot_be_recorded(home: Home, mounted: Path) -> None:
    """A post is due all the time; it is made once there is space to remember it, and once only."""
    only(home)
    home.seeds.mkdir(exist_ok=True)
    with home.bot() as bot:
        filler = fill(mounted)
        home.write("seeds/late.yaml", "text: Worth waiting for.\n")
        bot.wait_for_log(FULL)
        answer = bot.get("/healthz")
        assert answer.status == 503
        assert FULL in json.loads(answer.text)["parts"]["store"]["detail"]
        health = home.run("health")
        assert health.code == 69
        assert FULL in health.sentence
        assert FULL in home.run("post", "garden").sentence
        assert "Worth waiting for." not in bot.get("/").text
        filler.unlink()
        bot.wait_for_log("posted post=")
        assert home.run("health").out == "ok\n"
        assert bot.get("/").text.count("Worth waiting for.") >= 1
        assert "Traceback" not in bot.log
    assert [(post["state"], post["seed"]) for post in home.posts()] == [("posted", "late")]


def test_on_a_full_disk_each_command_says_so_and_nothing_is_lost(home: Home, mounted: Path) -> None:
    assert home.run("post", "garden").code == 0
    ledger = home.posts()
    with closing(sqlite3.connect(home.database)) as busy:
        busy.execute("SELECT * FROM post").fetchone()  # keeps the log of the database from being folded in
        filler = fill(mounted)
        for command in (["post", "garden"], ["skip", "garden"], ["backup", str(mounted / "saved.db")]):
            done = home.run(*command)
            assert (done.code, done.out) == (1, "")
            assert FULL in done.sentence
        assert not (mounted / "saved.db").exists()
        filler.unlink()
    assert home.posts() == ledger
    assert home.run("post", "garden").code == 0
    with closing(sqlite3.connect(home.database)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
