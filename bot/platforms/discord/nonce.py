"""The nonce of a message: Discord answers one that it has seen lately with the message of that time."""

from hashlib import sha256

import discord


def nonce_of(client: discord.Client, *parts: object) -> str:
    """24 characters, always the same for the same message of this bot and never for another one."""
    assert client.user is not None, "the client is logged in"
    return sha256("|".join(map(str, (client.user.id, *parts))).encode()).hexdigest()[:24]
