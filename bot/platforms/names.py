"""The names that channels which are set up on their platform have in the ledger: each a history of its own."""

import re
import unicodedata

from bot.model import Channel, ChannelName, PlatformName
from bot.ports import Memory, Overview

LONGEST = 40  # characters
ROOM = 5  # of them for a number


async def name_for(memory: Memory, overview: Overview, platform: PlatformName, title: str, address: str) -> ChannelName:
    """The name that this place had before; else its title in plain letters, numbered where that was ever taken."""
    kept = _kept(platform)
    places = await memory.recall_all(kept)
    used = {str(channel.name) for channel in overview.channels()}
    before = next((key.removeprefix(kept) for key, place in places.items() if place == address), None)
    if before is not None and before not in used:
        return ChannelName(before)
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")[: LONGEST - ROOM].strip("-") or "channel"
    name, count = slug, 1
    while name in used or kept + name in places:
        count += 1
        name = f"{slug}-{count}"
    return ChannelName(name)


async def keep(memory: Memory, channel: Channel) -> None:
    """Its history is this place's from now on."""
    await memory.keep(_kept(channel.platform) + channel.name, channel.address)


def _kept(platform: PlatformName) -> str:
    """In Memory, before a name: the address whose history is kept under it; no other ever takes it over."""
    return f"{platform}/name/"
