"""config/seedbed.yaml and the environment's secrets -> Settings."""

from bot.config.secret import Secret
from bot.config.settings import DiscordSettings, Settings, SlackSettings, WebSettings, find, load
from bot.config.shape import json_schema

__all__ = [
    "DiscordSettings",
    "Secret",
    "Settings",
    "SlackSettings",
    "WebSettings",
    "find",
    "json_schema",
    "load",
]
