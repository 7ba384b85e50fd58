"""Announces a worker's operations, and hears what others announce."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from packshot.bus.protocol import Delivery
from packshot.contracts.catalogue import Catalogue
from packshot.contracts.messages import WorkerAnnounced, WorkerDeparted, WorkersProbed
from packshot.errors import TransientError
from packshot.worker.telling import Teller

_log = structlog.get_logger(__name__)

EVERY_S = 10.0


class Announcer:
    """Announces at start, every ten seconds, when asked, and on change."""

    def __init__(self, teller: Teller, current: Callable[[], WorkerAnnounced], catalogue: Catalogue) -> None:
        """`current` makes the announcement; what others announce goes into `catalogue`."""
        self._teller = teller
        self._current = current
        self._catalogue = catalogue
        self._now = asyncio.Event()
        self.known = asyncio.Event()
        """Set once everybody was told what there is."""

    async def run(self) -> None:
        """Announce until cancelled. The first thing is to ask the others, whose operations repairs may need."""
        await self._try_to_tell(WorkersProbed())
        while True:
            if await self._try_to_tell(self._current()):
                self.known.set()
            self._now.clear()
            try:
                await asyncio.wait_for(self._now.wait(), EVERY_S)
            except TimeoutError:
                continue

    def soon(self) -> None:
        """Something has changed."""
        self._now.set()

    async def hear(self, delivery: Delivery) -> None:
        """Another worker announces itself, or somebody asks for announcements."""
        if delivery.envelope.type == WorkersProbed.type:
            self.soon()
            return
        for spec in delivery.envelope.body(WorkerAnnounced).operations:
            self._catalogue.add(spec)

    async def depart(self, worker: str) -> None:
        """This worker is gone."""
        await self._try_to_tell(WorkerDeparted(worker=worker))

    async def _try_to_tell(self, event: WorkerAnnounced | WorkerDeparted | WorkersProbed) -> bool:
        try:
            await self._teller.tell(event)
        except TransientError as error:
            _log.warning("event.not_told", type=event.type, reason=str(error))
            return False
        return True
