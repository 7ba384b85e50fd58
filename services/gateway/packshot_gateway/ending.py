"""Ending a job on somebody's word, and opening one that failed again."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.http import PhotoState
from packshot.contracts.ids import new_id
from packshot.contracts.messages import JobFailed
from packshot.contracts.state import JobState
from packshot_gateway import dispatch
from packshot_gateway.database import events, jobs
from packshot_gateway.database.tables import Job, JobEvent, Output, Photo
from packshot_gateway.http.problems import Conflict
from packshot_gateway.projection.ends import publish_ends
from packshot_gateway.projection.jobs import JobInHand, patience
from packshot_gateway.traffic.shadows import shadow_id

RETRIED = "job.retried"


async def cancel(session: AsyncSession, job: Job) -> None:
    """End a job as cancelled, with what runs in its shadow, and tell the workers; nothing if it has ended.

    The session must be the only one that changes jobs.
    """
    shadow = (await jobs.by_id(session, [shadow_id(job.id)])).get(shadow_id(job.id))
    if shadow is not None and shadow.state == jobs.WAITING:
        shadow.state = JobState.CANCELLED.value
        shadow = None
    hands = [JobInHand(each, {}) for each in (job, shadow) if each is not None]
    for hand in hands:
        hand.end(JobState.CANCELLED)
    await session.flush()
    await publish_ends(session, hands)


async def forgive(session: AsyncSession, job: Job, overdue_s: float) -> None:
    """Let a failed job run again, as if its failures had not been. The session must be the only one that changes jobs.

    Raises Conflict for a job in any other state.
    """
    if job.state != JobState.FAILED.value:
        raise Conflict(f"Only a failed job can be retried; this one is {job.state}.")
    job.state, job.failure, job.ended_at, job.redispatches = JobState.RUNNING.value, None, None, 0
    job.due_at = datetime.now(UTC) + patience(job, overdue_s)
    await session.flush()
    await session.execute(update(Output).where(Output.job == job.id).values(failed_by=None, failure=None))
    # Its end is no longer true, so that who follows the job from the start does not stop there.
    await session.execute(delete(JobEvent).where(JobEvent.job == job.id, JobEvent.type == JobFailed.type))
    await events.add(session, [_retried(job)])
    rejected = update(Photo).where(Photo.id == job.photo, Photo.state == PhotoState.REJECTED.value)
    await session.execute(rejected.values(state=PhotoState.RECEIVED.value, failure=None))


async def reopen(session: AsyncSession, job: Job, overdue_s: float) -> None:
    """Forgive a failed job and send it on its way again, from where it failed."""
    await forgive(session, job, overdue_s)
    restarts = await dispatch.restarts(session, job)
    for restart in restarts:
        await dispatch.send(session, restart)
    if not restarts and job.listing is not None:
        await dispatch.announce(session, job.listing)


def _retried(job: Job) -> dict[str, object]:
    return {
        "event": new_id(),
        "job": job.id,
        "type": RETRIED,
        "time": datetime.now(UTC),
        "state": job.state,
        "progress": job.progress,
    }
