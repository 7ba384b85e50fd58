"""Queries about webhooks: one row for one event of one job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from packshot_gateway.database.tables import Webhook


async def claim(session: AsyncSession, now: datetime, lease: timedelta, limit: int) -> Sequence[Webhook]:
    """Webhooks that are due, taken by this gateway for `lease`: if it dies meanwhile, another one tries again."""
    due = select(Webhook.id).where(Webhook.ended_at.is_(None), Webhook.next_at <= now).order_by(Webhook.next_at).limit(limit)
    ids = (await session.scalars(due.with_for_update(skip_locked=True))).all()
    if ids:
        values = {"next_at": now + lease, "attempts": Webhook.attempts + 1}
        await session.execute(update(Webhook).where(Webhook.id.in_(ids)).values(values))
    return (await session.scalars(select(Webhook).where(Webhook.id.in_(ids)))).all()


async def settle(session: AsyncSession, id: str, *, ended_at: datetime | None, next_at: datetime, error: str | None) -> None:
    """How an attempt went: delivered (no error), to be tried again (`ended_at` None) or given up."""
    values = {"ended_at": ended_at, "next_at": next_at, "error": error, "delivered": error is None}
    await session.execute(update(Webhook).where(Webhook.id == id).values(values))
