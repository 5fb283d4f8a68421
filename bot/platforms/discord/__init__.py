"""Discord as a platform: posts, commands, buttons and reactions, by way of discord.py."""

from bot.platforms.discord.platform import DiscordPlatform

__all__ = ["DiscordPlatform"]
