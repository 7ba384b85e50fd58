"""Takes `training.run` deliveries one at a time, honours cancellations, and lets a stopping service end its leg early."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from pydantic import ValidationError

from packshot.bus.protocol import Delivery
from packshot.contracts.messages import TrainingCancelled, TrainingFailed, TrainingRun
from packshot.errors import StoreUnavailable
from packshot.worker.joining import Joining

_log = structlog.get_logger(__name__)

Key = tuple[str, int, int]


class Desk:
    """What is in hand."""

    def __init__(self, do: Callable[[TrainingRun], Awaitable[None]], forget: Callable[[str], Awaitable[None]]) -> None:
        """`forget` is called with a training of which nothing more will be done. It may raise StoreUnavailable."""
        self._do = do
        self._forget = forget
        self._turn = asyncio.Lock()
        self._joining: Joining[Key] = Joining()
        self._cancelled: set[str] = set()

    async def take(self, delivery: Delivery) -> None:
        """Handle one `training.run`. Returning acknowledges it."""
        try:
            run = delivery.envelope.body(TrainingRun)
        except ValidationError as error:
            await delivery.park(f"This is not a training.run that this version of packshot can read: {error}")
            return
        done = await self._joining.join((run.order.id, run.leg, run.attempt), lambda: self._in_turn(run))
        if not done and run.order.id not in self._cancelled:
            await delivery.requeue()

    async def cancel(self, delivery: Delivery) -> None:
        """Hear a `training.cancelled`: end what runs of it, and do nothing more of it."""
        training = delivery.envelope.body(TrainingCancelled).training
        self._cancelled.add(training)
        tasks = [task for key, task in self._joining.tasks.items() if key[0] == training]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._clear(training)

    async def failed(self, delivery: Delivery) -> None:
        """Hear a `training.failed`, which the gateway too may have said: of one whose command was parked."""
        await self._clear(delivery.envelope.body(TrainingFailed).training)

    async def _clear(self, training: str) -> None:
        try:
            await self._forget(training)
        except StoreUnavailable as error:
            _log.warning("training.not_forgotten", training=training, reason=str(error))

    async def drain(self, seconds: float) -> None:
        """Wait until what is in hand has ended early; hand back what takes longer."""
        for _ in await self._joining.drain(seconds):
            _log.warning("training.cut_off", reason="it did not end in time; its leg is run again")

    async def _in_turn(self, run: TrainingRun) -> None:
        async with self._turn:
            if run.order.id in self._cancelled:
                _log.info("training.cancelled", training=run.order.id)
                return
            await self._do(run)
