"""Queries about the outbox: messages that are sent because their transaction was committed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.envelope import Envelope
from packshot_gateway.database.tables import Outgoing


async def put(session: AsyncSession, envelope: Envelope, *, queue: str | None = None, urgent: bool = False) -> None:
    """Send `envelope` once this transaction is committed: to a work queue, or (without) to everybody."""
    row = {"envelope": envelope.model_dump(mode="json"), "queue": queue, "urgent": urgent, "created_at": datetime.now(UTC)}
    await session.execute(insert(Outgoing), [row])


async def take(session: AsyncSession, limit: int) -> Sequence[Outgoing]:
    """The oldest unsent messages. On PostgreSQL they are this transaction's until it ends; another relay skips them."""
    query = select(Outgoing).where(Outgoing.sent_at.is_(None)).order_by(Outgoing.sequence).limit(limit)
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


async def mark_sent(session: AsyncSession, sequences: Sequence[int]) -> None:
    """The broker has confirmed these."""
    await session.execute(update(Outgoing).where(Outgoing.sequence.in_(sequences)).values(sent_at=datetime.now(UTC)))


async def waiting(session: AsyncSession) -> int:
    """How many messages are not sent yet."""
    return await session.scalar(select(func.count()).select_from(Outgoing).where(Outgoing.sent_at.is_(None))) or 0


async def forget(session: AsyncSession, before: datetime) -> None:
    """Drop what was sent before that moment."""
    await session.execute(delete(Outgoing).where(Outgoing.sent_at < before))
