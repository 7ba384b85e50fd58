"""Taking pictures in: opened and measured, stored, written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.collecting import Counts, Rejection
from packshot.contracts.dataset import Item
from packshot.errors import BadPhoto
from packshot.imaging.formats import format_of
from packshot.store.protocol import ArtifactStore
from packshot_collect.eyes import Eyes
from packshot_collect.facts import Fact, LeftOut, State, Taken
from packshot_collect.journal import Journal
from packshot_collect.look import Look

T = TypeVar("T")


@dataclass(frozen=True)
class Found:
    """A picture's place in the world."""

    key: str
    """What it is one of a kind by, within its source."""
    source: str
    """Where it came from, as people are to see it."""
    product: str
    category: str = ""
    licence: str = ""


@dataclass
class Gathering:
    """A collection's leg as its source sees it."""

    journal: Journal
    store: ArtifactStore
    eyes: Eyes
    most: int
    """Take so many pictures in."""
    max_bytes: int
    over: Callable[[], bool]
    """Whether the leg is to end now: begin nothing new."""
    counts: Counts = field(default_factory=Counts)
    """What the source counts itself: pages, and what waits."""
    note: str = ""
    """What it is doing, for people."""

    @property
    def state(self) -> State:
        """What was found so far."""
        return self.journal.state

    @property
    def full(self) -> bool:
        """Whether enough pictures are taken."""
        return len(self.state.taken) >= self.most

    def add(self, fact: Fact) -> None:
        """Write a fact down."""
        self.journal.add(fact)

    async def take(self, found: Found, content: bytes, mask: bytes | None = None) -> None:
        """Take a picture in with its mask, or leave it out with the reason."""
        if len(content) > self.max_bytes:
            self.leave_out(found, "too-large", f"The file has more than {self.max_bytes >> 20} MB.")
            return
        try:
            kind = format_of(content)
        except BadPhoto as error:
            self.leave_out(found, "not-a-picture", str(error))
            return
        try:
            seen = await self.eyes.look(content, mask)
        except BadPhoto as error:
            self.leave_out(found, "broken", str(error))
            return
        planes = {} if seen.alpha is None else {"alpha": await self.store.put(seen.alpha, "image/png")}
        item = _item(found, await self.store.put(content, kind.media_type), (seen.look.width, seen.look.height), planes)
        self._taken(found, item, seen.look)

    async def take_own(self, found: Found, content: bytes, size: tuple[int, int]) -> None:
        """Take in a PNG of `size` (width and height) that packshot wrote itself: looking costs far more than storing.

        Nothing is measured of it, so it can be neither cleaned nor compared with others.
        """
        self._taken(found, _item(found, await self.store.put(content, "image/png"), size, {}), None)

    def leave_out(self, found: Found, code: str, reason: str) -> None:
        """Note that a picture was not taken."""
        self.add(LeftOut(key=found.key, rejection=Rejection(source=found.source, code=code, reason=reason)))

    def _taken(self, found: Found, item: Item, look: Look | None) -> None:
        # Others were taken meanwhile.
        if not self.full:
            self.add(Taken(key=found.key, item=item, look=look))


def _item(found: Found, picture: ArtifactRef, size: tuple[int, int], planes: dict[str, ArtifactRef]) -> Item:
    return Item(
        picture=picture,
        width=size[0],
        height=size[1],
        product=found.product,
        category=found.category,
        source=found.source,
        licence=found.licence,
        planes=planes,
    )


class Source(Protocol):
    """Where pictures come from."""

    async def gather(self, work: Gathering) -> bool:
        """Take in what was not decided on yet. True when nothing is left, False when the leg was over before.

        Raises PermanentError where the source cannot be read at all, TransientError where it is away for now.
        """


async def side_by_side(
    each: AsyncIterator[T], work: Callable[[T], Awaitable[None]], at_once: int, over: Callable[[], bool]
) -> bool:
    """`work` on each, so many at a time, until `over`. Whether all were worked on."""
    room = asyncio.Semaphore(at_once)

    async def one(thing: T) -> None:
        try:
            await work(thing)
        finally:
            room.release()

    async with asyncio.TaskGroup() as group:
        async for thing in each:
            await room.acquire()
            if over():
                room.release()
                return False
            group.create_task(one(thing))
    return True
