"""Rows brought to where a test of a ledger wants them."""

from collections.abc import Sequence
from datetime import timedelta

from bot.model import MessageId, Post, StepName
from bot.ports import Ledger
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.posts import make_draft

ME = "me"
OTHER = "another process"
LEASE = timedelta(minutes=5)
TODAY = BEGINNING.date()


async def claim(ledger: Ledger, clock: FakeClock, lineage: int = 1, **wishes: object) -> Post:
    draft = make_draft(lineage, **wishes)  # type: ignore[arg-type]  # the words of make_draft
    (post,) = await ledger.claim([draft], ME, clock.now(), clock.now() + LEASE)
    return post


async def publish(
    ledger: Ledger, clock: FakeClock, lineage: int = 1, steps: Sequence[StepName] = (), **wishes: object
) -> Post:
    """A confirmed post, with the message id `m<lineage>`."""
    post = await claim(ledger, clock, lineage, **wishes)
    assert await ledger.confirm(post.id, ME, MessageId(f"m{lineage}"), clock.now(), steps)
    return await read(ledger, post)


async def unknown(ledger: Ledger, clock: FakeClock) -> Post:
    """A post that a person must look for."""
    post = await claim(ledger, clock)
    await ledger.doubt(post.id, ME, clock.now(), "timed out")
    await ledger.take(ME, clock.now(), clock.now() + LEASE, 1)
    assert await ledger.give_up(post.id, ME, "the history cannot be read")
    return await read(ledger, post)


async def read(ledger: Ledger, post: Post) -> Post:
    found = await ledger.post(post.id)
    assert found is not None
    return found
