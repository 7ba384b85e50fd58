"""Gathers equal work of different pictures into batches. The window opens with the first one that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from packshot.contracts.operation import Batch

Work = TypeVar("Work")
Result = TypeVar("Result")
Place = TypeVar("Place")


@dataclass
class _Gathering(Generic[Work, Result]):
    """Work that will be one batch."""

    full: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: list[tuple[Work, asyncio.Future[Result]]] = field(default_factory=list)

    def wanted(self) -> list[tuple[Work, asyncio.Future[Result]]]:
        """What nobody has cancelled."""
        return [(work, future) for work, future in self.waiting if not future.done()]


class Batcher(Generic[Work, Result, Place]):
    """Runs what has the same key together.

    `place(work)` opens what a batch runs on, and may wait for it: the batch goes on filling up meanwhile. `run(place, works)`
    returns one result, or one exception, for each. If it raises, each is run once more alone, so that one picture that kills
    its host does not take others down.
    """

    def __init__(
        self,
        place: Callable[[Work], AbstractAsyncContextManager[Place]],
        run: Callable[[Place, Sequence[Work]], Awaitable[Sequence[Result | Exception]]],
    ) -> None:
        self._place = place
        self._run = run
        self._gatherings: dict[Hashable, _Gathering[Work, Result]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def add(self, key: Hashable, work: Work, batch: Batch) -> Result:
        """The result of `work`, done together with what else has `key`. Cancelling drops it from its batch."""
        gathering = self._gatherings.get(key)
        if gathering is None:
            gathering = self._gatherings[key] = _Gathering()
            task = asyncio.create_task(self._serve(key, gathering, batch.window_ms / 1000))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        gathering.waiting.append((work, future))
        if len(gathering.wanted()) >= batch.max:
            self._close(key, gathering)
            gathering.full.set()
        return await future

    async def stop(self) -> None:
        """Drop everything that waits or runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, key: Hashable, gathering: _Gathering[Work, Result], window_s: float) -> None:
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(gathering.full.wait(), window_s)
            async with self._place(gathering.waiting[0][0]) as place:
                self._close(key, gathering)
                wanted = gathering.wanted()
                try:
                    await self._settle(place, wanted)
                    return
                except Exception as error:
                    if len(wanted) == 1:
                        wanted[0][1].set_exception(error)
            await asyncio.gather(*(self._alone(one) for one in gathering.wanted()))
        except Exception as error:
            # There was no place to be had.
            for _, future in gathering.wanted():
                future.set_exception(error)
        finally:
            self._close(key, gathering)
            for _, future in gathering.waiting:
                future.cancel()

    async def _alone(self, one: tuple[Work, asyncio.Future[Result]]) -> None:
        async with self._place(one[0]) as place:
            try:
                await self._settle(place, [one])
            except Exception as error:
                if not one[1].done():
                    one[1].set_exception(error)

    async def _settle(self, place: Place, wanted: list[tuple[Work, asyncio.Future[Result]]]) -> None:
        if not wanted:
            return
        running = asyncio.create_task(self._run_all(place, [work for work, _ in wanted]))  # noqa: RUF006 - awaited below

        def stop_if_nobody_waits(_: asyncio.Future[Result]) -> None:
            if all(future.cancelled() for _, future in wanted):
                running.cancel()

        for _, future in wanted:
            future.add_done_callback(stop_if_nobody_waits)
        try:
            results = await running
        except asyncio.CancelledError:
            running.cancel()
            with suppress(BaseException):
                await running
            if all(future.cancelled() for _, future in wanted):
                return
            raise
        for (_, future), result in zip(wanted, results, strict=True):
            if not future.done():
                future.set_exception(result) if isinstance(result, Exception) else future.set_result(result)

    async def _run_all(self, place: Place, works: Sequence[Work]) -> Sequence[Result | Exception]:
        return await self._run(place, works)

    def _close(self, key: Hashable, gathering: _Gathering[Work, Result]) -> None:
        if self._gatherings.get(key) is gathering:
            del self._gatherings[key]
