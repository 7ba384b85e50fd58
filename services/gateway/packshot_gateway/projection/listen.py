"""Hearing all events, many to a transaction, and settling them once it is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from packshot.bus.protocol import Delivery
from packshot.contracts.envelope import Envelope
from packshot.errors import DatabaseUnavailable
from packshot_gateway.database import Database
from packshot_gateway.projection.fold import fold

log = structlog.get_logger(__name__)

BATCH = 64
GATHER_S = 0.02
PACE_S = 0.2
"""Time between two transactions. The first event after a quiet time is written at once; a stream is written in batches."""
PREFETCH = 4 * BATCH
LONGEST_PAUSE_S = 10.0


@dataclass(eq=False)
class _Waiting:
    envelope: Envelope
    taken: asyncio.Future[str | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """None once it is in the database; else why it never will be."""


class Projection:
    """Folds events into the database. While the database is away they wait, unsettled, so the broker keeps them."""

    def __init__(self, database: Database, overdue_s: float, changed: Callable[[set[str], bool], None]) -> None:
        self._database = database
        self._overdue_s = overdue_s
        self._changed = changed
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._in_hand = 0
        self._written = 0.0
        self._idle = asyncio.Event()
        self._idle.set()

    async def handle(self, delivery: Delivery) -> None:
        """A handler for the subscription `gateway`."""
        waiting = _Waiting(delivery.envelope)
        self._in_hand += 1
        self._idle.clear()
        self._queue.put_nowait(waiting)
        # The batch goes on if this handler is cancelled with its connection; the redelivered event changes nothing then.
        why = await asyncio.shield(waiting.taken)
        if why is None:
            await delivery.ack()
        else:
            await delivery.park(why)

    async def run(self) -> None:
        """Write batches until cancelled."""
        while True:
            batch = await self._gather()
            await self._write(batch)
            self._written = asyncio.get_running_loop().time()

    async def _gather(self) -> list[_Waiting]:
        batch = [await self._queue.get()]
        loop = asyncio.get_running_loop()
        until = max(loop.time() + GATHER_S, self._written + PACE_S)
        while len(batch) < BATCH and (left := until - loop.time()) > 0:
            try:
                batch.append(await asyncio.wait_for(self._queue.get(), left))
            except TimeoutError:
                break
        return batch

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            await self._commit([waiting.envelope for waiting in batch])
        except (ValidationError, DBAPIError, ValueError, KeyError, TypeError, AssertionError) as error:
            if len(batch) > 1:
                for waiting in batch:
                    await self._write([waiting])
                return
            log.exception("an event cannot be taken in", id=batch[0].envelope.id, type=batch[0].envelope.type)
            self._settle(batch[0], f"The gateway cannot take this event in: {error}")
            return
        for waiting in batch:
            self._settle(waiting, None)

    async def drained(self) -> None:
        """Wait until nothing is in hand."""
        await self._idle.wait()

    async def _commit(self, envelopes: Sequence[Envelope]) -> None:
        pause = 0.1
        while True:
            try:
                async with self._database.writing(jobs=True) as session:
                    jobs = await fold(session, envelopes, self._overdue_s)
            except DatabaseUnavailable as error:
                log.warning("the database is away; events wait", events=len(envelopes), reason=str(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                self._changed(jobs, any(envelope.type.startswith("worker.") for envelope in envelopes))
                return

    def _settle(self, waiting: _Waiting, why: str | None) -> None:
        waiting.taken.set_result(why)
        self._in_hand -= 1
        if not self._in_hand:
            self._idle.set()
