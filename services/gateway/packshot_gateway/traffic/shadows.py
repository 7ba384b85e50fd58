"""Jobs in shadow: the same recipe on the same photo with a version on trial, seen by nobody but whoever compares versions.

A shadow is planned with its job and begins once the job has ended, while nothing else waits for the operation it begins with:
it takes no merchant's turn, and few are under way at a time.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.bus.protocol import Bus
from packshot.contracts.ids import derived_id
from packshot.contracts.plan import Plan
from packshot.contracts.routing import Mode
from packshot.contracts.state import JobState
from packshot.errors import TransientError
from packshot_gateway import dispatch
from packshot_gateway.database import Database, traffic
from packshot_gateway.database.jobs import WAITING
from packshot_gateway.database.tables import Job
from packshot_gateway.projection.jobs import patience, plan_of
from packshot_gateway.traffic.policies import Policies

log = structlog.get_logger(__name__)

TICK_S = 1.0
AT_ONCE = 4
"""Shadows under way in the whole system."""
BATCH = 100
WAITS = timedelta(hours=1)
"""A system that is busy for longer runs no shadow of a job as old as this."""


def shadow_id(job: str) -> str:
    """The id of a job's shadow."""
    return derived_id("shadow", job)


def shadow_of(job: Job, plan: Plan) -> Job:
    """The row of a job's shadow, which is to do `plan`."""
    shadow = Job(
        id=shadow_id(job.id),
        tenant=job.tenant,
        listing=job.listing,
        photo=job.photo,
        done_steps=[],
        urgent=False,
        state=WAITING,
        progress=0.0,
        created_at=job.created_at,
        due_at=job.created_at,
        redispatches=0,
        shadow_of=job.id,
    )
    plan_of(shadow, plan)
    return shadow


class Shadows:
    """Starts shadows. Several gateways may: one at a time looks."""

    def __init__(self, database: Database, bus: Bus, policies: Policies, overdue_s: float) -> None:
        self._database = database
        self._bus = bus
        self._policies = policies
        self._overdue_s = overdue_s

    async def run(self) -> None:
        """Look every second until cancelled."""
        while True:
            try:
                await self.look()
            except TransientError as error:
                log.warning("shadows wait", reason=str(error))
            await asyncio.sleep(TICK_S)

    async def look(self) -> None:
        """Start those shadows that may begin now; end those that nobody wants any more."""
        async with self._database.reading() as session:
            if not await traffic.waiting_shadows(session, 1):
                return
        tried, live = await self._policies.on_trial(Mode.SHADOW), await self._policies.in_force()
        async with self._database.writing(jobs=True) as session:
            room = AT_ONCE - await traffic.shadows_under_way(session)
            for shadow, original in await traffic.waiting_shadows(session, BATCH):
                versions = {(step.operation, step.major) for step in Plan.model_validate(shadow.plan).all_steps() if step.routed}
                late = datetime.now(UTC) - shadow.created_at > WAITS
                if original == JobState.CANCELLED.value or late or not versions & tried:
                    _drop(shadow)
                elif room > 0 and all(live[name].candidate == major for name, major in versions & tried):
                    room -= await self._start(session, shadow)

    async def _start(self, session: AsyncSession, shadow: Job) -> bool:
        """Whether it has begun; not while other work waits before it, and never if its photo was rejected."""
        restarts = await dispatch.restarts(session, shadow)
        if not restarts:
            _drop(shadow)
            return False
        for restart in restarts:
            if await self._bus.depth(restart.queue):
                return False
        for restart in restarts:
            await dispatch.send(session, restart)
        shadow.state = JobState.ACCEPTED.value
        shadow.due_at = datetime.now(UTC) + patience(shadow, self._overdue_s)
        return True


def _drop(shadow: Job) -> None:
    shadow.state, shadow.ended_at = JobState.CANCELLED.value, datetime.now(UTC)
