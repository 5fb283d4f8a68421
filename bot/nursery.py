"""Members' cuttings, from the proposal to a file of the library.

A cutting that is approved becomes a file in the folder `planted` beside the database, which the librarian reads as it
reads the library; `seedbed export` moves such files into the library itself. The row in the store is written after
the file: of a process that ends between the two the file is left, and approving once more finds it.
"""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bot import library
from bot.errors import ContentError, SeedbedError, UsageError
from bot.log import fields
from bot.model import Cutting, Decision, MessageId, Proposal, Seed, SeedId
from bot.ports import ORGANISERS, Clock, Stamp, Store

log = logging.getLogger(__name__)

PREFIX, SUFFIX = "planted-", ".yaml"  # of the files made here
UNNAMED = SeedId("cutting")  # the id of a seed that is only tried


class TakesIn(Protocol):
    """Who looks at the files and takes in what is new."""

    async def refresh(self) -> None: ...


class SeedNursery:
    """Implements the Nursery."""

    def __init__(self, store: Store, librarian: TakesIn, planted: Path, clock: Clock) -> None:
        self._proposals = store.proposals
        self._memory = store.memory
        self._shelf = store.shelf
        self._librarian = librarian
        self._planted = planted
        self._clock = clock
        self._deciding = asyncio.Lock()

    async def restore(self) -> None:
        """Write the files of approved cuttings that are missing, as from a backup of the database alone."""
        missing = [one for one in await self._proposals.approved() if one.seed and not self._file(one.seed).exists()]
        for proposal in missing:
            assert proposal.seed is not None
            try:
                await self._write(library.seed_of(proposal.cutting, proposal.seed))
            except (ContentError, SeedbedError) as error:
                # The bot is of use without it, and the row keeps the text.
                log.error("an approved cutting is not in the library", extra=fields(seed=proposal.seed, reason=error))  # noqa: TRY400
            else:
                log.warning("the file of an approved cutting was missing", extra=fields(seed=proposal.seed))
        if missing:  # and in that instant another process may have exported one
            still = {one.seed for one in await self._proposals.approved()}
            for proposal in missing:
                if proposal.seed and proposal.seed not in still:
                    self._file(proposal.seed).unlink(missing_ok=True)

    # ---- where it is asked -----------------------------------------------------------------------------------------

    async def organisers(self, space: str) -> str | None:
        return await self._memory.recall(ORGANISERS + space)

    async def set_organisers(self, space: str, address: str | None) -> None:
        if address is None:
            await self._memory.drop(ORGANISERS + space)
        else:
            await self._memory.keep(ORGANISERS + space, address)

    # ---- a cutting, until it is decided on -------------------------------------------------------------------------

    async def propose(self, space: str, by: str, cutting: Cutting) -> Proposal:
        seed = _tried(cutting)
        await self._must_be_new(seed.fingerprint)
        if seed.fingerprint in {_fingerprint(other.cutting) for other in await self._proposals.waiting(space)}:
            raise UsageError("this text was proposed already, and waits for the organisers to decide")
        return await self._proposals.add(space, by, library.tidied(cutting), self._clock.now())

    async def proposal(self, number: int) -> Proposal | None:
        return await self._proposals.get(number)

    async def waiting(self, space: str | None) -> Sequence[Proposal]:
        return await self._proposals.waiting(space)

    async def noted(self, number: int, card: MessageId) -> None:
        await self._proposals.note_card(number, card)

    async def revise(self, number: int, cutting: Cutting) -> Proposal:
        async with self._deciding:
            await self._must_be_new(_tried(cutting).fingerprint)
            left = await self._left_behind(_fingerprint((await self._found(number)).cutting))
            if not await self._proposals.revise(number, library.tidied(cutting)):
                raise UsageError(f"proposal {number} was {(await self._found(number)).decision} already")
            if left:
                self._file(left).unlink(missing_ok=True)
            return await self._found(number)

    # ---- the decision ----------------------------------------------------------------------------------------------

    async def approve(self, number: int) -> Proposal:
        async with self._deciding:
            proposal = await self._found(number)
            if proposal.decision is Decision.WAITING:
                await self._plant(proposal)
                await self._librarian.refresh()
            return await self._found(number)

    async def decline(self, number: int) -> Proposal:
        async with self._deciding:
            proposal = await self._found(number)
            left = await self._left_behind(_fingerprint(proposal.cutting))
            if await self._proposals.decide(number, Decision.DECLINED, None, self._clock.now()) and left:
                self._file(left).unlink(missing_ok=True)
            return await self._found(number)

    async def forget_member(self, user: str) -> int:
        return await self._proposals.forget_member(user)

    async def export(self, folder: Path) -> Sequence[Path]:
        """Move every file made here into a folder of the library; where each is now. Cut short, it can be repeated.

        UsageError where another file has the name of one: then nothing is moved.
        """
        async with self._deciding:
            numbers = {one.seed: one.id for one in await self._proposals.approved()}
            files = sorted(self._planted.glob(f"*{SUFFIX}"))
            targets = [folder / file.name for file in files]
            for file, target in zip(files, targets, strict=True):
                _must_not_be_another(file, target)
            for file, target in zip(files, targets, strict=True):
                await asyncio.to_thread(_copy, file, target)
                if (number := numbers.get(SeedId(file.stem))) is not None:
                    await self._proposals.exported(number)
                file.unlink(missing_ok=True)
            await self._librarian.refresh()
            return targets

    async def _plant(self, proposal: Proposal) -> None:
        """Its file, then the decision."""
        tried = _tried(proposal.cutting)
        name = await self._left_behind(tried.fingerprint)
        if name is None:
            await self._must_be_new(tried.fingerprint)
            name = await self._free_id(tried)
            await self._write(library.seed_of(proposal.cutting, name))
        if await self._proposals.decide(proposal.id, Decision.APPROVED, name, self._clock.now()):
            log.info("planted", extra=fields(proposal=proposal.id, seed=name))
            return
        # Another process decided meanwhile, and its word stands.
        if (await self._found(proposal.id)).seed != name:
            self._file(name).unlink(missing_ok=True)

    async def _left_behind(self, fingerprint: str) -> SeedId | None:
        """The id under which an approval that was cut short left this text in the folder."""
        held = await self._shelf.holds(fingerprint)
        if held is None or not (held.startswith(PREFIX) and self._file(held).exists()):
            return None
        return None if any(one.seed == held for one in await self._proposals.approved()) else held

    async def _must_be_new(self, fingerprint: str) -> None:
        held = await self._shelf.holds(fingerprint)
        if held is not None and await self._left_behind(fingerprint) is None:
            raise UsageError(f"the library has this text already, as {held}")

    async def _free_id(self, seed: Seed) -> SeedId:
        """Such as planted-2026-11-24-on-gardens; never one that the library had before."""
        made = library.id_of(f"{PREFIX}{self._clock.now():%Y-%m-%d}-{seed.heading}{SUFFIX}")
        name, count = SeedId(made), 1
        while self._file(name).exists() or await self._shelf.seed(name) is not None:
            count += 1
            name = SeedId(f"{made}-{count}")
        return name

    async def _write(self, seed: Seed) -> None:
        await asyncio.to_thread(_put, self._file(seed.id), library.as_yaml(seed))

    async def _found(self, number: int) -> Proposal:
        proposal = await self._proposals.get(number)
        if proposal is None:
            raise UsageError(f"there is no proposal {number}; it may have been taken back")
        return proposal

    def _file(self, seed: SeedId) -> Path:
        return self._planted / f"{seed}{SUFFIX}"


def _tried(cutting: Cutting) -> Seed:
    """What it would be as a seed; UsageError says why it could be none."""
    if not library.tidied(cutting).text:
        raise UsageError("a seed needs a text, and nothing was written")
    try:
        return library.seed_of(cutting, UNNAMED)
    except ContentError as error:
        raise UsageError("; ".join(f"{problem.what}: {problem.remedy}" for problem in error.problems)) from None


def _fingerprint(cutting: Cutting) -> str:
    return library.fingerprint(library.tidied(cutting).text)


def _put(path: Path, text: str) -> None:
    try:
        library.put(path, text)
    except OSError as error:
        raise SeedbedError(f"{path} cannot be written: {error.strerror or 'there is such a file'}") from None


def _copy(file: Path, target: Path) -> None:
    """Unless an earlier try did."""
    if target.exists():
        return
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedbedError(f"{file} cannot be read: {error}") from None
    _put(target, text)


def _must_not_be_another(file: Path, target: Path) -> None:
    if not target.exists():
        return
    if target.samefile(file):
        raise UsageError(f"{target} is where it is already; name a folder of the library")
    seeds = library.read_file(target.parent, target.name, Stamp(0, 0, 0)).seeds
    if SeedId(file.stem) not in {placed.seed.id for placed in seeds}:
        raise UsageError(f"{target} is another file; move it away, or name another folder")
