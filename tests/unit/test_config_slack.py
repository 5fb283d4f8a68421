"""What the configuration says about Slack: its channels, two modes, and a secret for everything that needs one."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.config import Secret, Settings, SlackSettings
from bot.errors import ContentError
from bot.model import Channel, Extras, PlatformName

BOT, APP = "xoxb-" + "1000000001-1000000002-abcdefghijkl", "xapp-" + "1-A0123456789-1000000003-abcdef"
SOCKET = {"SEEDBED_SLACK_BOT_TOKEN": BOT, "SEEDBED_SLACK_APP_TOKEN": APP}
SIGNING, CLIENT, KEY = "0123456789abcdef" * 2, "fedcba9876543210" * 2, "thirty-two characters are enough"
HTTP = {
    "SEEDBED_SLACK_SIGNING_SECRET": SIGNING,
    "SEEDBED_SLACK_CLIENT_ID": "1000000001.1000000002",
    "SEEDBED_SLACK_CLIENT_SECRET": CLIENT,
    "SEEDBED_SLACK_KEY": KEY,
}
CLUB = "channels:\n  - name: club\n    platform: slack\n    at: 08:30\n    address: C0123ABCD\n"
HOSTED = "slack: {mode: http, public_url: https://seedbed.example.org}\n"
GARDEN = 'channels: [{name: garden, platform: web, at: "09:00"}]\n'


class Folder:
    """A project of one configuration file, written anew for each reading."""

    def __init__(self, root: Path) -> None:
        self.path = root / "seedbed.yaml"

    def load(self, text: str, environ: Mapping[str, str] = SOCKET, **options: Any) -> Settings:
        self.path.write_text(text, encoding="utf-8")
        return config.load(self.path, environ, **options)

    def club(self, more: str = "") -> Channel:
        """A channel on Slack with further keys, each on its own line, the first one in line 6."""
        (channel,) = self.load(CLUB + "".join(f"    {line}\n" for line in more.splitlines())).channels
        return channel

    def refused(self, text: str, environ: Mapping[str, str] = SOCKET) -> list[str]:
        """Its problems, without the path of the file."""
        with pytest.raises(ContentError) as caught:
            self.load(text, environ)
        return [str(problem).removeprefix(f"{self.path}:") for problem in caught.value.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# ---- channels -----------------------------------------------------------------------------------------------------


def test_a_channel_on_slack_takes_the_steps_that_slack_has(folder: Folder) -> None:
    channel = folder.club("thread: true\nreactions: [🌱, ':seedling:', ':+1::skin-tone-3:']")
    assert (channel.platform, channel.address) == (PlatformName.SLACK, "C0123ABCD")
    assert channel.extras == Extras(thread=True, reactions=("🌱", ":seedling:", ":+1::skin-tone-3:"))
    assert folder.club("pin: true").extras == Extras(pin=True)


@pytest.mark.parametrize("line", ["style: card", "role: x", "tag: x", "archive_after: 1d", "crosspost: true"])
def test_a_key_of_discord_makes_no_sense_on_slack(folder: Folder, line: str) -> None:
    key = line.partition(":")[0]
    told = f'6:5: "{key}" is for channels on Discord, and this one is a slack channel: take this line out'
    assert told in folder.refused(f"{CLUB}    {line}\n")


@pytest.mark.parametrize("address", ["C0123ABCD", "G0123456789", "T0123ABCD/C0123ABCD", "E0123ABCDE/C0123ABCD"])
def test_an_address_is_a_channels_id_with_its_workspaces_before_it_or_without(folder: Folder, address: str) -> None:
    text = f"channels: [{{name: club, platform: slack, at: 08:30, address: {address}}}]"
    assert folder.load(text).channels[0].address == address


HOW = "open the channel in Slack, press its name, and copy the Channel ID at the bottom of About"


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("'#reading'", HOW),
        ("reading", HOW),
        ("c0123abcd", HOW),
        ("U0123ABCD", HOW),
        ("C1", HOW),
        ("T0123ABCD/", HOW),
        ("'<#C0123ABCD|reading>'", 'write "C0123ABCD"'),
        ("https://readers.slack.com/archives/C0123ABCD", 'write "C0123ABCD"'),
        ("https://readers.slack.com/archives/C0123ABCD/p1700000000000000", 'write "C0123ABCD"'),
        ("https://app.slack.com/client/T0123ABCD/C0123ABCD", 'write "C0123ABCD"'),
    ],
)
def test_an_address_that_is_no_id_is_answered_with_how_to_find_one(folder: Folder, address: str, remedy: str) -> None:
    (told,) = folder.refused(f"channels: [{{name: club, platform: slack, at: 08:30, address: {address}}}]")
    assert told.startswith("1:53: ")
    assert "is no Slack channel's id: " in told
    assert told.endswith(remedy)


def test_a_channel_on_slack_needs_an_address(folder: Folder) -> None:
    text = "channels: [{name: club, platform: slack, at: 08:30}]"
    assert folder.refused(text) == ["1:12: a slack channel needs an address: add address: with the channel's id"]


def test_two_channels_cannot_have_one_address_however_it_is_written(folder: Folder) -> None:
    """Both would post there every day."""
    text = f"{CLUB}  - {{name: evening, platform: slack, at: 20:00, address: T0123ABCD/C0123ABCD}}\n"
    expected = "6:49: this is the address of the channel in line 5: give each channel its own"
    assert folder.refused(text) == [expected]


@pytest.mark.parametrize(
    ("emoji", "remedy"),
    [
        ("seedling", 'write ":seedling:"'),
        ("':Seedling:'", 'write ":seedling:"'),
        ("'seedbed:323456789012345678'", "write one such as 🌱, or its name in Slack between colons"),
        ("'🌱 🌱'", "write one such as 🌱"),
        ("'7'", "write one such as 🌱"),
    ],
)
def test_an_emoji_that_slack_does_not_take_is_one_sentence(folder: Folder, emoji: str, remedy: str) -> None:
    (told,) = folder.refused(f"{CLUB}    reactions: [{emoji}]\n")
    assert told.startswith("6:")
    assert f"is no emoji in Slack: {remedy}" in told


# ---- Socket Mode --------------------------------------------------------------------------------------------------


def test_both_tokens_come_from_variables_or_from_files(folder: Folder, tmp_path: Path) -> None:
    for name, token in (("bot", BOT), ("app", APP)):
        (tmp_path / name).write_text(f"{token}\n")
    files = {f"{name}_FILE": str(tmp_path / name.split("_")[2].lower()) for name in SOCKET}
    for environ in (SOCKET, files):
        settings = folder.load(CLUB, environ)
        assert settings.slack == SlackSettings(Secret(BOT), Secret(APP))
        assert settings.secrets == (Secret(BOT), Secret(APP))
        assert settings.platforms == {PlatformName.SLACK}
        assert BOT not in repr(settings)
        assert APP not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("BOT_TOKEN", f"Bearer {BOT}", 'it begins with "Bearer ": leave that word out, Seedbed adds it'),
        ("BOT_TOKEN", f'"{BOT}"', "there are quotation marks round it: take them out"),
        ("BOT_TOKEN", f"{BOT} {BOT}", "there is a space or a line break in it"),
        ("BOT_TOKEN", APP, "this is an app-level token, and a bot's token is needed here: set SEEDBED_SLACK_APP_TOKEN"),
        ("APP_TOKEN", BOT, "this is a bot's token, and an app-level token is needed here: set SEEDBED_SLACK_BOT_TOKEN"),
        ("BOT_TOKEN", "xoxp-" + BOT[5:], "this is not a bot's token, which begins with xoxb-: copy the Bot User OAuth"),
        ("BOT_TOKEN", "xoxe." + BOT, "this token is one that expires, since token rotation is turned on for your app"),
        ("BOT_TOKEN", "xoxb-a_b", "this is not a bot's token"),
        (
            "APP_TOKEN",
            "A0123456789",
            "this is not an app-level token, which begins with xapp-: generate one with conne",
        ),
    ],
)
def test_a_token_that_cannot_be_right_is_one_sentence_that_does_not_show_it(
    folder: Folder, variable: str, value: str, said: str
) -> None:
    (told,) = folder.refused(CLUB, {**SOCKET, f"SEEDBED_SLACK_{variable}": value})
    assert told.startswith(f"SEEDBED_SLACK_{variable}: {said}")
    assert value not in told


def test_a_channel_without_tokens_is_one_sentence_however_many_there_are(folder: Folder) -> None:
    text = f"{CLUB}  - {{name: evening, platform: slack, at: 20:00, address: C0999ABCD}}\n"
    expected = "3:5: this channel is on Slack, and no SEEDBED_SLACK_BOT_TOKEN is set: set SEEDBED_SLACK_BOT_TOKEN and "
    assert folder.refused(text, {}) == [expected + "SEEDBED_SLACK_APP_TOKEN; docs/slack.md shows where they are"]
    assert len(folder.load(text, {}, tokens_needed=False).channels) == 2


@pytest.mark.parametrize("missing", SOCKET)
def test_one_of_two_tokens_is_not_enough(folder: Folder, missing: str) -> None:
    (told,) = folder.refused(GARDEN, {name: text for name, text in SOCKET.items() if name != missing})
    assert told == f"{missing}: it is not set, and Slack's Socket Mode needs it: docs/slack.md shows where it is"


def test_with_tokens_channels_may_be_set_up_on_slack_alone(folder: Folder) -> None:
    assert folder.load("channels: []\n").channels == ()
    assert folder.load("library: seeds\n").platforms == {PlatformName.SLACK}
    assert folder.load(GARDEN).platforms == {PlatformName.WEB, PlatformName.SLACK}
    assert folder.load(GARDEN, {}).platforms == {PlatformName.WEB}


# ---- HTTP mode ----------------------------------------------------------------------------------------------------


def test_http_mode_has_an_address_and_secrets_of_its_own(folder: Folder) -> None:
    text = "slack: {mode: http, public_url: 'https://seedbed.example.org/', host: 0.0.0.0, port: 3100}\n"
    settings = folder.load(text, HTTP)
    assert settings.slack == SlackSettings(
        mode="http",
        host="0.0.0.0",
        port=3100,
        public_url="https://seedbed.example.org",
        signing_secret=Secret(SIGNING),
        client_id="1000000001.1000000002",
        client_secret=Secret(CLIENT),
        key=Secret(KEY),
    )
    assert set(settings.secrets) == {Secret(SIGNING), Secret(CLIENT), Secret(KEY)}
    assert settings.platforms == {PlatformName.SLACK}
    for secret in (SIGNING, CLIENT, KEY):
        assert secret not in repr(settings)


@pytest.mark.parametrize("missing", HTTP)
def test_http_mode_needs_all_of_its_secrets(folder: Folder, missing: str) -> None:
    (told,) = folder.refused(HOSTED, {name: text for name, text in HTTP.items() if name != missing})
    assert told == f"{missing}: it is not set, and Slack's HTTP mode needs it: docs/slack.md shows where it is"


def test_http_mode_without_any_secret_names_them_all(folder: Folder) -> None:
    assert [one.partition(":")[0] for one in folder.refused(HOSTED, {})] == list(HTTP)


@pytest.mark.parametrize("variable", SOCKET)
def test_a_token_of_socket_mode_is_not_silently_left_alone_in_http_mode(folder: Folder, variable: str) -> None:
    (told,) = folder.refused(HOSTED, {**HTTP, variable: SOCKET[variable]})
    assert told.startswith(f"{variable}: HTTP mode has a token of its own for each workspace")


def test_secrets_of_http_mode_without_the_mode_say_what_to_write(folder: Folder) -> None:
    (told,) = folder.refused(GARDEN, HTTP)
    assert told.startswith("SEEDBED_SLACK_SIGNING_SECRET: it is for Slack's HTTP mode, and ")
    assert told.endswith("write mode: http and public_url: below slack:")
    assert folder.load(GARDEN, {**HTTP, **SOCKET}).slack.mode == "socket", "whoever has both may change the mode alone"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SIGNING_SECRET", "short", "this is no signing secret"),
        ("SIGNING_SECRET", BOT, "this is no signing secret"),
        ("CLIENT_SECRET", f"{CLIENT} ", "there is a space or a line break in it"),
        ("CLIENT_SECRET", APP, "this is no client secret"),
        ("CLIENT_ID", CLIENT, "this is no client id, which is two numbers with a dot between them"),
        ("KEY", "thirty-one characters too short", "31 characters are too few for a key: make one with: openssl rand"),
        ("KEY", "short", "5 characters can be guessed"),
    ],
)
def test_a_secret_of_http_mode_that_cannot_be_right_is_one_sentence(
    folder: Folder, variable: str, value: str, said: str
) -> None:
    (told,) = folder.refused(HOSTED, {**HTTP, f"SEEDBED_SLACK_{variable}": value})
    assert told.startswith(f"SEEDBED_SLACK_{variable}: {said}")
    assert value not in told


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("{mode: http}", "1:9: in HTTP mode Slack sends to this bot, and nothing says where that is: add public_url:"),
        ("{mode: https}", '1:9: "mode" cannot be "https": did you mean "http"?'),
        ("{public_url: https://seedbed.example.org}", '1:9: "public_url" is for HTTP mode: add mode: http'),
        ("{mode: socket, port: 3100}", '1:23: "port" is for HTTP mode'),
        (
            "{mode: http, public_url: http://seedbed.example.org}",
            "Slack sends to encrypted addresses only: write https",
        ),
        ("{mode: http, public_url: seedbed.example.org}", "this is no https address"),
        ("{mode: http, public_url: https://seedbed.example.org/bot}", "this address holds more than a host and a port"),
        ("{mode: http, public_url: https://me:hidden@example.org}", "this address holds more than a host and a port"),
        ("{key: hidden}", 'unknown key "key"'),
        ("{signing_secret: hidden}", "set SEEDBED_SLACK_SIGNING_SECRET or SEEDBED_SLACK_SIGNING_SECRET_FILE instead"),
        ("{client_secret: hidden}", "set SEEDBED_SLACK_CLIENT_SECRET or SEEDBED_SLACK_CLIENT_SECRET_FILE instead"),
    ],
)
def test_a_mistake_in_the_section_is_one_sentence(folder: Folder, section: str, said: str) -> None:
    environ = HTTP if "mode: http," in section or section == "{mode: http}" else SOCKET
    (told,) = folder.refused(f"slack: {section}\n{GARDEN}", environ)
    assert said in told
    assert "hidden" not in told


def test_in_http_mode_a_channel_says_which_workspace_it_is_in(folder: Folder) -> None:
    (told,) = folder.refused(HOSTED + CLUB, HTTP)
    assert re.match("6:5: in HTTP mode there may be many workspaces", told)
    assert told.endswith('write the workspace\'s id before it, such as "T0123ABCD/C0123ABCD"')
    text = HOSTED + CLUB.replace("C0123ABCD", "T0123ABCD/C0123ABCD")
    assert folder.load(text, HTTP).channels[0].address == "T0123ABCD/C0123ABCD"


# ---- a proxy ------------------------------------------------------------------------------------------------------


def test_the_environment_goes_before_the_file(folder: Folder) -> None:
    text = f"slack: {{api_base: 'https://a.example/api/'}}\n{CLUB}"
    assert folder.load(text).slack.api_base == "https://a.example/api"
    environ = {**SOCKET, "SEEDBED_SLACK_API_BASE": "http://127.0.0.1:3000/api/"}
    assert folder.load(text, environ).slack.api_base == "http://127.0.0.1:3000/api"


def test_a_proxy_elsewhere_is_spoken_to_encrypted(folder: Folder) -> None:
    """The token goes there."""
    (told,) = folder.refused(CLUB, {**SOCKET, "SEEDBED_SLACK_API_BASE": "http://proxy.example/api"})
    assert told.startswith("SEEDBED_SLACK_API_BASE: the bot's token would travel to proxy.example for everybody")
