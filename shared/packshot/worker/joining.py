"""Work that outlives the delivery that began it.

A lost connection cancels handlers. The work goes on, and the redelivery joins it instead of beginning it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

K = TypeVar("K")

_SETTLE_S = 5.0


class Joining(Generic[K]):
    """The work in hand, by key."""

    def __init__(self) -> None:
        self.tasks: dict[K, asyncio.Task[None]] = {}
        self._handlers: set[asyncio.Task[object]] = set()

    async def join(self, key: K, begin: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Wait for the work under `key`, begun if nobody has; False if it was cancelled.

        Raises CancelledError where it is the caller, a delivery's handler, that is cancelled.
        """
        handler = asyncio.current_task()
        assert handler is not None
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)
        task = self.tasks.get(key)
        if task is None:
            task = self.tasks[key] = asyncio.create_task(begin())
            task.add_done_callback(lambda _: self.tasks.pop(key, None))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
            return False
        return True

    async def drain(self, seconds: float) -> set[asyncio.Task[None]]:
        """Wait for the work in hand, cancel what takes longer, and wait until its deliveries are settled; what was cancelled."""
        late: set[asyncio.Task[None]] = set()
        if self.tasks:
            _, late = await asyncio.wait(set(self.tasks.values()), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        # The bus settles a delivery after its handler has returned.
        if self._handlers:
            await asyncio.wait(set(self._handlers), timeout=_SETTLE_S)
        return late
