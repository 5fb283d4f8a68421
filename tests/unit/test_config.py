"""The configuration: what a file and the environment mean, and every mistake in them told at once and in its place."""

import json
import os
import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.config import Secret, Settings, WebSettings
from bot.errors import ContentError, UsageError
from bot.model import Channel, ChannelName, Order, PlatformName, WhenExhausted

TOKEN = "a-token-for-the-garden"
GARDEN = 'channels: [{name: garden, platform: web, at: "09:00"}]\n'


class Folder:
    """A project of one configuration file, written anew for each reading."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "config" / "seedbed.yaml"
        self.path.parent.mkdir()

    def load(self, text: str, environ: Mapping[str, str] | None = None, **options: Any) -> Settings:
        self.path.write_text(text, encoding="utf-8")
        return config.load(self.path, environ or {}, **options)

    def channel(self, more: str = "") -> Channel:
        """A channel of the shortest form, with further keys (each on its own line)."""
        lines = "".join(f"\n    {line}" for line in more.splitlines())
        return self.load(f"channels:\n  - name: garden\n    platform: web\n    at: 09:00{lines}\n").channels[0]

    def refused(self, text: str, environ: Mapping[str, str] | None = None, **options: Any) -> list[str]:
        """Its problems, without the path of the file."""
        with pytest.raises(ContentError) as caught:
            self.load(text, environ, **options)
        return [str(problem).removeprefix(f"{self.path}:") for problem in caught.value.problems]

    def refused_channel(self, more: str) -> list[str]:
        with pytest.raises(ContentError) as caught:
            self.channel(more)
        return [str(problem).removeprefix(f"{self.path}:") for problem in caught.value.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# ---- what a channel means -----------------------------------------------------------------------------------------


def test_a_channel_has_the_defaults_of_the_model(folder: Folder) -> None:
    assert folder.channel() == Channel(ChannelName("garden"), PlatformName.WEB, "garden", (time(9),), "Etc/UTC")


def test_every_key_of_a_channel_arrives(folder: Folder) -> None:
    channel = folder.channel(
        "timezone: Europe/Berlin\n"
        "days: [sat, sun]\n"
        "except_dates: [2026-12-24]\n"
        "catch_up: 90m\n"
        "topics: {include: [stoics, ' time ', 1984], exclude: [death]}\n"
        "order: in_order\n"
        "when_exhausted: stop\n"
        "spacing: 30d\n"
        "first_post: now"
    )
    assert channel == Channel(
        name=ChannelName("garden"),
        platform=PlatformName.WEB,
        address="garden",
        times=(time(9),),
        zone="Europe/Berlin",
        days=frozenset({5, 6}),
        except_dates=frozenset({date(2026, 12, 24)}),
        catch_up=timedelta(minutes=90),
        topics_include=frozenset({"stoics", "time", "1984"}),
        topics_exclude=frozenset({"death"}),
        order=Order.IN_ORDER,
        when_exhausted=WhenExhausted.STOP,
        spacing=timedelta(days=30),
        first_post_now=True,
    )


def test_times_come_sorted_whether_in_a_list_or_alone_with_or_without_quotes(folder: Folder) -> None:
    text = 'channels:\n- {name: a, platform: web, at: [20:00, "08:30"]}\n- {name: b, platform: web, at: 07:00}\n'
    first, second = folder.load(text).channels
    assert first.times == (time(8, 30), time(20))
    assert second.times == (time(7),)


def test_two_channels_may_share_the_page(folder: Folder) -> None:
    text = "channels:\n- {name: a, platform: web, at: 07:00}\n- {name: b, platform: web, at: 07:00}\n"
    assert [channel.address for channel in folder.load(text).channels] == ["a", "b"]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("timezone: Berlin", '5:5: "Berlin" is no time zone: did you mean Europe/Berlin?'),
        (
            "timezone: 2",
            '5:5: "2" is no time zone: name a city as Europe/Berlin or America/New_York do, or write Etc/UTC',
        ),
        ("timezone:", "5:5: a text is expected here, but this is empty: write one, or leave the key out"),
        ("days: [mon, monday]", '5:17: "monday" is no day of the week: write mon'),
        ("days: [mon, mon]", '5:17: "mon" is there twice: take one of them out'),
        ("days: []", "5:5: this list is empty: write at least one item"),
        ("except_dates: [24.12.2026]", '5:20: "24.12.2026" is no date: write 2026-12-24'),
        ("catch_up: 36 hours", '5:5: "36 hours" is no length of time: write "36h"'),
        ("catch_up: 6", '5:5: "6" is no length of time: say of what: "6m", "6h" or "6d"'),
        ("catch_up: 8d", '5:5: 8d is too long to catch up: give "7d" or less'),
        ("catch_up: 0h", '5:5: with no time to catch up nothing is ever posted: give "1m" or more'),
        ("spacing: 31d", '5:5: 31d is too long a spacing: give "30d" or less'),
        ("topics: {include: ['']}", "5:24: this topic is empty: write one, or take the item out"),
        (
            "topics: {include: [Stoics], exclude: [stoics]}",
            '5:43: "stoics" is both included and excluded: take it out of one of the two',
        ),
        ("order: shufled", '5:5: "order" cannot be "shufled": did you mean "shuffled"?'),
        ("when_exhausted: new_rounds", '5:5: "when_exhausted" cannot be "new_rounds": did you mean "new_round"?'),
        ("first_post: no", '5:5: "first_post" cannot be "no": did you mean "now"?'),
        ("adress: x", '5:5: unknown key "adress": did you mean "address"?'),
        ("address: x", "5:5: a web channel has no address: it is found by its name: take this line out"),
        ("address:", "5:5: a web channel has no address: it is found by its name: take this line out"),
    ],
)
def test_a_mistake_in_a_channel_is_one_sentence_in_its_place(folder: Folder, more: str, problem: str) -> None:
    assert folder.refused_channel(more) == [problem]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{platform: web, at: 09:00}", '1:13: "name" is missing in "channels", item 1: add name:'),
        ("{name: a, platform: web}", '1:13: "at" is missing in "channels", item 1: add at:'),
        ("{name: a, platform: web, at: 9:00}", '1:38: "9:00" is no time: write "09:00"'),
        ("{name: a, platform: web, at: 900}", '1:38: "900" is no time: write "09:00"'),
        (
            "{name: a, platform: web, at: [09:00, 24:00]}",
            '1:50: "24:00" is no time: write "00:00", the first minute of a day',
        ),
        ("{name: a, platform: web, at: [09:00, 09:00]}", '1:50: "09:00" is there twice: take one of them out'),
        ("{name: a, platform: web, at: }", '1:38: "at" is empty: write a time such as "09:00"'),
        ("{name: a, platform: web, at: []}", "1:38: this list is empty: write at least one item"),
        ("{name: a, platform: wbe, at: 09:00}", '1:23: "platform" cannot be "wbe": did you mean "web"?'),
        (
            "garden",
            (
                '1:13: "channels", item 1 should be a map of keys and values, but is "garden": '
                "write its keys below it, indented"
            ),
        ),
    ],
)
def test_a_mistake_in_what_a_channel_needs_is_one_sentence(folder: Folder, entry: str, problem: str) -> None:
    assert folder.refused(f"channels: [ {entry} ]") == [problem]


@pytest.mark.parametrize(
    ("name", "better"),
    [("Book Club", "book-club"), ("été", "t"), ("-a", "a"), ("a_b", "a-b"), ("x" * 41, "x" * 40), ("!", "garden")],
)
def test_a_name_that_cannot_be_a_key_is_answered_with_one_that_can(folder: Folder, name: str, better: str) -> None:
    (problem,) = folder.refused(f"channels: [{{name: '{name}', platform: web, at: 09:00}}]")
    assert problem.endswith(f'use small letters, digits and hyphens, at most 40, such as "{better}"')
    assert folder.load(f"channels: [{{name: {better}, platform: web, at: 09:00}}]").channels[0].name == better


def test_the_same_name_twice_names_the_first(folder: Folder) -> None:
    """Two channels of one name would share one history."""
    text = "channels:\n- {name: a, platform: web, at: 07:00}\n- {name: a, platform: web, at: 08:00}\n"
    assert folder.refused(text) == ['3:4: the name "a" is taken by the channel in line 2: give each channel its own']


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(folder: Folder) -> None:
    text = """\
libary: seeds
web: {port: 70000, host: 0.0.0.0}
channels:
  - name: Garden
    platform: wbe
    at: ["9:00", "09:00", "09:00"]
    timezone: Berlin
  - name: garden
    platform: web
    at: 09:00
    address: x
  - name: garden
    at: noon
slack: {mode: sockets}
"""
    problems = folder.refused(text, {"SEEDBED_WEB_TOKEN_FILE": "/nowhere/at/all"})
    places = [problem.split(": ")[0] for problem in problems]
    assert places == [
        "1:1", "2:7", "4:5", "5:5", "6:10", "6:27", "7:5", "11:5", "12:5", "12:5", "13:5", "14:9",
        "SEEDBED_WEB_TOKEN_FILE",
    ]  # fmt: skip


# ---- the file as a whole ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "should be a map of keys and values, but is empty"),
        ("# nothing but a comment\n", "should be a map of keys and values, but is empty"),
        ("[]", "should be a map of keys and values, but is a list"),
        ("web: {}\n", "no channel is listed, and neither SEEDBED_DISCORD_TOKEN nor SEEDBED_SLACK_BOT_TOKEN is set:"),
        ("channels:\n", "no channel is listed, and neither SEEDBED_DISCORD_TOKEN nor SEEDBED_SLACK_BOT_TOKEN is set:"),
        (
            "channels: []\n",
            "no channel is listed, and neither SEEDBED_DISCORD_TOKEN nor SEEDBED_SLACK_BOT_TOKEN is set:",
        ),
        ("channels: garden\n", '"channels" should be a list, but is "garden"'),
        ("channels: [\n", "this is not valid YAML"),
        (f"{GARDEN}channels: []\n", '"channels" is given twice'),
        (f"library: ''\n{GARDEN}", '"" is no path'),
        (f'database: "a\\0b"\n{GARDEN}', "is no path"),
        (f"library: ~nobody-of-that-name/x\n{GARDEN}", "nobody knows the home folder in"),
        (f"web:\n{GARDEN}", '"web" should be a map'),
        (f"slack:\n{GARDEN}", '"slack" should be a map'),
        (f"discord:\n{GARDEN}", '"discord" should be a map'),
    ],
)
def test_a_file_that_is_no_configuration_is_one_sentence(folder: Folder, text: str, said: str) -> None:
    (problem,) = folder.refused(text)
    assert said in problem


def test_a_file_that_is_not_there_or_a_folder_is_one_sentence(folder: Folder) -> None:
    for path, said in ((folder.root / "none.yaml", "there is no such file"), (folder.root, "this is a folder")):
        with pytest.raises(ContentError, match=said) as caught:
            config.load(path, {})
        assert len(caught.value.problems) == 1
        assert caught.value.exit_code == 78


def test_paths_count_from_the_folder_above_config_and_else_from_the_files_own(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"library: my/seeds\ndatabase: /var/lib/seedbed.db\n{GARDEN}"
    settings = folder.load(text)
    assert (settings.root, settings.library) == (folder.root, folder.root / "my" / "seeds")
    assert settings.database == Path("/var/lib/seedbed.db")
    beside = folder.root / "bot.yaml"
    beside.write_text(text)
    assert config.load(beside, {}).library == folder.root / "my" / "seeds"
    monkeypatch.chdir(folder.root / "config")
    assert config.load(Path("seedbed.yaml"), {}).library == folder.root / "my" / "seeds"
    assert config.load(Path("../config/seedbed.yaml"), {}).path == folder.path


def test_a_mounted_file_that_is_a_link_counts_from_where_it_was_mounted(folder: Folder) -> None:
    """Orchestrators mount a configuration as a link into a folder with the name of its revision."""
    revision = folder.root / "..2026"
    revision.mkdir()
    (revision / "seedbed.yaml").write_text(GARDEN)
    folder.path.symlink_to(revision / "seedbed.yaml")
    assert config.load(folder.path, {}).library == folder.root / "seeds"


def test_a_path_may_begin_in_the_home_folder(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    assert folder.load(f"library: ~/seeds\n{GARDEN}").library == Path("/home/reader/seeds")


def test_the_command_line_goes_before_the_variable_and_that_before_the_usual_place() -> None:
    environ = {"SEEDBED_CONFIG": "/etc/seedbed.yaml"}
    assert config.find(environ, Path("mine.yaml")) == Path("mine.yaml")
    assert config.find(environ) == Path("/etc/seedbed.yaml")
    assert config.find({}) == config.find({"SEEDBED_CONFIG": ""}) == Path("config/seedbed.yaml")


# ---- where the page listens, and who may see it -------------------------------------------------------------------


def test_the_page_listens_where_it_is_told(folder: Folder) -> None:
    web = folder.load(f"web: {{host: '::1', port: 0, hosts: [Reading.Example.org, 192.0.2.7]}}\n{GARDEN}").web
    assert web == WebSettings("::1", 0, ("reading.example.org", "192.0.2.7"), None)


def test_the_command_line_overrides_the_file(folder: Folder) -> None:
    text = f"web: {{host: localhost, port: 9000}}\n{GARDEN}"
    web = folder.load(text, host="127.0.0.2", port=0).web
    assert (web.host, web.port) == ("127.0.0.2", 0)
    assert folder.load(text).web == WebSettings("localhost", 9000)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"port": -1}, "--port -1: give a number from 0 to 65535"),
        ({"port": 65536}, "--port 65536: give a number from 0 to 65535"),
        ({"host": "http://127.0.0.1:8080/"}, '--host: "http://127.0.0.1:8080/" is more than a host: write "127.0.0.1"'),
        ({"host": ""}, '--host: "" is no host'),
    ],
)
def test_a_mistake_on_the_command_line_is_a_mistake_of_usage(
    folder: Folder, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        folder.load(GARDEN, **options)
    assert caught.value.exit_code == 64


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("http://example.org", 'write "example.org"'),
        ("127.0.0.1:8080", 'write "127.0.0.1"'),
        ("[::1]", 'write "::1"'),
        ("[::1]:8080", 'write "::1"'),
        ("*", 'write "0.0.0.0"'),
        ("*.example.org", "is no host"),
        ("127.0.0.256", "is no host"),
        ("0", "is no host"),
        ("127.1", "is no host"),
        ("two words", "is no host"),
        ("a..b", "is no host"),
        ("", "is no host"),
        ("x" * 300, "is no host"),
    ],
)
def test_what_is_not_just_a_host_is_answered_with_the_host_in_it(folder: Folder, host: str, answer: str) -> None:
    for key in (f"host: '{host}'", f"hosts: ['{host}']"):
        (problem,) = folder.refused(f"web: {{{key}}}\n{GARDEN}", {"SEEDBED_WEB_TOKEN": TOKEN})
        assert answer in problem
    assert any(answer in problem for problem in folder.refused(f"web: {{host: '{host}'}}\n{GARDEN}"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LocalHost", "::ffff:127.0.0.1"])
def test_a_page_for_this_machine_alone_needs_no_token(folder: Folder, host: str) -> None:
    assert folder.load(f"web: {{host: '{host}'}}\n{GARDEN}").web.host == host.lower()
    assert folder.load(GARDEN, host=host).web.host == host.lower()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "reading.example.org", "::ffff:0.0.0.0"])
def test_a_page_that_others_can_reach_demands_a_token(folder: Folder, host: str) -> None:
    text = f"web: {{host: '{host}'}}\n{GARDEN}"
    sentence = f'"{host}" can be reached from other machines, and no SEEDBED_WEB_TOKEN is set: '
    sentence += "set it to at least 16 characters, or listen on 127.0.0.1"
    assert folder.refused(text) == [f"1:7: {sentence}"]
    assert folder.refused(GARDEN, host=host) == [f"--host: {sentence}"]
    assert folder.load(text, {"SEEDBED_WEB_TOKEN": TOKEN}).web.host == host
    assert folder.load(text, host="127.0.0.1").web.token is None


# ---- secrets ------------------------------------------------------------------------------------------------------


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret(TOKEN)
    web = WebSettings(token=secret)
    for shown in (str(secret), repr(secret), f"{secret}", f"{secret!r:>30}", f"{web}", repr([web]), "%s" % web):  # noqa: UP031
        assert TOKEN not in shown
        assert "***" in shown
    with pytest.raises(TypeError):
        json.dumps(secret)
    assert secret.reveal() == TOKEN
    assert secret == Secret(TOKEN)
    assert secret != Secret("another")
    assert len({secret, Secret(TOKEN)}) == 1


def test_the_token_comes_from_the_variable_or_from_the_file_it_names(folder: Folder) -> None:
    file = folder.root / "token"
    file.write_bytes(b"\xef\xbb\xbf" + TOKEN.encode() + b"\r\n")  # as some editors save it
    for environ in ({"SEEDBED_WEB_TOKEN": f"{TOKEN}\n"}, {"SEEDBED_WEB_TOKEN_FILE": str(file)}):
        settings = folder.load(GARDEN, environ)
        assert settings.web.token == Secret(TOKEN)
        assert settings.secrets == (Secret(TOKEN),)
        assert TOKEN not in repr(settings)


def test_a_variable_that_is_empty_counts_as_not_set(folder: Folder) -> None:
    """Container tools pass on what is not set as empty."""
    assert folder.load(GARDEN, {"SEEDBED_WEB_TOKEN": "", "SEEDBED_WEB_TOKEN_FILE": ""}).web.token is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty: write the secret into it"),
        (b"\n", "is empty: write the secret into it"),
        (b"short-one\n", "9 characters can be guessed: use 16 or more"),
        (b"first-line-of-it\nsecond-line-of-it\n", "there is a line break"),
        (b"a-token-\x00-in-the-middle", "there is a line break or another character"),
        (b"\xff\xfea-token-in-latin", "is no text: save it as UTF-8"),
        (b"x" * 5000, "is too long to be a secret"),
    ],
)
def test_a_token_file_that_cannot_be_right_is_one_sentence_without_its_content(
    folder: Folder, content: bytes, said: str
) -> None:
    file = folder.root / "token"
    file.write_bytes(content)
    (problem,) = folder.refused(GARDEN, {"SEEDBED_WEB_TOKEN_FILE": str(file)})
    assert problem.startswith("SEEDBED_WEB_TOKEN_FILE: ")
    assert said in problem
    for part in content.split():
        assert part.decode("latin-1") not in problem


def test_a_token_file_that_cannot_be_read_is_one_sentence(folder: Folder) -> None:
    for path, reason in (
        (folder.root / "none", "No such file"),
        (folder.root, "Is a directory"),
        (Path("a\0b"), "null byte"),
    ):
        (problem,) = folder.refused(GARDEN, {"SEEDBED_WEB_TOKEN_FILE": str(path)})
        assert problem.startswith("SEEDBED_WEB_TOKEN_FILE: ")
        assert reason in problem


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_token_file_of_somebody_else_is_one_sentence(folder: Folder) -> None:
    file = folder.root / "token"
    file.write_text(TOKEN)
    file.chmod(0)
    (problem,) = folder.refused(GARDEN, {"SEEDBED_WEB_TOKEN_FILE": str(file)})
    assert "Permission denied" in problem


def test_both_variables_at_once_are_one_sentence(folder: Folder) -> None:
    environ = {"SEEDBED_WEB_TOKEN": TOKEN, "SEEDBED_WEB_TOKEN_FILE": "/run/secrets/web"}
    expected = ["SEEDBED_WEB_TOKEN: SEEDBED_WEB_TOKEN_FILE is set as well: keep one of the two"]
    assert folder.refused(GARDEN, environ) == expected


@pytest.mark.parametrize("token", ["fifteen-letters", "a token with a\ttab in it", "undecodable \udcff byte"])
def test_a_token_that_cannot_be_right_is_one_sentence_that_does_not_show_it(folder: Folder, token: str) -> None:
    (problem,) = folder.refused(f"web: {{host: 0.0.0.0}}\n{GARDEN}", {"SEEDBED_WEB_TOKEN": token})
    assert problem.startswith("SEEDBED_WEB_TOKEN: ")
    assert token not in problem


SLACK = "xoxb-" + "123456789012-abcdef"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GhIjKl." + "abcdefghijklmnopqrstuvwxyz_01234567-8"


@pytest.mark.parametrize(
    ("text", "place", "variable"),
    [
        (f"web: {{token: {TOKEN}}}\n{GARDEN}", "1:7", "SEEDBED_WEB_TOKEN"),
        (f"{GARDEN}SEEDBED_WEB_TOKEN: {TOKEN}\n", "2:1", "SEEDBED_WEB_TOKEN"),
        (f"password: {TOKEN}\n{GARDEN}", "1:1", "SEEDBED_WEB_TOKEN"),
        (f"discord: {{token: {TOKEN}}}\n{GARDEN}", "1:11", "SEEDBED_DISCORD_TOKEN"),
        (f"slack: {{bot_token: {TOKEN}}}\n{GARDEN}", "1:9", "SEEDBED_SLACK_BOT_TOKEN"),
        (f"slack: {{app_token: {TOKEN}}}\n{GARDEN}", "1:9", "SEEDBED_SLACK_APP_TOKEN"),
        (f"channels: [{{name: a, platform: discord, at: 09:00, token: {TOKEN}}}]\n", "1:52", "SEEDBED_DISCORD_TOKEN"),
        (f"{GARDEN}library: {SLACK}\n", "2:1", "SEEDBED_SLACK_BOT_TOKEN"),
        (f"{GARDEN}database: {DISCORD}\n", "2:1", "SEEDBED_DISCORD_TOKEN"),
        (f"web: {{hosts: [{SLACK}]}}\n{GARDEN}", "1:15", "SEEDBED_SLACK_BOT_TOKEN"),
    ],
)
def test_a_secret_in_the_file_is_refused_by_naming_the_variable_and_is_never_repeated(
    folder: Folder, text: str, place: str, variable: str
) -> None:
    problems = folder.refused(text)
    (told,) = [problem for problem in problems if "a secret stands here" in problem]
    assert told.startswith(f"{place}: ")
    assert f"set {variable} or {variable}_FILE instead" in told
    for secret in (TOKEN, SLACK, DISCORD):
        assert secret not in "\n".join(problems)


@pytest.mark.parametrize("name", ["xoxo-lovers", "token-of-the-day", "secret-garden"])
def test_an_ordinary_name_is_not_taken_for_a_secret(folder: Folder, name: str) -> None:
    assert folder.load(f"channels: [{{name: {name}, platform: web, at: 09:00}}]").channels[0].name == name
