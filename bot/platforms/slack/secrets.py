"""What may lie in the database for years and must be of no use to whoever finds it there."""

import base64
from datetime import datetime, timedelta
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.config import Secret
from bot.errors import SeedbedError

PURPOSE: Final = b"seedbed: tokens of Slack workspaces"  # so that the same key elsewhere opens nothing here


class Sealed(SeedbedError):
    """It does not open: sealed with another key, too long ago, or by nobody of ours."""


class Vault:
    """Seals texts and opens them again, with a key derived from SEEDBED_SLACK_KEY."""

    def __init__(self, key: Secret) -> None:
        derived = HKDF(hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(key.reveal().encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, text: str, now: datetime) -> str:
        """Encrypted and signed, with the time; letters, digits, `-`, `_` and `=` only."""
        return self._fernet.encrypt_at_time(text.encode(), int(now.timestamp())).decode("ascii")

    def unseal(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except (InvalidToken, UnicodeError):
            raise Sealed("it was sealed with another key") from None

    def unseal_fresh(self, sealed: str, age: timedelta, now: datetime) -> str:
        """As `unseal`, for what was sealed no longer than `age` ago."""
        try:
            moment = int(now.timestamp())
            return self._fernet.decrypt_at_time(sealed.encode(), int(age.total_seconds()), moment).decode()
        except (InvalidToken, UnicodeError):
            raise Sealed("it was sealed with another key, or too long ago") from None
