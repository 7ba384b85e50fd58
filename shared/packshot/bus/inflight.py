"""What is in hand: one `Work` a message, however often the broker hands it out meanwhile.

When a connection is lost, the broker hands its unsettled messages out again while their handlers still run. Such a redelivery
joins the running work instead of starting it twice, and what the handler decides in the end settles every copy. One that comes
after the work was done, because the acknowledgement got lost with the connection, is acknowledged without doing it again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from enum import StrEnum
from typing import Protocol

import structlog

from packshot.bus.protocol import Handler
from packshot.bus.topology import DELIVERY_LIMIT
from packshot.contracts.envelope import Envelope
from packshot.errors import BusUnavailable
from packshot.observe import metrics, tracing

log = structlog.get_logger(__name__)

REMEMBERED = 1024
"""How many messages are known to be done, should they be handed out again."""


class Verdict(StrEnum):
    """What became of a message."""

    ACK = "ack"
    REQUEUE = "requeue"
    PARK = "park"


class Receipt(Protocol):
    """One hand-out of a message, as the broker knows it. Too late is no error: then the message is handed out again."""

    async def ack(self) -> None:
        """Take it off the queue."""

    async def requeue(self) -> None:
        """Put it back."""


Park = Callable[["Work", str], Awaitable[None]]
"""Stores a copy of the message with the dead letters; raises BusUnavailable if it could not."""


class Work:
    """A message in hand: the `Delivery` that its handler gets. The first settlement counts."""

    def __init__(self, desk: InFlight, queue: str, envelope: Envelope, deliveries: int, receipt: Receipt) -> None:
        self.envelope = envelope
        self.queue = queue
        self.deliveries = deliveries
        self.receipts = [receipt]
        self.verdict: Verdict | None = None
        self._desk = desk

    async def ack(self) -> None:
        """It is done."""
        if self.verdict is None:
            self.verdict = Verdict.ACK
            await self._desk.settle(self)

    async def requeue(self) -> None:
        """Hand it back for another consumer."""
        await self.hand_back("It was handed back")

    async def hand_back(self, why: str) -> None:
        """Requeue, or park at the delivery limit. The broker's own limit is for messages that kill their process."""
        if self.verdict is not None:
            return
        if self.deliveries >= DELIVERY_LIMIT:
            try:
                await self.park(f"Handed out {self.deliveries} times and never done. {why}")
            except BusUnavailable:
                log.warning("could not park", queue=self.queue, id=self.envelope.id)
            else:
                return
        self.verdict = Verdict.REQUEUE
        await self._desk.settle(self)

    async def park(self, reason: str) -> None:
        """Put it with the dead letters."""
        if self.verdict is not None:
            return
        self.verdict = Verdict.PARK
        try:
            await self._desk.park(self, reason)
        except BaseException:
            self.verdict = None
            raise
        await self._desk.settle(self)


class InFlight:
    """All work of one bus, by queue and message id."""

    def __init__(self, park: Park) -> None:
        self.park = park
        self._running: dict[tuple[str, str], Work] = {}
        self._done: dict[tuple[str, str], None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(
        self, queue: str, envelope: Envelope, deliveries: int, receipt: Receipt, handler: Handler
    ) -> asyncio.Task[None] | None:
        """Start the handler for this message, or let a redelivery join the work that runs already (then None)."""
        key = (queue, envelope.id)
        if deliveries > 1:
            if (running := self._running.get(key)) is not None:
                running.receipts.append(receipt)
                metrics.messages_joined.labels(queue).inc()
                return None
            if key in self._done:
                return self._start(_acknowledge(receipt))
        # Only acknowledgements are remembered, and only until it is sent anew: a parked message can be retried, by anybody.
        self._done.pop(key, None)
        work = Work(self, queue, envelope, deliveries, receipt)
        self._running[key] = work
        return self._start(self._run(work, handler))

    async def settle(self, work: Work) -> None:
        """Tell the broker what was decided. Where a connection is gone, there will be a redelivery."""
        key = (work.queue, work.envelope.id)
        if self._running.get(key) is work:
            del self._running[key]
        if work.verdict is Verdict.ACK:
            self._done[key] = None
            if len(self._done) > REMEMBERED:
                del self._done[next(iter(self._done))]
        for receipt in work.receipts:
            # The copy of a parked message is with the dead letters already.
            await (receipt.requeue() if work.verdict is Verdict.REQUEUE else receipt.ack())

    def _start(self, doing: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(doing)
        self._tasks.add(task)  # the event loop itself keeps only weak references
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, work: Work, handler: Handler) -> None:
        in_hand = metrics.messages_in_hand.labels(work.queue)
        in_hand.inc()
        started = time.perf_counter()
        try:
            with tracing.within(work.envelope.traceparent):
                await self._handle(work, handler)
        finally:
            in_hand.dec()
            metrics.handler_seconds.labels(work.queue).observe(time.perf_counter() - started)
            metrics.messages_handled.labels(work.queue, work.verdict or "left").inc()

    async def _handle(self, work: Work, handler: Handler) -> None:
        try:
            await handler(work)
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise  # this process ends; the broker hands the message out again
            await work.hand_back("A connection was lost in its handler")
        except Exception as error:
            log.exception("handler failed", queue=work.queue, id=work.envelope.id, type=work.envelope.type)
            await work.hand_back(f"{type(error).__name__}: {error}")
        else:
            await work.ack()


async def _acknowledge(receipt: Receipt) -> None:
    await receipt.ack()
