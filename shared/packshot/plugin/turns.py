"""Whose turn it is: a few things that many wait for, served in order, urgent work first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Turns(Generic[Thing]):
    """Things to take and give back. The one given back last is taken first: it is warm."""

    def __init__(self) -> None:
        self.idle: list[Thing] = []
        self._waiting: list[tuple[bool, int, asyncio.Future[Thing]]] = []
        self._order = itertools.count()

    async def take(self, urgent: bool = False) -> Thing:
        """One thing, as soon as it is the caller's turn."""
        if self.idle:
            return self.idle.pop()
        future: asyncio.Future[Thing] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not urgent, next(self._order), future))
        try:
            return await future
        except asyncio.CancelledError:
            # Cancelled in the moment it was served: the next one is served instead.
            if future.done() and not future.cancelled():
                self.give(future.result())
            raise

    def give(self, thing: Thing) -> None:
        """Give back, or add."""
        while self._waiting:
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(thing)
                return
        self.idle.append(thing)
