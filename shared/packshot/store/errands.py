"""Short blocking calls, run in one thread in batches.

Each hand-over between the event loop and a thread costs several switches of the interpreter's lock, which is more than reading or
writing a small file does. Whatever calls wait when the thread is free go over together, and their results come back together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

_Waiting = tuple[Callable[[], Any], "asyncio.Future[Any]"]
_Done = tuple["asyncio.Future[Any]", Any, BaseException | None]


class Errands:
    """One thread, and the calls that wait for it. For calls from one event loop."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: list[_Waiting] = []
        self._away = False

    async def run(self, call: Callable[[], T]) -> T:
        """What `call` returns or raises. A caller that is cancelled does not stop it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append((call, future))
        if not self._away:
            self._away = True
            # At the end of this turn of the loop, so that all that it asks for goes over at once.
            loop.call_soon(self._set_off, loop)
        return await future

    def close(self) -> None:
        """Wait for what is under way."""
        self._thread.shutdown()

    def _set_off(self, loop: asyncio.AbstractEventLoop) -> None:
        batch, self._waiting = self._waiting, []
        self._thread.submit(self._work, batch, loop)

    def _work(self, batch: list[_Waiting], loop: asyncio.AbstractEventLoop) -> None:
        done: list[_Done] = []
        for call, future in batch:
            try:
                done.append((future, call(), None))
            except BaseException as error:
                done.append((future, None, error))
        loop.call_soon_threadsafe(self._back, done, loop)

    def _back(self, done: list[_Done], loop: asyncio.AbstractEventLoop) -> None:
        for future, result, error in done:
            if future.done():
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
        if self._waiting:
            self._set_off(loop)
        else:
            self._away = False
