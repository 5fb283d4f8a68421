"""All of it together: every command, button, shortcut, form and event that people cause, and who answers it."""

import re

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.platforms.slack.commands import forget, home, plant, shortcuts
from bot.platforms.slack.commands.operator import Operator
from bot.platforms.slack.commands.presses import Presses
from bot.platforms.slack.commands.seed import Asking
from bot.platforms.slack.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    """Have everything answered that people do in the workspaces of this app."""
    Asking(parts).register(app)
    Presses(parts).register(app)
    Operator(parts).register(app)
    plant.register(app, parts)
    shortcuts.register(app, parts)
    forget.register(app, parts)
    home.register(app, parts)
    # The last one: links and menus of forms tell when they are used, too, and only want to be heard.
    app.action(re.compile(""))(_heard)


async def _heard(ack: AsyncAck) -> None:
    await ack()
