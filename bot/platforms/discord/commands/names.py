"""The names that channels which are set up on Discord have in the ledger: each a history of its own."""

import re
import unicodedata

from bot.model import Channel, ChannelName
from bot.platforms.discord.parts import Parts

KEPT = "discord/name/"  # in Memory: the address whose history is kept under a name; no other ever takes it over
LONGEST = 40  # characters
ROOM = 5  # of them for a number


async def name_for(parts: Parts, title: str, address: str) -> ChannelName:
    """The name that this place had before; else its title in plain letters, numbered where that was ever taken."""
    places = await parts.memory.recall_all(KEPT)
    used = {str(channel.name) for channel in parts.overview.channels()}
    before = next((key.removeprefix(KEPT) for key, place in places.items() if place == address), None)
    if before is not None and before not in used:
        return ChannelName(before)
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")[: LONGEST - ROOM].strip("-") or "channel"
    name, count = slug, 1
    while name in used or KEPT + name in places:
        count += 1
        name = f"{slug}-{count}"
    return ChannelName(name)


async def keep(parts: Parts, channel: Channel) -> None:
    """Its history is this place's from now on."""
    await parts.memory.keep(KEPT + channel.name, channel.address)
