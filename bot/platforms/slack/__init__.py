"""Slack as a platform: posts, commands, buttons and reactions, by way of Bolt and its SDK."""

from bot.platforms.slack.platform import SlackPlatform

__all__ = ["SlackPlatform"]
