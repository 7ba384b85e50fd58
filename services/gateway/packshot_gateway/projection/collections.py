"""What a collection's events change: totals of the newest progress, and its end, which stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import CollectCancelled, CollectFailed, CollectFinished, CollectProgressed
from packshot.contracts.state import JobState
from packshot_gateway.database import collections
from packshot_gateway.database.tables import Collection

CollectEvent: TypeAlias = CollectProgressed | CollectFinished | CollectFailed | CollectCancelled


async def take(session: AsyncSession, envelope: Envelope, body: CollectEvent, patience_s: float) -> None:
    """Fold one event. Any order and any repetition of events leads to the same row, save for which of two ends came first."""
    row = await _row(session, envelope, body, patience_s)
    if isinstance(body, CollectProgressed):
        _progressed(row, body, patience_s)
    elif JobState(row.state).ended:
        return
    elif isinstance(body, CollectFinished):
        row.digest, row.counts = body.digest, body.counts.model_dump(mode="json")
        _end(row, JobState.FINISHED, envelope.time)
        row.note = body.note
    elif isinstance(body, CollectFailed):
        row.failure = body.failure.model_dump(mode="json")
        _end(row, JobState.FAILED, envelope.time)
    else:
        _end(row, JobState.CANCELLED, envelope.time)
    row.revision += 1
    await session.flush()


async def _row(session: AsyncSession, envelope: Envelope, body: CollectEvent, patience_s: float) -> Collection:
    row = await session.get(Collection, body.collection)
    if row is None:
        # Asked for by a message that did not come from here.
        row = collections.new(body.collection, body.tenant, getattr(body, "name", ""), envelope.time, patience_s)
        session.add(row)
    if not isinstance(body, CollectCancelled):
        row.name = body.name
        await collections.claim(session, body.name, body.tenant)
    return row


def _progressed(row: Collection, body: CollectProgressed, patience_s: float) -> None:
    if row.order is None:
        row.order = body.order.model_dump(mode="json")
    if (body.leg, body.place) <= (row.leg, row.place):
        return
    row.leg, row.place, row.phase = body.leg, body.place, body.phase.value
    state = JobState(row.state)
    if state is not JobState.FINISHED:
        # What it was finished with is more than any progress says.
        row.counts = body.counts.model_dump(mode="json")
    if not state.ended:
        row.note = body.note
        row.state = JobState.RUNNING.value
        row.due_at = datetime.now(UTC) + timedelta(seconds=patience_s)
        row.redispatches = 0


def _end(row: Collection, state: JobState, time: datetime) -> None:
    row.state, row.ended_at, row.note = state.value, time, ""
