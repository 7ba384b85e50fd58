"""Queries about trainings and what happened to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from packshot_gateway.database.jobs import UNFINISHED
from packshot_gateway.database.tables import Training, TrainingEvent


async def find(session: AsyncSession, tenant: str, id: str) -> Training | None:
    """A training of this tenant."""
    row = await session.get(Training, id)
    return row if row is not None and row.tenant == tenant else None


async def recent(session: AsyncSession, tenant: str, limit: int) -> Sequence[Training]:
    """The newest first."""
    query = select(Training).where(Training.tenant == tenant).order_by(Training.created_at.desc(), Training.id.desc())
    return (await session.scalars(query.limit(limit))).all()


async def by_id(session: AsyncSession, ids: Sequence[str]) -> dict[str, Training]:
    """Those of these that are known."""
    return {row.id: row for row in await session.scalars(select(Training).where(Training.id.in_(ids)))}


async def overdue(session: AsyncSession, now: datetime) -> Sequence[Training]:
    """Those that have not ended, and of which nothing was heard for too long."""
    query = select(Training).where(Training.state.in_(UNFINISHED), Training.due_at <= now)
    return (await session.scalars(query.order_by(Training.due_at))).all()


async def make_all_due(session: AsyncSession, now: datetime) -> None:
    """Look after all that have not ended."""
    await session.execute(update(Training).where(Training.state.in_(UNFINISHED)).values(due_at=now))


async def known_events(session: AsyncSession, events: Sequence[str]) -> set[str]:
    """Those of these events (by id) that were taken in already."""
    return set(await session.scalars(select(TrainingEvent.event).where(TrainingEvent.event.in_(events))))


async def add_events(session: AsyncSession, rows: Sequence[dict[str, object]]) -> None:
    """Remember that these happened."""
    if rows:
        await session.execute(insert(TrainingEvent), rows)


async def events_after(session: AsyncSession, training: str, sequence: int, limit: int) -> Sequence[TrainingEvent]:
    """What happened to a training after `sequence`, oldest first."""
    query = select(TrainingEvent).where(TrainingEvent.training == training, TrainingEvent.sequence > sequence)
    return (await session.scalars(query.order_by(TrainingEvent.sequence).limit(limit))).all()


async def pictures_of(session: AsyncSession, training: str) -> Sequence[dict[str, Any] | None]:
    """References of the pictures that its events name."""
    query = select(TrainingEvent.picture).where(TrainingEvent.training == training, TrainingEvent.picture.is_not(None))
    return (await session.scalars(query)).all()
