"""What the configuration says about Discord: its channels, its token, and the addresses of a proxy."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.config import DiscordSettings, Secret, Settings
from bot.errors import ContentError
from bot.model import Channel, Extras, Look, PlatformName, Style

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GhIjKl." + "abcdefghijklmnopqrstuvwxyz_01234567-8"
WITH_TOKEN = {"SEEDBED_DISCORD_TOKEN": TOKEN}
CLUB = "channels:\n  - name: club\n    platform: discord\n    at: 08:30\n    address: '123456789012345678'\n"
GARDEN = 'channels: [{name: garden, platform: web, at: "09:00"}]\n'


class Folder:
    """A project of one configuration file, written anew for each reading."""

    def __init__(self, root: Path) -> None:
        self.path = root / "seedbed.yaml"

    def load(self, text: str, environ: Mapping[str, str] = WITH_TOKEN, **options: Any) -> Settings:
        self.path.write_text(text, encoding="utf-8")
        return config.load(self.path, environ, **options)

    def club(self, more: str = "") -> Channel:
        """A Discord channel with further keys, each on its own line, the first one in line 6."""
        (channel,) = self.load(CLUB + "".join(f"    {line}\n" for line in more.splitlines())).channels
        return channel

    def refused(self, text: str, environ: Mapping[str, str] = WITH_TOKEN) -> list[str]:
        """Its problems, without the path of the file."""
        with pytest.raises(ContentError) as caught:
            self.load(text, environ)
        return [str(problem).removeprefix(f"{self.path}:") for problem in caught.value.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# ---- channels -----------------------------------------------------------------------------------------------------


def test_a_channel_on_discord_has_the_defaults_of_the_model(folder: Folder) -> None:
    channel = folder.club()
    assert (channel.platform, channel.address) == (PlatformName.DISCORD, "123456789012345678")
    assert (channel.look, channel.extras) == (Look(), Extras())


def test_every_key_of_discord_arrives(folder: Folder) -> None:
    channel = folder.club(
        "style: embed\n"
        "role: 223456789012345678\n"
        "thread: true\n"
        "archive_after: 3d\n"
        "reactions: [🌱, ❤️, 👍🏽, 1️⃣, 🏴󠁧󠁢󠁳󠁣󠁴󠁿, 👩‍👩‍👧‍👦, 'sprout:323456789012345678']\n"
        "pin: true\n"
        "crosspost: true"
    )
    assert channel.look == Look(Style.EMBED, "223456789012345678")
    emoji = ("🌱", "❤️", "👍🏽", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👩‍👩‍👧‍👦", "sprout:323456789012345678")
    assert channel.extras == Extras(
        thread=True, archive_after=timedelta(days=3), reactions=emoji, pin=True, crosspost=True
    )
    assert folder.club("tag: Daily").look.tag == "Daily"
    assert folder.club("archive_after: 24h").extras.archive_after == timedelta(days=1)  # a day by another name


def test_an_id_without_quotes_loses_no_digit(folder: Folder) -> None:
    """Other readers of YAML make a number of it, and some round that."""
    text = "channels: [{name: club, platform: discord, at: 08:30, address: %s}]"
    for address in ("123456789012345678", "12345678901234567", "1234567890123456789", "12345678901234567891"):
        assert folder.load(text % address).channels[0].address == address


HOW = "turn on Developer Mode in Discord, right-click the channel, choose Copy Channel ID, and put it in quotes"


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("'#reading'", f'"#reading" is no Discord channel\'s id: {HOW}'),
        ("reading", f'"reading" is no Discord channel\'s id: {HOW}'),
        ("12345", f'"12345" is no Discord channel\'s id: {HOW}'),
        ("'<#123456789012345678>'", '"<#123456789012345678>" is no Discord channel\'s id: write "123456789012345678"'),
        (
            "https://discord.com/channels/1/123456789012345678/9",
            '"https://discord.com/channels/1/123456789…" is no Discord channel\'s id: write "123456789012345678"',
        ),
    ],
)
def test_an_address_that_is_no_id_is_answered_with_how_to_find_one(folder: Folder, address: str, problem: str) -> None:
    text = f"channels: [{{name: club, platform: discord, at: 08:30, address: {address}}}]"
    assert folder.refused(text) == [f"1:55: {problem}"]


def test_a_channel_on_discord_needs_an_address(folder: Folder) -> None:
    text = "channels: [{name: club, platform: discord, at: 08:30}]"
    assert folder.refused(text) == ["1:12: a discord channel needs an address: add address: with the channel's id"]


def test_two_channels_cannot_have_one_address(folder: Folder) -> None:
    """`/seed` there would not know which of the two is asked."""
    text = f"{CLUB}  - {{name: evening, platform: discord, at: 20:00, address: 123456789012345678}}\n"
    expected = "6:51: this is the address of the channel in line 5: give each channel its own"
    assert folder.refused(text) == [expected]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("style: cards", '"style" cannot be "cards": did you mean "card"?'),
        ("role: readers", '"readers" is no role\'s id: turn on Developer Mode'),
        ("role: '<@&223456789012345678>'", 'is no role\'s id: write "223456789012345678"'),
        ("tag: ''", '"tag" is empty or too short: write at least 1 character'),
        ("tag: the excerpt of the day", '"tag" is longer than 20 characters: shorten it'),
        ("thread: yes", '"thread" should be true or false, but is "yes": write true or false, without quotes'),
        ("archive_after: 2d", "Discord cannot put a thread away after 2d: write 1h, 1d, 3d, 7d"),
        ("archive_after: 1 day", '"1 day" is no length of time: write "1d"'),
        ("reactions: [sprout]", '"sprout" is no emoji: write one such as 🌱, or a server\'s own as name:id'),
        ("reactions: [':sprout:']", '":sprout:" is no emoji: write one such as 🌱'),
        ("reactions: ['<:sprout:323456789012345678>']", 'is no emoji: write "sprout:323456789012345678"'),
        ("reactions: ['<a:grow:323456789012345678>']", 'is no emoji: write "grow:323456789012345678"'),
        ("reactions: ['🌱 🌱']", '"🌱 🌱" is no emoji'),
        ("reactions: ['7']", '"7" is no emoji'),
        ("reactions: [漢]", '"漢" is no emoji'),
        ("reactions: ['']", '"" is no emoji'),
        ("reactions: [🌱, 🌱]", '"🌱" is there twice: take one of them out'),
        ("pin: 'true'", '"pin" should be true or false, but is "true"'),
        ("tag: Daily\ncrosspost: true", "a tag is for forums, and Discord publishes posts of announcement channels"),
    ],
)
def test_a_mistake_in_a_key_of_discord_is_one_sentence(folder: Folder, line: str, problem: str) -> None:
    lines = "".join(f"    {one}\n" for one in line.splitlines())
    (told,) = folder.refused(CLUB + lines)
    assert problem in told
    assert re.match("[67]:", told)


def test_a_message_holds_twenty_reactions(folder: Folder) -> None:
    emoji = [chr(ord("🌰") + number) for number in range(21)]
    assert len(folder.club(f"reactions: [{', '.join(emoji[:20])}]").extras.reactions) == 20
    (told,) = folder.refused(f"{CLUB}    reactions: [{', '.join(emoji)}]\n")
    assert told == "6:5: a message holds 20 reactions, and here are 21: leave some out"


@pytest.mark.parametrize(
    "line", ["style: card", "role: x", "tag: x", "thread: true", "archive_after: 1d", "reactions: []", "pin: false",
             "crosspost: true"],
)  # fmt: skip
def test_a_key_of_discord_makes_no_sense_for_another_platform(folder: Folder, line: str) -> None:
    key, _, value = line.partition(": ")
    text = f"channels: [{{name: garden, platform: web, at: 09:00, {key}: {value}}}]"
    names = "Discord or Slack" if key in {"thread", "reactions", "pin"} else "Discord"
    problem = f'1:53: "{key}" is for channels on {names}, and this one is a web channel: take this line out'
    assert problem in folder.refused(text)


# ---- the token ----------------------------------------------------------------------------------------------------


def test_the_token_comes_from_the_variable_or_from_the_file_it_names(folder: Folder, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    for environ in ({"SEEDBED_DISCORD_TOKEN": TOKEN}, {"SEEDBED_DISCORD_TOKEN_FILE": str(file)}):
        settings = folder.load(CLUB, environ)
        assert settings.discord == DiscordSettings(Secret(TOKEN))
        assert settings.secrets == (Secret(TOKEN),)
        assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (f"Bot {TOKEN}", 'it begins with "Bot ": leave that word out, Seedbed adds it'),
        (f'"{TOKEN}"', "there are quotation marks round it: take them out"),
        (f"{TOKEN} {TOKEN}", "there is a space or a line break in it: copy it from the Bot page"),
        (f"{TOKEN}\n\n{TOKEN}", "there is a space or a line break in it"),
        ("123456789012345678", "this is no bot's token, which has three parts with dots between them"),
        ("a.b.c", "this is no bot's token"),
        ("f" * 64, "this is no bot's token"),
    ],
)
def test_what_cannot_be_a_token_is_one_sentence_that_names_the_variable_and_not_the_token(
    folder: Folder, token: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(token)
    for variable, value in (("SEEDBED_DISCORD_TOKEN", token), ("SEEDBED_DISCORD_TOKEN_FILE", str(file))):
        (problem,) = folder.refused(CLUB, {variable: value})
        assert problem.startswith(f"{variable}: {said}")
        assert token not in problem


def test_a_channel_without_a_token_is_one_sentence_however_many_there_are(folder: Folder) -> None:
    text = f"{CLUB}  - {{name: evening, platform: discord, at: 20:00, address: 223456789012345678}}\n"
    expected = "3:5: this channel is on Discord, and no SEEDBED_DISCORD_TOKEN is set: set it, or "
    expected += "SEEDBED_DISCORD_TOKEN_FILE, to your bot's token; docs/discord.md shows where it is"
    assert folder.refused(text, {}) == [expected]
    assert len(folder.load(text, {}, tokens_needed=False).channels) == 2


@pytest.mark.parametrize("text", ["web: {}\n", "channels:\n", "channels: []\n"])
def test_with_a_token_channels_may_be_set_up_on_discord_alone(folder: Folder, text: str) -> None:
    assert folder.load(text).channels == ()
    (problem,) = folder.refused(text, {})
    assert "no channel is listed, and neither SEEDBED_DISCORD_TOKEN nor SEEDBED_SLACK_BOT_TOKEN is set" in problem
    assert "/seedbed setup" in problem


def test_a_platform_is_on_when_a_channel_uses_it_or_its_token_is_set(folder: Folder) -> None:
    web, discord = PlatformName.WEB, PlatformName.DISCORD
    assert folder.load(GARDEN, {}).platforms == {web}
    assert folder.load(GARDEN).platforms == {web, discord}
    assert folder.load(CLUB).platforms == {discord}
    assert folder.load("web: {}", {**WITH_TOKEN, "SEEDBED_WEB_TOKEN": "a-token-for-the-page"}).platforms == {
        web,
        discord,
    }


def test_where_there_is_no_page_nobody_has_to_guard_it(folder: Folder) -> None:
    """A container listens on every network by itself, and a bot on Discord alone has nothing to show there."""
    assert folder.load(CLUB, host="0.0.0.0").web.token is None
    assert folder.load(f"web: {{host: 0.0.0.0}}\n{CLUB}").web.token is None
    (problem,) = folder.refused(f"web: {{host: 0.0.0.0}}\n{GARDEN}")
    assert "SEEDBED_WEB_TOKEN" in problem


# ---- the addresses of a proxy -------------------------------------------------------------------------------------


def test_the_environment_goes_before_the_file(folder: Folder) -> None:
    text = f"discord: {{api_base: 'https://a.example/api/v10/', gateway_url: 'wss://a.example'}}\n{CLUB}"
    discord = folder.load(text).discord
    assert (discord.api_base, discord.gateway_url) == ("https://a.example/api/v10", "wss://a.example")
    environ = {
        **WITH_TOKEN,
        "SEEDBED_DISCORD_API_BASE": "http://127.0.0.1:3000/api/v10",
        "SEEDBED_DISCORD_GATEWAY_URL": "ws://127.0.0.1:3000",
    }
    discord = folder.load(text, environ).discord
    assert (discord.api_base, discord.gateway_url) == ("http://127.0.0.1:3000/api/v10", "ws://127.0.0.1:3000")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "192.168.1.5", "nirn-proxy", "proxy.internal", "[fd00::1]"]
)
def test_a_host_nearby_may_be_spoken_to_in_plain_text(folder: Folder, host: str) -> None:
    text = f"discord: {{api_base: 'http://{host}:3000/api/v10', gateway_url: 'ws://{host}:3000'}}\n{CLUB}"
    assert folder.load(text).discord.gateway_url == f"ws://{host}:3000"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://proxy.example/api/v10", "the bot's token would travel to proxy.example for everybody to read"),
        ("http://8.8.8.8/api/v10", "the bot's token would travel to 8.8.8.8 for everybody to read"),
        ("proxy.example/api", "is no https address: write one such as http://127.0.0.1:3000/api/v10"),
        ("ftp://127.0.0.1", "is no https address"),
        ("https://", "is no https address"),
        ("https://a b/", "is no https address"),
        ("http://127.0.0.1:99999", "is no https address"),
        ("https://me:hidden@proxy.example/api", "this address holds more than a host, a port and a path"),
        ("https://proxy.example/api?key=hidden", "this address holds more than a host, a port and a path"),
        ("", "is no https address"),
    ],
)
def test_an_address_that_is_none_or_would_show_the_token_is_one_sentence(
    folder: Folder, address: str, said: str
) -> None:
    (problem,) = folder.refused(f"discord: {{api_base: '{address}'}}\n{CLUB}")
    assert problem.startswith("1:11: ")
    assert said in problem
    assert "hidden" not in problem
    if address:
        (problem,) = folder.refused(CLUB, {**WITH_TOKEN, "SEEDBED_DISCORD_API_BASE": address})
        assert problem.startswith("SEEDBED_DISCORD_API_BASE: ")
        assert said in problem


def test_the_gateways_address_is_a_websockets(folder: Folder) -> None:
    (problem,) = folder.refused(f"discord: {{gateway_url: 'https://gateway.discord.gg'}}\n{CLUB}")
    assert problem.endswith("is no wss address: write one such as ws://127.0.0.1:3000")
    (problem,) = folder.refused(CLUB, {**WITH_TOKEN, "SEEDBED_DISCORD_GATEWAY_URL": "ws://proxy.example"})
    assert problem.startswith("SEEDBED_DISCORD_GATEWAY_URL: the bot's token would travel to proxy.example")
