"""The seams: what the core asks of a platform, of the store and of its helpers.

Every docstring here is a promise, and every promise is a test in tests/contract/, run over every adapter.
All instants are aware datetimes in UTC.
"""

from bot.ports.clock import Clock
from bot.ports.ledger import Ledger
from bot.ports.organising import ORGANISERS, Desk, Nursery
from bot.ports.platform import Inbox, Manners, Platform
from bot.ports.reading import Catalogue, LibraryView, Overview, Runway, ShelfItem, Upcoming
from bot.ports.shelf import FileReading, PlacedSeed, Shelf, ShelfChange, Stamp
from bot.ports.store import Board, Memory, Proposals, Setups, Store
from bot.ports.writing import PromptContext, PromptWriter, Searcher

__all__ = [
    "ORGANISERS",
    "Board",
    "Catalogue",
    "Clock",
    "Desk",
    "FileReading",
    "Inbox",
    "Ledger",
    "LibraryView",
    "Manners",
    "Memory",
    "Nursery",
    "Overview",
    "PlacedSeed",
    "Platform",
    "PromptContext",
    "PromptWriter",
    "Proposals",
    "Runway",
    "Searcher",
    "Setups",
    "Shelf",
    "ShelfChange",
    "ShelfItem",
    "Stamp",
    "Store",
    "Upcoming",
]
