"""Queries about operations and the workers that offer them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import WorkerAnnounced, WorkerDeparted
from packshot_gateway.database.tables import Operation, Worker


async def operations(session: AsyncSession) -> Sequence[Operation]:
    """All operations that any worker has ever offered."""
    return (await session.scalars(select(Operation))).all()


async def workers(session: AsyncSession) -> Sequence[Worker]:
    """All workers that were ever heard of."""
    return (await session.scalars(select(Worker))).all()


async def announce(session: AsyncSession, envelope: Envelope, body: WorkerAnnounced) -> None:
    """A worker says what it offers. Of several announcements the newest counts, however they arrive."""
    worker = await _worker(session, body.worker)
    if worker.announced_at is not None and envelope.time <= worker.announced_at:
        return
    worker.announced_at = envelope.time
    worker.service, worker.host, worker.devices = body.service, body.host, list(body.devices)
    worker.operations = sorted(f"{spec.name}@{spec.version}" for spec in body.operations)
    worker.quarantined = [failure.model_dump(mode="json") for failure in body.quarantined]
    worker.plugins = [plugin.model_dump(mode="json") for plugin in body.plugins]
    worker.trainers = [trainer.model_dump(mode="json") for trainer in body.trainers]
    if body.operations:
        rows = [
            {"name": spec.name, "version": spec.version, "spec": spec.model_dump(mode="json"), "last_seen": envelope.time}
            for spec in sorted(body.operations, key=lambda spec: (spec.name, spec.version))
        ]
        await _upsert_operations(session, rows)


async def depart(session: AsyncSession, envelope: Envelope, body: WorkerDeparted) -> None:
    """A worker is gone."""
    worker = await _worker(session, body.worker)
    if worker.departed_at is None or envelope.time > worker.departed_at:
        worker.departed_at = envelope.time


async def _worker(session: AsyncSession, id: str) -> Worker:
    worker = await session.get(Worker, id)
    if worker is None:
        worker = Worker(id=id)
        session.add(worker)
        await session.flush()
    return worker


async def _upsert_operations(session: AsyncSession, rows: list[dict[str, object]]) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = insert(Operation)
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["name", "version"],
            set_={"spec": new.excluded.spec, "last_seen": new.excluded.last_seen},
            where=Operation.last_seen < new.excluded.last_seen,
        ),
        rows,
    )
