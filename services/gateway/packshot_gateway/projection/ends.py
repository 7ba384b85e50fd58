"""The end of a job: its last event goes to the bus, to those who watch, and to the merchant's webhook, from one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import Failure
from packshot.contracts.state import JobState
from packshot_gateway.database import events, listings, outbox
from packshot_gateway.database.tables import Job, Listing, Webhook
from packshot_gateway.projection.jobs import JobInHand


async def publish_ends(session: AsyncSession, hands: Sequence[JobInHand]) -> None:
    """Write down the last event of every job that has ended in this transaction."""
    ended = [(hand, hand.ended_by) for hand in hands if hand.ended_by is not None]
    if not ended:
        return
    homes = await listings.by_id(session, [hand.job.listing for hand, _ in ended if hand.job.listing])
    rows = []
    for hand, envelope in ended:
        message = Failure.model_validate(hand.job.failure).message if hand.job.failure else ""
        rows.append(event_row(envelope, hand.job, hand.state, message=message))
        if hand.job.shadow_of is not None and hand.state is not JobState.CANCELLED:
            continue  # nobody else is to hear of it; a cancelled one the workers must
        await outbox.put(session, envelope)
        home = homes.get(hand.job.listing or "")
        if home is not None and home.webhook_url and hand.job.shadow_of is None:
            await session.execute(insert(Webhook), [_webhook(envelope, hand.job, home)])
    await events.add(session, rows)


def event_row(envelope: Envelope, job: Job, state: JobState, **more: object) -> dict[str, object]:
    """A row of job_events."""
    row = {"operation": None, "fraction": None, "message": "", **more}
    return row | {
        "event": envelope.id,
        "job": job.id,
        "type": envelope.type,
        "time": envelope.time,
        "state": state.value,
        "progress": job.progress,
    }


def _webhook(envelope: Envelope, job: Job, listing: Listing) -> dict[str, object]:
    return {
        "id": envelope.id,
        "tenant": job.tenant,
        "job": job.id,
        "type": envelope.type,
        "url": listing.webhook_url,
        "body": envelope.model_dump_json(),
        "next_at": datetime.now(UTC),
    }
