"""Names for people who are counted and not known: a keyed hash, another one on every message.

Nobody can tell from the database who reacted, nor that two reactions on different messages are of one person.
"""

import hmac
import secrets

from bot.ports import Memory

KEY_BYTES = 32
SHOWN = 24  # hexadecimal digits: enough that no two people on a message are ever taken for one


class Pseudonyms:
    """With one key for all; it never leaves the database."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "Pseudonyms(***)"

    @classmethod
    async def load(cls, memory: Memory, name: str) -> "Pseudonyms":
        """With the key kept under this name; a new one where there is none."""
        kept = await memory.recall(name)
        if kept is None:
            kept = secrets.token_hex(KEY_BYTES)
            await memory.keep(name, kept)
        return cls(bytes.fromhex(kept))

    def of(self, message: str, user: str) -> str:
        """What a person is called on one message, always the same."""
        return hmac.digest(self._key, f"{message}/{user}".encode(), "sha256").hex()[:SHOWN]
