"""The commands as people and scripts meet them, whether the bot runs or not: what they print, and where."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.e2e.conftest import TEXTS, planted
from tests.e2e.process import Home

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LEDGER_KEYS = [
    "id",
    "channel",
    "kind",
    "slot",
    "seed",
    "state",
    "message_id",
    "due",
    "posted",
    "late",
    "reason",
    "reactions",
]
TWO_CHANNELS = """\
web: {port: 0}
channels:
  - {name: garden, platform: web, at: "09:00", first_post: now}
  - {name: attic, platform: web, at: ["08:30", "20:00"], timezone: America/New_York}
"""


@pytest.fixture(scope="module", params=["running", "stopped"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two channels, of which the first has its post of today; the bot runs, or has run. Tests only look."""
    home = planted(tmp_path_factory.mktemp("place") / "home")
    home.write("seedbed.yaml", TWO_CHANNELS)
    with home.bot() as bot:
        bot.wait_for_log("posted post=1")
        if request.param == "stopped":
            bot.terminate()
        yield home


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """As `place`, where no bot runs."""
    home = planted(tmp_path_factory.mktemp("still") / "home")
    home.write("seedbed.yaml", TWO_CHANNELS)
    with home.bot() as bot:
        bot.wait_for_log("posted post=1")
        bot.terminate()
    return home


def test_posts_is_the_ledger_oldest_first(place: Home) -> None:
    (post,) = place.run("posts", "--json").json()
    assert list(post) == LEDGER_KEYS
    today = datetime.now(UTC).date().isoformat()
    assert post | {"due": "", "posted": "", "seed": "", "slot": ""} == {
        "id": 1,
        "channel": "garden",
        "kind": "daily",
        "slot": "",
        "seed": "",
        "state": "posted",
        "message_id": "1",
        "due": "",
        "posted": "",
        "late": False,
        "reason": None,
        "reactions": {},
    }
    assert post["seed"] in TEXTS
    assert post["slot"] <= f"{today}/1"
    assert MOMENT.fullmatch(post["due"])
    assert MOMENT.fullmatch(post["posted"])
    assert place.run("posts", "--channel", "attic", "--json").json() == []
    assert place.run("posts", "--channel", "garden", "--limit", "5", "--json").json() == [post]


def test_next_lists_the_slots_of_the_days_ahead_soonest_first(place: Home) -> None:
    slots = place.run("next", "--days", "5", "--json").json()
    assert {tuple(slot) for slot in slots} == {("channel", "date", "due", "local", "utc_offset", "late", "note")}
    dues = [slot["due"] for slot in slots]
    assert dues == sorted(dues)
    assert all(MOMENT.fullmatch(due) for due in dues)
    posted = place.posts()[0]["slot"].partition("/")[0]
    garden = [slot["date"] for slot in slots if slot["channel"] == "garden"]
    assert posted not in garden
    assert len(garden) in {4, 5}  # five, should midnight have come since the post
    attic = [slot for slot in slots if slot["channel"] == "attic"]
    assert 8 <= len(attic) <= 10
    for slot in attic:
        local = datetime.fromisoformat(slot["local"] + slot["utc_offset"])
        assert local == datetime.fromisoformat(slot["due"])
        assert slot["local"].startswith(slot["date"])
        assert slot["late"] is False
        assert slot["note"] is None or isinstance(slot["note"], str)
    only = place.run("next", "--days", "5", "--channel", "garden", "--json").json()
    assert only == [slot for slot in slots if slot["channel"] == "garden"]


def test_search_finds_seeds_best_first_and_posts_nothing(place: Home) -> None:
    hits = place.run("search", "plants", "--json").json()
    assert sorted(hit["id"] for hit in hits) == sorted(TEXTS)
    assert {tuple(hit) for hit in hits} == {("id", "title", "score")}
    assert all(isinstance(hit["score"], float) for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert len(place.run("search", "plants", "--limit", "2", "--json").json()) == 2
    best = place.run("search", "the reed bends", "--json").json()[0]
    assert (best["id"], best["title"]) == ("reed", "The reed")
    assert place.run("search", "quantum chromodynamics", "--json").json() == []
    assert len(place.posts()) == 1


def test_search_for_a_channel_puts_what_it_read_last(place: Home) -> None:
    read = place.posts()[0]["seed"]
    assert place.run("search", "plants", "--channel", "garden", "--json").json()[-1]["id"] == read


def test_status_tells_each_channel_and_what_runs(place: Home, request: pytest.FixtureRequest) -> None:
    report = place.run("status", "--json").json()
    assert list(report) == ["database", "running", "channels", "problems"]
    assert report["database"] == str(place.database)
    if "running" in request.node.name:
        assert sorted(report["running"]) == ["address", "host", "pid"]
        assert report["running"]["address"].startswith("http://127.0.0.1:")
    else:
        assert report["running"] is None
    garden, attic = report["channels"]
    assert list(garden) == ["name", "platform", "paused", "blocked", "next", "runway", "outcomes"]
    assert [outcome["state"] for outcome in garden["outcomes"]] == ["posted"]
    assert list(garden["outcomes"][0]) == LEDGER_KEYS
    assert (garden["runway"]["unread"], garden["runway"]["total"], garden["runway"]["low"]) == (2, 3, True)
    assert (attic["outcomes"], attic["paused"], attic["blocked"]) == ([], None, None)


def test_check_finds_nothing_wrong_with_what_is_right(place: Home) -> None:
    assert place.run("check", "--json").json() == {"ok": True, "seeds": 3, "problems": [], "notices": []}


def test_check_reads_what_organisers_approved_as_well(home: Home) -> None:
    """Those seeds are posted like any other, so a mistake that somebody made in one of their files is told too."""
    home.write("data/planted/planted-on-gorse.yaml", "text: Gorse flowers in every month of the year.\n")
    assert home.run("check", "--json").json()["seeds"] == 4
    home.write("data/planted/planted-on-kelp.yaml", "txet: Kelp leans with the tide.\n")
    done = home.run("check")
    assert done.code == 78
    assert "data/planted/planted-on-kelp.yaml:1:1: " in done.err


@pytest.mark.parametrize("what", ["seed", "configuration"])
def test_schema_prints_a_json_schema(home: Home, what: str) -> None:
    schema = home.run("schema", what).json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_health_says_whether_the_bot_is_well(place: Home, request: pytest.FixtureRequest) -> None:
    done = place.run("health", env={"http_proxy": "http://127.0.0.1:1"})
    if "running" in request.node.name:
        assert (done.code, done.out, done.err) == (0, "ok\n", "")
    else:
        assert (done.code, done.sentence) == (69, "no bot runs on this database")


@pytest.mark.parametrize(
    "words", ["check", "next", "posts", "search plants", "status", "preview", "why garden", "why 1", "schema", "--help"]
)
def test_piped_output_is_plain_and_whole(still: Home, words: str) -> None:
    """No colours even where the environment asks for them, no line cut to a width, nothing on standard error."""
    done = still.run(*words.split(), env={"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "COLUMNS": "20"})
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    if words in {"next", "posts", "search plants", "why garden"}:
        rows = [line.split("\t") for line in done.out.splitlines()]
        assert len({len(row) for row in rows}) == 1
        assert len(rows) > 1


def test_preview_shows_the_next_post_and_why_and_spends_nothing(place: Home) -> None:
    shown = place.run("preview", "garden").out
    assert "Answer any one:" in shown
    assert all(f"  {family}: " in shown for family in ("direct", "side", "connect"))
    assert "· 3 seeds in the library" in shown
    assert place.run("preview", "garden").out == shown
    assert len(place.posts()) == 1


def test_preview_shows_any_seed_read_or_not(still: Home) -> None:
    read = still.posts()[0]["seed"]
    for seed, text in TEXTS.items():
        shown = still.run("preview", seed).out
        assert text in shown
        assert ("already read in garden in round 1" in shown) == (seed == read)
    assert "unread in attic" in still.run("preview", read, "--channel", "attic").out


def test_why_explains_a_post_and_the_next_draw(still: Home) -> None:
    story = still.run("why", "1").out
    assert story.startswith("post 1 in garden: posted\n")
    assert "3 seeds in the library" in story
    rows = [line.split("\t") for line in still.run("why", "garden").out.splitlines()]
    assert rows[0] == ["seed", "title", "verdict"]
    verdicts = {row[0]: row[2] for row in rows[1:]}
    assert sorted(verdicts) == sorted(TEXTS)
    assert verdicts[still.posts()[0]["seed"]] == "left out: read in round 1"
    assert sum(verdict.startswith("next in the draw, lot ") for verdict in verdicts.values()) == 1


MISTAKES = {
    "frobnicate": "no such command 'frobnicate'",
    "serch plants": "Did you mean 'search'?",
    "--verison": "--version",
    "posts --jsn": "--json",
    "posts --channel nope": "there is no channel 'nope'; those there are: garden, attic",
    "posts --limit 0": "'--limit'",
    "posts extra": "extra",
    "next --days many": "'--days'",
    "next --channel nope": "those there are: garden, attic",
    "search": "'TOPIC'",
    "search x --channel nope": "those there are: garden, attic",
    "preview mos": "is moss meant?",
    "preview moss --channel nope": "those there are: garden, attic",
    "why nope": "those there are: garden, attic",
    "why 99": "there is no post 99; `seedbed posts` lists them",
    "why 99999999999999999999999999": "there is no post",
    "post": "'CHANNEL'",
    "post nope": "those there are: garden, attic",
    "post garden --seed mos": "there is no seed 'mos' in the library; is moss meant?",
    "skip nope": "those there are: garden, attic",
    "pause nope": "those there are: garden, attic",
    "pause garden --until tomorrow": "--until 'tomorrow' is no date; write it as 2026-12-31",
    "pause garden --until 2020-01-01": "2020-01-01 is not in the future",
    "resume nope": "those there are: garden, attic",
    "queue": "'CHANNEL'",
    "queue nope": "those there are: garden, attic",
    "queue garden mos": "there is no seed 'mos' in the library; is moss meant?",
    "queue garden moss --remove": "moss is not in the queue of garden",
    "queue garden --remove": "name the seed that --remove is to take out",
    "proposals 7": "there is no proposal 7",
    "proposals --approve 7": "there is no proposal 7",
    "proposals --decline 99999999999999999999999999": "there is no proposal",
    "proposals 1 --approve 1": "say one thing at a time",
    "resolve 1": "say either --sent or --resend",
    "resolve 1 --sent --resend": "say either --sent or --resend",
    "resolve 1 --sent": "post 1 is posted, and only `unknown` needs a person to settle it",
    "resolve 99 --resend": "there is no post 99",
    "resolve first --sent": "'POST'",
    "schema posts": "none of 'posts'",
    "run --port 99999": "--port 99999: give a number from 0 to 65535",
    "run --log-level loud": "loud: no such log level; one of debug, info, warning, error",
    "run --host http://x:1": "--host:",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_one_sentence_and_exit_code_64(still: Home, words: str) -> None:
    done = still.run(*words.split())
    assert (done.code, done.out) == (64, "")
    assert MISTAKES[words] in done.sentence


def test_bytes_that_are_no_text_are_searched_for_in_vain(still: Home) -> None:
    """A terminal of another encoding sends such words."""
    done = still.run("search", "\udcff\udcfe")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("nothing matches")


@pytest.mark.parametrize("words", [["help"], ["help", "posts"], ["posts", "-h"], []])
def test_help_is_there_however_it_is_asked_for(home: Home, words: list[str]) -> None:
    done = home.run(*words)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: ")


def test_json_stays_json_where_the_terminal_knows_no_unicode(home: Home) -> None:
    home.write("seeds/moss.yaml", "text: Moss.\ntitle: “Moss” 苔\n")
    done = home.run("search", "moss", "--json", env={"PYTHONIOENCODING": "ascii"})
    assert done.out.isascii()
    assert json.loads(done.out)[0]["title"] == "“Moss” 苔"
    plain = home.run("search", "moss", env={"PYTHONIOENCODING": "ascii"})
    assert (plain.code, plain.err) == (0, "")


def in_shell(home: Home, line: str, **env: str) -> tuple[int, str, str]:
    """A line for bash with `seedbed` in it; its exit code is that of the command that fails first in a pipe."""
    program = f'seedbed() {{ {shlex.join(home.command())} "$@"; }}; set -o pipefail; {line}'
    done = subprocess.run(
        ["bash", "-c", program], cwd=home.root, env=home.environ(env), capture_output=True, timeout=60, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize(
    ("command", "unbuffered"), [("schema", ""), ("preview", "1"), ("posts --json", "1"), ("why garden", ""), ("-h", "")]
)
def test_a_reader_who_leaves_early_is_no_mistake(still: Home, command: str, unbuffered: str) -> None:
    code, out, err = in_shell(still, f"seedbed {command} | head -c 1", PYTHONUNBUFFERED=unbuffered)
    assert (code, len(out), err) == (0, 1, "")


@pytest.mark.parametrize("command", ["schema", "posts", "preview"])
def test_a_result_that_cannot_be_written_is_a_failure(still: Home, command: str) -> None:
    code, _, err = in_shell(still, f"seedbed {command} > /dev/full")
    assert (code, err) == (1, "the result could not be written: No space left on device\n")


def test_closed_streams_are_no_mistake(still: Home) -> None:
    assert in_shell(still, "seedbed posts >&-") == (0, "", "")
    assert in_shell(still, "seedbed posts --channel nope 2>&-") == (64, "", "")
