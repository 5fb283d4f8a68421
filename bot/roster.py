"""Every channel there is: those of the configuration file, and those that organisers set up on their platform."""

import logging
from collections.abc import Iterator, Mapping, Sequence

from bot.log import fields
from bot.model import Channel, ChannelName, Setup
from bot.ports import Setups

log = logging.getLogger(__name__)


class Roster(Mapping[ChannelName, Channel]):
    """By name, those of the file first. Live: whoever holds it sees a channel as soon as it is saved."""

    def __init__(self, from_file: Sequence[Channel], setups: Setups) -> None:
        self._from_file = {channel.name: channel for channel in from_file}
        self._store = setups
        self._setups: dict[ChannelName, Setup] = {}
        self._all = dict(self._from_file)

    def __getitem__(self, name: ChannelName) -> Channel:
        return self._all[name]

    def __iter__(self) -> Iterator[ChannelName]:
        # A copy: channels come and go while somebody awaits between two of them.
        return iter(tuple(self._all))

    def __len__(self) -> int:
        return len(self._all)

    async def load(self) -> None:
        """Bring in what is kept; a name that the file has by now is the file's."""
        self._setups = {setup.channel.name: setup for setup in await self._store.all()}
        for name in self._setups.keys() & self._from_file.keys():
            log.warning("set up on its platform and in the configuration; the file wins", extra=fields(channel=name))
        self._merge()

    def from_file(self, name: ChannelName) -> bool:
        return name in self._from_file

    def setup(self, name: ChannelName) -> Setup | None:
        """How it was set up on its platform; None for the file's channels."""
        return None if name in self._from_file else self._setups.get(name)

    def setups(self, space: str) -> Sequence[Setup]:
        """Those of one server or workspace, in the order they were set up."""
        return tuple(setup for setup in self._setups.values() if setup.space == space)

    async def save(self, setup: Setup) -> bool:
        """Keep it, in place of what was there under its name; True for a new one."""
        new = await self._store.save(setup)
        self._setups[setup.channel.name] = setup
        self._merge()
        return new

    async def remove(self, name: ChannelName) -> bool:
        removed = await self._store.remove(name)
        self._setups.pop(name, None)
        self._merge()
        return removed

    def _merge(self) -> None:
        set_up = {name: setup.channel for name, setup in self._setups.items() if name not in self._from_file}
        self._all = self._from_file | set_up
