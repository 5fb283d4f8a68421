"""What every part of the adapter is handed: the seams to the core, and how people are spoken to."""

from dataclasses import dataclass

from bot.platforms.slack.workspaces import Workspaces
from bot.platforms.words import Words
from bot.ports import Clock, Desk, Inbox, Memory, Nursery, Overview


@dataclass(frozen=True, slots=True)
class Parts:
    """Made when the bot starts, and the same for all its life."""

    overview: Overview
    inbox: Inbox
    desk: Desk
    nursery: Nursery
    memory: Memory
    words: Words
    clock: Clock
    workspaces: Workspaces
