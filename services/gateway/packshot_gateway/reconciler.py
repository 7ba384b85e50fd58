"""The reconciler: a job that nobody has heard of for too long is sent on its way again, a few times, and then fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.bus.protocol import Bus
from packshot.contracts.messages import Failure, StepRun
from packshot.contracts.state import JobState
from packshot_gateway import dispatch
from packshot_gateway.catalogue import LiveCatalogue
from packshot_gateway.database import Database, jobs, outbox
from packshot_gateway.database.tables import Job
from packshot_gateway.projection.ends import publish_ends
from packshot_gateway.projection.jobs import JobInHand, patience
from packshot_gateway.rounds import make_rounds
from packshot_gateway.settings import GatewaySettings

log = structlog.get_logger(__name__)

BATCH = 100
KEEP_SENT = timedelta(hours=1)


class Reconciler:
    """Looks after jobs that are overdue."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        catalogue: LiveCatalogue,
        settings: GatewaySettings,
        changed: Callable[[set[str]], None],
    ) -> None:
        self._database = database
        self._bus = bus
        self._catalogue = catalogue
        self._settings = settings
        self._changed = changed

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        await make_rounds(self.look, self._settings, "jobs")

    async def _make_everything_due(self) -> None:
        query = update(Job).where(Job.state.in_(jobs.UNFINISHED)).values(due_at=datetime.now(UTC), redispatches=0)
        async with self._database.writing(jobs=True) as session:
            await session.execute(query)

    async def look(self, *, everything: bool = False) -> None:
        """Dispatch again what is overdue, or all that has not ended; fail what is beyond help."""
        if everything:
            await self._make_everything_due()
        now = datetime.now(UTC)
        async with self._database.reading() as session:
            late = [job.id for job in await jobs.overdue(session, now, BATCH)]
        dead = await self._dead(late) if late else {}
        if late:
            async with self._database.writing(jobs=True) as session:
                rows = await jobs.overdue(session, now, BATCH)
                hands = [JobInHand(row, {}) for row in rows]
                announced: set[str] = set()
                for hand in hands:
                    await self._take_up(session, hand, dead, announced)
                await session.flush()
                await publish_ends(session, hands)
            self._changed({hand.job.id for hand in hands})
        async with self._database.writing() as session:
            await outbox.forget(session, now - KEEP_SENT)

    async def _take_up(self, session: AsyncSession, hand: JobInHand, dead: dict[str, str], announced: set[str]) -> None:
        job = hand.job
        if job.id in dead:
            hand.end(JobState.FAILED, Failure(code="dead_letter", message=dead[job.id]))
            return
        restarts = await dispatch.restarts(session, job)
        job.due_at = datetime.now(UTC) + patience(job, self._settings.overdue_s) * 2**job.redispatches
        if restarts and await self._still_waits(restarts):
            return
        if job.redispatches >= self._settings.max_redispatches:
            hand.end(JobState.FAILED, _gave_up(job, restarts))
            return
        job.redispatches += 1
        log.info("dispatched again", job=job.id, time=job.redispatches, commands=len(restarts))
        for restart in restarts:
            await dispatch.send(session, restart)
        if not restarts and job.listing is not None and job.listing not in announced:
            announced.add(job.listing)
            await dispatch.announce(session, job.listing)

    async def _still_waits(self, restarts: Sequence[dispatch.Restart]) -> bool:
        """Whether the job is most likely in a queue: one that is not empty, or that no live worker serves."""
        for restart in restarts:
            step = restart.run.branch.steps[0]
            if not await self._catalogue.is_live(step.operation, step.major) or await self._bus.depth(restart.queue):
                return True
        return False

    async def _dead(self, late: Sequence[str]) -> dict[str, str]:
        """Those of these jobs whose command is among the dead letters, with what to say of it."""
        letters = [letter for letter in await self._bus.dead_letters(1000) if letter.envelope.type == StepRun.type]
        reasons = {str(letter.envelope.data.get("job")): letter for letter in letters}
        return {
            job: f"Its next step was parked as a dead letter ({reasons[job].reason}). "
            f"`packshot dead retry {reasons[job].id}` tries it again."
            for job in late
            if job in reasons
        }


def _gave_up(job: Job, restarts: Sequence[dispatch.Restart]) -> Failure:
    step = restarts[0].run.branch.steps[0] if restarts else None
    what = f"step {step.id} ({step.operation})" if step else "its photo's reception"
    return Failure(
        code="gave_up",
        message=f"Nothing was heard of {what} although it was dispatched {job.redispatches} times more. "
        "Look at the workers' logs, then retry the job.",
        step=step.id if step else None,
        operation=step.operation if step else None,
    )
