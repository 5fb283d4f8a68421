"""What people do from Slack: slash commands, shortcuts, buttons, forms, and the bot's Home."""

from bot.platforms.slack.commands.table import register

__all__ = ["register"]
