"""Queries about traffic policies, the versions they chose, and the jobs that run in another's shadow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, undefer

from packshot.contracts.routing import Traffic
from packshot.contracts.state import JobState
from packshot_gateway.database.jobs import UNFINISHED, WAITING
from packshot_gateway.database.tables import Job, JobRoute, Photo, TrafficPolicy

ENDED = tuple(state.value for state in JobState if state.ended)


async def policies(session: AsyncSession) -> list[Traffic]:
    """All policies, by operation."""
    query = select(TrafficPolicy).where(TrafficPolicy.stable.is_not(None)).order_by(TrafficPolicy.operation)
    return [_policy(row) for row in await session.scalars(query)]


async def revision(session: AsyncSession) -> int:
    """The newest revision of any policy; 0 before the first."""
    return await session.scalar(select(func.max(TrafficPolicy.revision))) or 0


async def write(session: AsyncSession, operation: str, policy: Traffic | None) -> None:
    """Put a policy in force, or (None) take the operation's away. The session must be the only one that changes jobs."""
    newest = await revision(session)
    row = await session.get(TrafficPolicy, operation)
    if row is None:
        row = TrafficPolicy(operation=operation, mode="", share=0.0, tenants=[], salt="")
        session.add(row)
    if policy is None:
        row.stable = row.candidate = row.previous = None
    else:
        row.stable, row.candidate, row.previous = policy.stable, policy.candidate, policy.previous
        row.mode, row.share, row.salt = policy.mode.value, policy.share, policy.salt
        row.tenants = list(policy.tenants)
    row.revision, row.changed_at = newest + 1, datetime.now(UTC)
    await session.flush()


def _policy(row: TrafficPolicy) -> Traffic:
    assert row.stable is not None
    return Traffic(
        operation=row.operation,
        stable=row.stable,
        candidate=row.candidate,
        mode=row.mode or "canary",
        share=row.share,
        tenants=tuple(row.tenants),
        salt=row.salt,
        previous=row.previous,
        revision=row.revision,
        changed_at=row.changed_at,
    )


async def counts(session: AsyncSession, operation: str, since: datetime) -> Sequence[tuple[int, bool, str, int]]:
    """Jobs that a policy gave to each version of `operation`: major, whether in shadow, state, how many."""
    shadow = Job.shadow_of.is_not(None)
    query = select(JobRoute.major, shadow, Job.state, func.count()).join(Job, Job.id == JobRoute.job)
    query = query.where(JobRoute.operation == operation, Job.created_at >= since).group_by(JobRoute.major, shadow, Job.state)
    return [(major, bool(in_shadow), state, number) for major, in_shadow, state, number in await session.execute(query)]


async def ended(
    session: AsyncSession, operation: str, major: int, *, shadow: bool, state: JobState, since: datetime, limit: int
) -> Sequence[Job]:
    """The newest jobs of one version that ended so."""
    query = select(Job).join(JobRoute, JobRoute.job == Job.id)
    query = query.where(JobRoute.operation == operation, JobRoute.major == major, Job.state == state.value)
    query = query.where(Job.shadow_of.is_not(None) if shadow else Job.shadow_of.is_(None), Job.created_at >= since)
    return (await session.scalars(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(limit))).all()


async def megapixels(session: AsyncSession, photos: Sequence[str]) -> dict[str, float]:
    """How large these photos are, by id; those whose size is not known are left out."""
    rows = await session.execute(select(Photo.id, Photo.width, Photo.height).where(Photo.id.in_(photos)))
    return {photo: width * height / 1e6 for photo, width, height in rows if width and height}


async def shadows(session: AsyncSession, tenant: str, operation: str, limit: int) -> Sequence[Job]:
    """This tenant's newest jobs in shadow that ended, of a recipe with `operation`."""
    query = select(Job).join(JobRoute, JobRoute.job == Job.id)
    query = query.where(JobRoute.operation == operation, Job.tenant == tenant, Job.shadow_of.is_not(None))
    query = query.where(Job.state.in_((JobState.FINISHED.value, JobState.FAILED.value)))
    return (await session.scalars(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(limit))).all()


async def waiting_shadows(session: AsyncSession, limit: int) -> Sequence[tuple[Job, str]]:
    """The oldest shadows that have not begun though their originals have ended, each with the state of the original."""
    original = aliased(Job)
    query = select(Job, original.state).join(original, original.id == Job.shadow_of)
    query = query.where(Job.state == WAITING, original.state.in_(ENDED))
    rows = await session.execute(query.order_by(Job.created_at, Job.id).limit(limit).options(undefer(Job.plan)))
    return [(job, state) for job, state in rows]


async def shadows_under_way(session: AsyncSession) -> int:
    """How many shadows have begun and not ended."""
    query = select(func.count()).where(Job.state.in_(UNFINISHED), Job.shadow_of.is_not(None))
    return await session.scalar(query) or 0
