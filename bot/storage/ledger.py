"""The Ledger over SQLite."""

from bot.storage.channels import ChannelVerbs
from bot.storage.claims import ClaimVerbs
from bot.storage.entries import EntryVerbs
from bot.storage.posted import PostedVerbs
from bot.storage.queue import QueueVerbs
from bot.storage.reactions import ReactionVerbs
from bot.storage.steps import StepVerbs


class SqliteLedger(ChannelVerbs, ClaimVerbs, StepVerbs, QueueVerbs, PostedVerbs, EntryVerbs, ReactionVerbs):
    """All its verbs; each set of them has a file."""
