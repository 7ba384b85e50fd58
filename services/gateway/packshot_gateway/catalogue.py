"""The catalogue as the gateway knows it: a projection of what workers announce."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from packshot.bus.protocol import Bus
from packshot.contracts.catalogue import Catalogue
from packshot.contracts.envelope import Envelope
from packshot.contracts.http import OperationView, WorkerView
from packshot.contracts.messages import WorkersProbed
from packshot.contracts.operation import OperationSpec
from packshot.contracts.training_http import TrainerView
from packshot_gateway.database import Database, catalogue, tables

FRESH_S = 1.0
"""How long what was read from the database is taken for true."""
STARTING_S = 10.0
"""How long after its start the gateway takes an unknown operation for one whose worker is not heard of yet."""


class LiveCatalogue:
    """Operations that are or were offered, and by how many live workers."""

    def __init__(self, database: Database, expires_s: float) -> None:
        self._database = database
        self._expires = timedelta(seconds=expires_s)
        self._started = time.monotonic()
        self._read_at = float("-inf")
        self._views: list[OperationView] = []
        self._changed = asyncio.Event()

    def refresh(self) -> None:
        """Something was announced: read again when next asked."""
        self._read_at = float("-inf")
        self._changed.set()

    async def views(self) -> list[OperationView]:
        """All operations, by name and version."""
        if time.monotonic() - self._read_at > FRESH_S:
            async with self._database.reading() as session:
                operations, workers = await catalogue.operations(session), await catalogue.workers(session)
            self._read_at = time.monotonic()
            offers = Counter(offer for worker in workers if self._is_live(worker) for offer in worker.operations)
            self._views = [_view(row, offers[f"{row.name}@{row.version}"]) for row in operations]
            self._views.sort(key=lambda view: (view.name, [int(part) for part in view.version.split(".")]))
        return self._views

    async def workers(self) -> list[WorkerView]:
        """Those that are alive, by service."""
        async with self._database.reading() as session:
            known = await catalogue.workers(session)
        live = (WorkerView.model_validate(worker, from_attributes=True) for worker in known if self._is_live(worker))
        return sorted(live, key=lambda worker: (worker.service, worker.id))

    async def trainers(self) -> list[TrainerView]:
        """What live training services can train, by name; of several versions of one the newest announced."""
        async with self._database.reading() as session:
            known = await catalogue.workers(session)
        live = sorted((worker for worker in known if self._is_live(worker)), key=lambda worker: str(worker.announced_at))
        offers = [spec for worker in live for spec in worker.trainers]
        counts = Counter(spec["name"] for spec in offers)
        newest = {spec["name"]: TrainerView(**spec, services=counts[spec["name"]]) for spec in offers}
        return [newest[name] for name in sorted(newest)]

    async def current(self) -> Catalogue:
        """What recipes are planned with: live operations first, those that are away where no live one has the major version."""
        views = await self.views()
        known = Catalogue(OperationSpec.model_validate(view.model_dump()) for view in views if not view.away)
        live = {(spec.name, spec.major) for spec in known}
        for view in views:
            if (view.name, view.major) not in live:
                known.add(OperationSpec.model_validate(view.model_dump()))
        return known

    async def is_live(self, operation: str, major: int) -> bool:
        """Whether a live worker offers this operation."""
        return any(view.name == operation and view.major == major and not view.away for view in await self.views())

    def etag(self, views: list[OperationView]) -> str:
        """Changes whenever the answer does."""
        return hashlib.sha256("".join(view.model_dump_json() for view in views).encode()).hexdigest()[:32]

    async def grew(self, patience: float) -> bool:
        """While the system starts: wait for an announcement. False when there is no reason to expect one."""
        starting = time.monotonic() - self._started < STARTING_S or not await self.views()
        if patience <= 0 or not starting:
            return False
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), min(patience, FRESH_S))
        return True

    def _is_live(self, worker: tables.Worker) -> bool:
        if worker.announced_at is None or datetime.now(UTC) - worker.announced_at > self._expires:
            return False
        return worker.departed_at is None or worker.departed_at < worker.announced_at


async def probe(bus: Bus, source: str) -> None:
    """Ask all workers to announce themselves."""
    await bus.publish(Envelope.of(WorkersProbed(), source=source))


def _view(row: tables.Operation, workers: int) -> OperationView:
    seen = None if workers else row.last_seen
    return OperationView.model_validate({**row.spec, "workers": workers, "away": not workers, "last_seen": seen})
