"""Queries about jobs, their outputs and visits. Whoever asks for a merchant gives the tenant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from packshot.contracts.state import JobState
from packshot_gateway.database.tables import Job, Output, Visit

UNFINISHED = (JobState.ACCEPTED.value, JobState.RUNNING.value)
WAITING = "waiting"
"""The state of a shadow that has not begun. No merchant's job is ever in it."""


async def find(session: AsyncSession, tenant: str, id: str) -> Job | None:
    """A job of this tenant."""
    query = select(Job).where(Job.id == id, Job.tenant == tenant, Job.listing.is_not(None), Job.shadow_of.is_(None))
    return await session.scalar(query.options(undefer(Job.plan)))


async def recent(session: AsyncSession, tenant: str, states: Iterable[JobState], limit: int) -> Sequence[Job]:
    """This tenant's jobs in these states (none given: all), newest first."""
    query = select(Job).where(Job.tenant == tenant, Job.listing.is_not(None), Job.shadow_of.is_(None))
    if wanted := [state.value for state in states]:
        query = query.where(Job.state.in_(wanted))
    return (await session.scalars(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(limit))).all()


async def of_listings(session: AsyncSession, listings: Sequence[str]) -> Sequence[Job]:
    """The jobs of these listings, in the order in which they were asked for."""
    query = select(Job).where(Job.listing.in_(listings), Job.shadow_of.is_(None))
    return (await session.scalars(query.order_by(Job.created_at, Job.id))).all()


async def by_id(session: AsyncSession, ids: Sequence[str]) -> dict[str, Job]:
    """These jobs, whoever owns them: for the projection."""
    return {row.id: row for row in await session.scalars(select(Job).where(Job.id.in_(ids)))}


async def any_open(session: AsyncSession, ids: Sequence[str]) -> bool:
    """Whether any of these jobs has not ended."""
    query = select(Job.id).where(Job.id.in_(ids), Job.state.in_(UNFINISHED)).limit(1)
    return await session.scalar(query) is not None


async def outputs_of(session: AsyncSession, jobs: Sequence[str]) -> dict[str, dict[str, Output]]:
    """What is known of the outputs of these jobs, by job and name."""
    found: dict[str, dict[str, Output]] = defaultdict(dict)
    for row in await session.scalars(select(Output).where(Output.job.in_(jobs))):
        found[row.job][row.name] = row
    return found


async def visits_of(session: AsyncSession, job: str) -> Sequence[Visit]:
    """The visits of a job that left something to do."""
    return (await session.scalars(select(Visit).where(Visit.job == job))).all()


async def overdue(session: AsyncSession, now: datetime, limit: int) -> Sequence[Job]:
    """Jobs that should have been heard of by now, whoever owns them: for the reconciler."""
    query = select(Job).where(Job.state.in_(UNFINISHED), Job.due_at <= now, Job.listing.is_not(None))
    return (await session.scalars(query.order_by(Job.due_at).limit(limit).options(undefer(Job.plan)))).all()
