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
from packshot.worker.joining import Joining

_log = structlog.get_logger(__name__)

Key = tuple[str, str, int]
Do = Callable[[StepRun, str | None], Awaitable[None]]

_REMEMBERED = 10_000
"""Cancelled jobs; older ones have long left the queues."""


class Desk:
    """Takes deliveries, does them by `do`, settles them."""

    def __init__(self, do: Do, slots: int) -> None:
        self._do = do
        self._slots: Turns[None] = Turns()
        for _ in range(slots):
            self._slots.give(None)
        self._joining: Joining[Key] = Joining()
        self._begun: set[asyncio.Task[None]] = set()
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
        key = (command.job, command.branch.steps[0].id, command.attempt)
        done = await self._joining.join(key, lambda: self._in_turn(command, delivery.envelope.traceparent))
        if not done and command.job not in self._cancelled:
            await delivery.requeue()

    async def cancel(self, delivery: Delivery) -> None:
        """Hear a `job.cancelled`: stop what runs of it, and do nothing more of it."""
        job = delivery.envelope.body(JobCancelled).job
        self._cancelled[job] = None
        if len(self._cancelled) > _REMEMBERED:
            self._cancelled.popitem(last=False)
        for key, task in list(self._joining.tasks.items()):
            if key[0] == job:
                task.cancel()

    async def drain(self, seconds: float) -> None:
        """Hand back what has not begun, wait for the rest, and hand back what takes longer than that."""
        for task in set(self._joining.tasks.values()) - self._begun:
            task.cancel()
        await self._joining.drain(seconds)

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
