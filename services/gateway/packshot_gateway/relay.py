"""The outbox relay: what a committed transaction wanted sent is sent, confirmed, and marked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from packshot.bus.protocol import Bus
from packshot.contracts.envelope import Envelope
from packshot.errors import TransientError
from packshot_gateway.database import Database, outbox
from packshot_gateway.database.tables import Outgoing

log = structlog.get_logger(__name__)

BATCH = 100
POLL_S = 1.0


class Relay:
    """Sends the outbox. Several gateways may relay at once; a message sent twice keeps its id."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._wake = asyncio.Event()
        self._sending = asyncio.Lock()

    def wake(self) -> None:
        """Something was committed."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled. Looks again every second, for what another gateway wrote and could not send."""
        while True:
            self._wake.clear()
            try:
                while await self.send_batch() == BATCH:
                    pass
            except TransientError as error:
                log.warning("the outbox waits", reason=str(error))
            try:
                await asyncio.wait_for(self._wake.wait(), POLL_S)
            except TimeoutError:
                continue

    async def send_batch(self) -> int:
        """Send the oldest unsent messages, mark those that were confirmed, and say how many that were."""
        async with self._sending:
            return await (self._send_from_sqlite() if self._database.is_sqlite else self._send_under_lock())

    async def _send_from_sqlite(self) -> int:
        # One gateway writes to a SQLite file; to hold its only writer while the broker answers would stop everything.
        async with self._database.reading() as session:
            waiting = await outbox.take(session, BATCH)
        sent = await self._send(waiting)
        if sent:
            async with self._database.writing() as session:
                await outbox.mark_sent(session, sent)
        return len(sent)

    async def _send_under_lock(self) -> int:
        async with self._database.writing() as session:
            sent = await self._send(await outbox.take(session, BATCH))
            if sent:
                await outbox.mark_sent(session, sent)
        return len(sent)

    async def _send(self, waiting: Sequence[Outgoing]) -> list[int]:
        outcomes = await asyncio.gather(*(self._send_one(row) for row in waiting), return_exceptions=True)
        failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for error in failed[:1]:
            log.warning("messages could not be sent yet", count=len(failed), reason=str(error))
        return [row.sequence for row, outcome in zip(waiting, outcomes, strict=True) if outcome is None]

    async def _send_one(self, row: Outgoing) -> None:
        envelope = Envelope.model_validate(row.envelope)
        if row.queue is None:
            await self._bus.publish(envelope)
        else:
            await self._bus.declare(row.queue)
            await self._bus.send(row.queue, envelope, urgent=row.urgent)
