"""Waiting for what is away for now, with the message in hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import chain, repeat
from typing import TypeVar

import structlog

from packshot.errors import TransientError

T = TypeVar("T")
log = structlog.get_logger(__name__)

OUTAGE_PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Between attempts while the broker or the store is away; the last one again and again."""


class Stopped(Exception):
    """The service stops while what it needs is away."""


class Patience:
    """Tries again after transient errors, until the service stops: then Stopped is raised, and the message goes back.

    Waiting with the message in hand does not count towards the broker's delivery limit, as handing it back would.
    """

    def __init__(self, stopping: asyncio.Event, outage_pauses_s: Sequence[float] = OUTAGE_PAUSES_S) -> None:
        self._stopping = stopping
        self._outage_pauses_s = tuple(outage_pauses_s)

    async def outlast(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` returns, however long its broker or store is away."""
        return await self._try(work, chain(self._outage_pauses_s, repeat(self._outage_pauses_s[-1])))

    async def attempt(self, work: Callable[[], Awaitable[T]], pauses_s: Sequence[float]) -> T:
        """What `work` returns, tried once more after each pause. Raises the TransientError of the last attempt."""
        return await self._try(work, iter(pauses_s))

    async def _try(self, work: Callable[[], Awaitable[T]], pauses_s: Iterator[float]) -> T:
        while True:
            try:
                return await work()
            except TransientError as error:
                pause = next(pauses_s, None)
                if pause is None:
                    raise
                log.warning("something is away; trying again", reason=str(error), code=error.code, in_s=pause)
                if await self._stopped_within(pause):
                    raise Stopped from error

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True
