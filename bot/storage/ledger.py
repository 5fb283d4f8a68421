"""The Ledger over SQLite."""

from bot.storage.channels import ChannelVerbs
from bot.storage.claims import ClaimVerbs
from bot.storage.entries import EntryVerbs
from bot.storage.reactions import ReactionVerbs


class SqliteLedger(ChannelVerbs, ClaimVerbs, EntryVerbs, ReactionVerbs):
    """All its verbs; each set of them has a file."""
