"""Queries about data sets' owners and the collections that make versions of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.collecting import Phase
from packshot.contracts.state import JobState
from packshot_gateway.database.tables import Collection, DataSet

UNFINISHED = tuple(state.value for state in JobState if not state.ended)


async def find(session: AsyncSession, tenant: str, id: str) -> Collection | None:
    """A collection of this tenant."""
    query = select(Collection).where(Collection.id == id, Collection.tenant == tenant, Collection.order.is_not(None))
    return await session.scalar(query)


async def recent(
    session: AsyncSession, tenant: str, limit: int, *, name: str = "", open_only: bool = False
) -> Sequence[Collection]:
    """This tenant's collections, newest first: all, or those of one data set, or those that have not ended."""
    query = select(Collection).where(Collection.tenant == tenant, Collection.order.is_not(None))
    if name:
        query = query.where(Collection.name == name)
    if open_only:
        query = query.where(Collection.state.in_(UNFINISHED))
    return (await session.scalars(query.order_by(Collection.created_at.desc(), Collection.id.desc()).limit(limit))).all()


async def owners(session: AsyncSession) -> dict[str, str]:
    """The tenant of each data set that has one."""
    return {row.name: row.tenant for row in await session.scalars(select(DataSet))}


async def owner(session: AsyncSession, name: str) -> str | None:
    """The tenant of a data set; None where nobody has claimed it."""
    return await session.scalar(select(DataSet.tenant).where(DataSet.name == name))


async def claim(session: AsyncSession, name: str, tenant: str) -> bool:
    """Make the data set this tenant's, unless it is somebody's already; whether it is this tenant's now."""
    held = await owner(session, name)
    if held is None:
        session.add(DataSet(name=name, tenant=tenant, created_at=datetime.now(UTC)))
        await session.flush()
    return held in (None, tenant)


def new(id: str, tenant: str, name: str, now: datetime, patience_s: float) -> Collection:
    """A row for a collection that nothing was heard of yet."""
    return Collection(
        id=id,
        tenant=tenant,
        name=name,
        state=JobState.ACCEPTED.value,
        phase=Phase.GATHER.value,
        counts={},
        note="",
        leg=-1,
        place=-1,
        created_at=now,
        due_at=datetime.now(UTC) + timedelta(seconds=patience_s),
        redispatches=0,
        revision=0,
    )


async def overdue(session: AsyncSession, now: datetime, limit: int) -> Sequence[Collection]:
    """Collections that should have been heard of by now, whoever owns them."""
    query = select(Collection).where(Collection.state.in_(UNFINISHED), Collection.due_at <= now, Collection.order.is_not(None))
    return (await session.scalars(query.order_by(Collection.due_at).limit(limit))).all()


async def all_due(session: AsyncSession) -> None:
    """Everything that has not ended is due now."""
    query = update(Collection).where(Collection.state.in_(UNFINISHED))
    await session.execute(query.values(due_at=datetime.now(UTC), redispatches=0))
