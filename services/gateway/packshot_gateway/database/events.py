"""Queries about what happened to jobs: what server-sent events are made of, and how a second delivery is known."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from packshot_gateway.database.tables import JobEvent


async def known(session: AsyncSession, events: Sequence[str]) -> set[tuple[str, str]]:
    """Those of these events (by id) that were taken in already, each with its job."""
    rows = await session.execute(select(JobEvent.event, JobEvent.job).where(JobEvent.event.in_(events)))
    return {(event, job) for event, job in rows}


async def after(session: AsyncSession, jobs: Sequence[str], sequence: int, limit: int = 500) -> Sequence[JobEvent]:
    """What happened to these jobs after `sequence`, oldest first."""
    query = select(JobEvent).where(JobEvent.job.in_(jobs), JobEvent.sequence > sequence)
    return (await session.scalars(query.order_by(JobEvent.sequence).limit(limit))).all()


async def add(session: AsyncSession, rows: Sequence[dict[str, object]]) -> None:
    """Remember that these happened."""
    if rows:
        await session.execute(insert(JobEvent), rows)
