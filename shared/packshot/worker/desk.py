"""What a worker has in hand: at most so many commands at once, each step once, none of a cancelled job."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog
from pydantic import ValidationError

from packshot.bus.protocol import Delivery
from packshot.contracts.messages import JobCancelled, StepRun
from packshot.plugin.turns import Turns

_log = structlog.get_logger(__name__)

Key = tuple[str, str, int]
Do = Callable[[StepRun, str | None], Awaitable[None]]

_REMEMBERED = 10_000
"""Cancelled jobs; older ones have long left the queues."""
_SETTLE_S = 5.0


class Desk:
    """Takes deliveries, does them by `do`, settles them."""

    def __init__(self, do: Do, slots: int) -> None:
        self._do = do
        self._slots: Turns[None] = Turns()
        for _ in range(slots):
            self._slots.give(None)
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._begun: set[asyncio.Task[None]] = set()
        self._handlers: set[asyncio.Task[object]] = set()
        self._cancelled: OrderedDict[str, None] = OrderedDict()

    async def take(self, delivery: Delivery) -> None:
        """Handle one `step.run`. Returning acknowledges it."""
        try:
            command = delivery.envelope.body(StepRun)
        except ValidationError as error:
            await delivery.park(f"This is not a step.run that this version of packshot can read: {error}")
            return
        if not command.branch.steps:
            await delivery.park("This step.run has no step.")
            return
        self._remember_handler()
        key = (command.job, command.branch.steps[0].id, command.attempt)
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(self._in_turn(command, delivery.envelope.traceparent))
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
        try:
            # A lost connection cancels the handler, not the work: the redelivery joins it here.
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
            if command.job not in self._cancelled:
                await delivery.requeue()

    async def cancel(self, delivery: Delivery) -> None:
        """Hear a `job.cancelled`: stop what runs of it, and do nothing more of it."""
        job = delivery.envelope.body(JobCancelled).job
        self._cancelled[job] = None
        if len(self._cancelled) > _REMEMBERED:
            self._cancelled.popitem(last=False)
        for key, task in list(self._tasks.items()):
            if key[0] == job:
                task.cancel()

    async def drain(self, seconds: float) -> None:
        """Hand back what has not begun, wait for the rest, and hand back what takes longer than that."""
        for task in set(self._tasks.values()) - self._begun:
            task.cancel()
        running = set(self._tasks.values())
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        # The bus settles a delivery after its handler has returned, so wait for that too.
        if self._handlers:
            await asyncio.wait(set(self._handlers), timeout=_SETTLE_S)

    def _remember_handler(self) -> None:
        handler = asyncio.current_task()
        assert handler is not None
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)

    async def _in_turn(self, command: StepRun, traceparent: str | None) -> None:
        await self._slots.take(command.urgent)
        task = asyncio.current_task()
        assert task is not None
        self._begun.add(task)
        try:
            if command.job in self._cancelled:
                _log.info("step.cancelled", job=command.job, step=command.branch.steps[0].id)
                return
            await self._do(command, traceparent)
        finally:
            self._begun.discard(task)
            self._slots.give(None)
