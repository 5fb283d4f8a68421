"""What a log line looks like, and what may never be in one."""

import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.errors import UsageError
from bot.log import LONGEST, MASK, JsonLines, Lines, Mask, configure, fields

SLACK_BOT = "xoxb-" + "123456789012-abcdefABCDEF"
SLACK_APP = "xapp-" + "1-A0123-456-deadbeef"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GhIjKl." + "abcdefghijklmnopqrstuvwxyz_01234567-8"


class Token:
    """A secret as the configuration hands it over."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __str__(self) -> str:
        return MASK

    def reveal(self) -> str:
        return self._value


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """`configure` changes the process; every test leaves it as it found it."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def logged(message: str, *arguments: object, secrets: tuple[str, ...] = (), **values: object) -> str:
    """The line that one call leaves, without its time."""
    stream = io.StringIO()
    configure(secrets=[Token(one) for one in secrets], stream=stream)
    logging.getLogger("bot.test").info(message, *arguments, extra=fields(**values))
    return stream.getvalue().partition(" ")[2].removesuffix("\n")


def raise_with(text: str) -> None:
    raise ValueError(text)


def record(message: str, *arguments: object) -> logging.LogRecord:
    made = logging.LogRecord("bot.test", logging.INFO, __file__, 1, message, arguments, None)
    made.created = datetime(2026, 11, 24, 8, 0, 1, 204000, tzinfo=UTC).timestamp()
    return made


def test_a_line_reads_time_level_logger_message_and_fields() -> None:
    entry = record("posted %s", "late")
    entry.fields = {"channel": "garden", "attempt": 1, "late": True, "reason": None}
    expected = "2026-11-24T08:00:01.204Z INFO bot.test posted late channel=garden attempt=1 late=true reason=null"
    assert Lines(Mask()).format(entry) == expected


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "plain"),
        ("two words", '"two words"'),
        ("", '""'),
        ('say "no"', r'"say \"no\""'),
        ("a=b", '"a=b"'),
        ("back\\slash", r'"back\\slash"'),
        (datetime(2026, 11, 24, 8, tzinfo=UTC), "2026-11-24T08:00:00+00:00"),
        (0.5, "0.5"),
    ],
)
def test_a_value_is_quoted_where_it_would_not_end_at_the_next_space(value: object, shown: str) -> None:
    assert logged("x", key=value) == f"INFO bot.test x key={shown}"


@pytest.mark.parametrize(
    "evil", ["\n", "\r\n", "\x0b", "\x85", "\u2028", "\u2029", "\x1b[2K", "\u202e", "\x00", "\ud800"]
)
def test_text_from_outside_never_starts_a_line_or_moves_the_cursor(evil: str) -> None:
    line = logged("asked for %s", f"a{evil}b", topic=f"c{evil}d")
    assert line.isprintable()
    assert line.startswith("INFO bot.test asked for a\\")


def test_a_json_line_is_one_object_and_keeps_the_types_of_its_fields() -> None:
    stream = io.StringIO()
    configure(json=True, stream=stream)
    logging.getLogger("bot.test").warning("two\nlines", extra=fields(attempt=2, late=False, message="mine", none=None))
    (line,) = stream.getvalue().splitlines()
    read = json.loads(line)
    assert datetime.fromisoformat(read.pop("time")).tzinfo is not None
    assert read == {
        "level": "warning",
        "logger": "bot.test",
        "message": "two\nlines",
        "attempt": 2,
        "late": False,
        "message_": "mine",
        "none": None,
    }


def test_a_terminal_gets_colours_and_a_file_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen, file = Terminal(), io.StringIO()
    for stream in (screen, file):
        configure(stream=stream)
        logging.getLogger("bot.test").error("no", extra=fields(channel="garden"))
    assert "\x1b[31mERROR  \x1b[0m" in screen.getvalue()
    assert "\x1b" not in file.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    configure(stream=plain)
    logging.getLogger("bot.test").error("no")
    assert "\x1b" not in plain.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        SLACK_BOT,
        "xoxp-" + "9999-8888-aaaa",
        "xoxe.xoxp-" + "1-Mi0yLTk5OTk",
        SLACK_APP,
        DISCORD,
        "mfa." + "a1B2" * 10,
    ],
)
def test_a_token_is_masked_wherever_it_turns_up_even_if_nobody_told_of_it(secret: str) -> None:
    line = logged("the token %s is refused", secret, answer=f"refused: {secret}", tried=[secret])
    assert secret not in line
    assert line.count(MASK) == 3


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("wss://wss.example.org/link/?ticket=abc-123&app_id=7", "wss://wss.example.org/link/?ticket=***&app_id=7"),
        ("POST /api/webhooks/123/aB-c_9/messages/5", "POST /api/webhooks/123/***/messages/5"),
        ("POST /interactions/42/aW50ZXJhY3Rpb24/callback", "POST /interactions/42/***/callback"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer ***"),
        ("GET /sign-in?access_token=abc&x=1", "GET /sign-in?access_token=***&x=1"),
        ("http://me:hunter2@proxy.example.org:3128/", "http://me:***@proxy.example.org:3128/"),
    ],
)
def test_the_secret_part_of_an_address_is_masked_and_the_rest_stays_readable(text: str, kept: str) -> None:
    assert logged("request", address=text) in (
        f'INFO bot.test request address="{kept}"',
        f"INFO bot.test request address={kept}",
    )


@pytest.mark.parametrize(
    "text",
    [
        "a bearer of good news, and the bot understands",
        "see https://example.org/webhooks and 12:30@noon",
        "on-the-shortness-of-life.part-02.the-second-of-three",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert logged(text) == f"INFO bot.test {text}"


@pytest.mark.parametrize(
    "secret", ["correct horse battery staple", 'quo"te\\and=more/than?that', "pässwörd-of-the-garden"]
)
def test_a_known_secret_is_masked_in_every_spelling(secret: str) -> None:
    spellings = [secret, repr(secret), json.dumps(secret), f"http://h/?t={quote(secret, safe='')}", {"inner": [secret]}]
    for spelling in spellings:
        line = logged("%s", spelling, secrets=(secret,), note=spelling)
        assert line.count(MASK) == 2, line
    assert MASK in Mask([secret])(secret)


def test_a_field_whose_name_tells_of_a_secret_is_masked_whole() -> None:
    assert logged("x", web_token="ordinary", channel="garden") == "INFO bot.test x web_token=*** channel=garden"


@pytest.mark.parametrize("as_json", [False, True])
def test_a_secret_in_a_traceback_is_masked_and_the_trace_stays_readable(as_json: bool) -> None:
    stream = io.StringIO()
    configure(json=as_json, secrets=[Token("the-page-is-for-us")], stream=stream)
    evil = f"the-page-is-for-us {SLACK_BOT}\n2026-01-01 INFO bot.outbox posted"
    try:
        raise_with(evil)
    except ValueError:
        logging.getLogger("bot.test").exception("failed")
    text = stream.getvalue()
    assert "the-page-is-for-us" not in text
    assert SLACK_BOT not in text
    assert "ValueError: *** xoxb-***" in text
    head, *rest = text.splitlines()
    assert "failed" in head
    assert all(line.startswith("    | ") for line in rest)


@pytest.mark.parametrize("as_json", [False, True])
def test_arguments_that_do_not_fit_still_leave_a_line_and_no_secret(as_json: bool) -> None:
    """Logging's own report of such a mistake prints the arguments as they are."""
    formatter = JsonLines(Mask()) if as_json else Lines(Mask())
    line = formatter.format(record("%d posts for %s", SLACK_BOT))
    assert "%d posts for %s (its arguments do not fit)" in line
    assert SLACK_BOT not in line


def test_a_value_that_cannot_be_printed_still_leaves_a_line() -> None:
    class Shy:
        def __str__(self) -> str:
            raise RuntimeError(SLACK_BOT)

    assert logged("x", who=Shy()) == "INFO bot.test x who=<Shy>"


def test_a_stream_that_is_gone_stops_nothing_and_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    configure(stream=stream)
    stream.close()
    logging.getLogger("bot.test").info("x %s", SLACK_BOT)
    assert capsys.readouterr() == ("", "")


def test_a_line_that_cannot_be_made_is_missed_aloud_but_without_its_arguments() -> None:
    stream = io.StringIO()
    configure(logging.INFO, stream=stream)
    logging.getLogger("bot.test").info("x %s", SLACK_BOT, extra={"fields": {1: SLACK_BOT}})
    assert stream.getvalue().startswith("a log line could not be written: TypeError, bot.test line ")
    assert SLACK_BOT not in stream.getvalue()


def test_a_very_long_text_is_cut() -> None:
    line = logged("asked", topic="x" * 100_000)
    assert len(line) < LONGEST + 100
    assert "(100000 characters)" in line


def test_called_again_it_replaces_its_own_handler_and_no_other() -> None:
    other = logging.NullHandler()
    logging.getLogger().addHandler(other)
    before = len(logging.getLogger().handlers)
    first, second = io.StringIO(), io.StringIO()
    configure(stream=first)
    configure("warning", stream=second)
    logging.getLogger("bot.test").info("unheard")
    logging.getLogger("bot.test").warning("heard")
    assert first.getvalue() == ""
    assert len(second.getvalue().splitlines()) == 1
    assert len(logging.getLogger().handlers) == before + 1
    assert other in logging.getLogger().handlers


def test_loggers_that_tell_of_every_tick_are_quiet_until_debug() -> None:
    stream = io.StringIO()
    configure("info", stream=stream)
    logging.getLogger("apscheduler.scheduler").info("tick")
    assert stream.getvalue() == ""
    configure("debug", stream=stream)
    logging.getLogger("apscheduler.scheduler").info("tick")
    assert "tick" in stream.getvalue()


def test_an_unknown_level_is_one_sentence() -> None:
    with pytest.raises(UsageError, match="loud: no such log level; one of debug, info, warning, error"):
        configure("loud")


def test_python_warnings_become_lines() -> None:
    stream = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        configure(stream=stream)
        warnings.warn(f"careful with {SLACK_BOT}", UserWarning, stacklevel=1)
        logging.captureWarnings(False)
    assert " WARNING py.warnings " in stream.getvalue()
    assert SLACK_BOT not in stream.getvalue()


def test_an_error_nobody_caught_is_logged_without_its_secrets() -> None:
    """Python would print it as it is; a real process shows that it no longer does."""
    script = f"import bot.log; bot.log.configure(); raise ValueError('refused: {SLACK_BOT}')"
    command, root = [sys.executable, "-c", script], Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "CRITICAL bot stopped by an error nobody expected" in done.stderr
    assert "    | ValueError: refused: xoxb-***" in done.stderr
    assert SLACK_BOT not in done.stderr + done.stdout


def test_the_two_kinds_of_line_take_the_same_record() -> None:
    """Formatting must not change the record: another handler may want it too."""
    entry = record("posted %s", SLACK_BOT)
    first = Lines(Mask()).format(entry)
    assert json.loads(JsonLines(Mask()).format(entry))["message"] == "posted xoxb-***"
    assert Lines(Mask()).format(entry) == first
    assert entry.args == (SLACK_BOT,)
