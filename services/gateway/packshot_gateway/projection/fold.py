"""One batch of events, folded into the database in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.envelope import Envelope, Message
from packshot.contracts.messages import (
    CollectCancelled,
    CollectFailed,
    CollectFinished,
    CollectProgressed,
    JobCancelled,
    PhotoAccepted,
    PhotoRejected,
    StepFailed,
    StepFinished,
    StepProgressed,
    StepStarted,
    TrafficAsked,
    TrainingCancelled,
    TrainingFailed,
    TrainingFinished,
    TrainingProgressed,
    WorkerAnnounced,
    WorkerDeparted,
)
from packshot.contracts.state import JobState
from packshot_gateway.database import catalogue, events, jobs
from packshot_gateway.database.tables import Job, Photo
from packshot_gateway.projection import collections, photos, trainings
from packshot_gateway.projection.collections import CollectEvent
from packshot_gateway.projection.ends import event_row, publish_ends
from packshot_gateway.projection.jobs import JobInHand, routes_of
from packshot_gateway.traffic.policies import tell
from packshot_gateway.traffic.shadows import shadow_of

StepEvent: TypeAlias = StepStarted | StepProgressed | StepFinished | StepFailed
TAKEN: dict[str, type[Message]] = {
    kind.type: kind
    for kind in (
        PhotoAccepted, PhotoRejected, StepStarted, StepProgressed, StepFinished, StepFailed,
        JobCancelled, WorkerAnnounced, WorkerDeparted, TrafficAsked,
        CollectProgressed, CollectFinished, CollectFailed, CollectCancelled,
        TrainingProgressed, TrainingFinished, TrainingFailed, TrainingCancelled,
    )
}  # fmt: skip


async def fold(session: AsyncSession, envelopes: Sequence[Envelope], overdue_s: float) -> set[str]:
    """Take in a batch. The session must be the only one that changes jobs. Returns what has changed.

    Events that the gateway does not keep (its own among them) are passed over. Raises pydantic's ValidationError for an
    event that is not what its type says.
    """
    batch = _Batch(session, overdue_s)
    for envelope in envelopes:
        if envelope.type in TAKEN:
            batch.add(envelope, envelope.body(TAKEN[envelope.type]))
    await batch.write()
    return {*batch.in_hand, *batch.collections, *batch.trainings}


class _Batch:
    def __init__(self, session: AsyncSession, overdue_s: float) -> None:
        self._session = session
        self._overdue_s = overdue_s
        self._events: list[tuple[Envelope, Message]] = []
        self._rows: list[dict[str, object]] = []
        self._photos: dict[str, Photo] = {}
        self._known: set[tuple[str, str]] = set()
        self.in_hand: dict[str, JobInHand] = {}
        self.collections: set[str] = set()
        self.trainings: set[str] = set()

    def add(self, envelope: Envelope, body: Message) -> None:
        self._events.append((envelope, body))

    async def write(self) -> None:
        await self._take_others()
        told = [(envelope.time, body) for envelope, body in self._events if isinstance(body, PhotoAccepted | PhotoRejected)]
        self._photos = await photos.in_hand(self._session, told) if told else {}
        await self._take_jobs_in_hand()
        for envelope, body in self._events:
            if isinstance(body, PhotoAccepted | PhotoRejected):
                self._photo(envelope, body)
            elif isinstance(body, StepEvent | JobCancelled):
                self._job(envelope, body)
        await self._store()

    async def _take_others(self) -> None:
        for envelope, body in self._events:
            if isinstance(body, WorkerAnnounced):
                await catalogue.announce(self._session, envelope, body)
            elif isinstance(body, WorkerDeparted):
                await catalogue.depart(self._session, envelope, body)
            elif isinstance(body, CollectEvent):
                await collections.take(self._session, envelope, body, self._overdue_s)
                self.collections.add(body.collection)
        said = [(envelope, body) for envelope, body in self._events if isinstance(body, trainings.TrainingSaid)]
        self.trainings = await trainings.take(self._session, said, self._overdue_s)
        if any(isinstance(body, TrafficAsked) for _, body in self._events):
            await tell(self._session)

    async def _take_jobs_in_hand(self) -> None:
        first_heard: dict[str, tuple[datetime, str]] = {}
        for envelope, body in self._events:
            for job in _jobs_of(body):
                time, _ = first_heard.get(job, (envelope.time, ""))
                first_heard[job] = (min(time, envelope.time), getattr(body, "tenant", "local"))
        if not first_heard:
            return
        rows = await jobs.by_id(self._session, list(first_heard))
        for job, (time, tenant) in first_heard.items():
            if job not in rows:
                rows[job] = _unheard_of(job, tenant, time)
                self._session.add(rows[job])
            rows[job].created_at = min(rows[job].created_at, time)
        outputs = await jobs.outputs_of(self._session, list(rows))
        self.in_hand = {job: JobInHand(row, outputs.get(job, {})) for job, row in rows.items()}
        self._known = await events.known(self._session, [envelope.id for envelope, _ in self._events])

    def _photo(self, envelope: Envelope, body: PhotoAccepted | PhotoRejected) -> None:
        photo = self._photos[body.photo]
        holds = True
        if isinstance(body, PhotoAccepted):
            photos.accept(photo, body)
        else:
            holds = photos.reject(photo, body)
        orders = {order.job: order for order in body.jobs} if isinstance(body, PhotoAccepted) else {}
        for job in photos.jobs_of(body):
            hand = self.in_hand[job]
            hand.belongs_to(body.listing, body.photo)
            if self._is_new(envelope, job):
                if job in orders and not hand.job.planned_outputs:
                    hand.order(orders[job], self._overdue_s)
                hand.heard(self._overdue_s)
                message = body.failure.message if isinstance(body, PhotoRejected) else ""
                self._happened(envelope, hand, message=message)
                if isinstance(body, PhotoRejected) and holds:
                    hand.end(JobState.FAILED, body.failure)

    def _job(self, envelope: Envelope, body: StepEvent | JobCancelled) -> None:
        hand = self.in_hand[body.job]
        if not self._is_new(envelope, body.job):
            return
        if isinstance(body, JobCancelled):
            hand.end(JobState.CANCELLED)
            return
        hand.heard(self._overdue_s, (body.retry_in_s or 0.0) if isinstance(body, StepFailed) else 0.0)
        if isinstance(body, StepFinished):
            hand.step_finished(envelope.id, envelope.time, body)
        elif isinstance(body, StepFailed):
            hand.step_failed(envelope.id, body)
        else:
            hand.step_under_way()
        self._happened(envelope, hand, **_told(body))

    def _is_new(self, envelope: Envelope, job: str) -> bool:
        if (envelope.id, job) in self._known:
            return False
        self._known.add((envelope.id, job))
        return True

    def _happened(self, envelope: Envelope, hand: JobInHand, **more: object) -> None:
        # The job's own last event follows this one, so this one still says `running`.
        state = JobState.RUNNING if hand.ended_by and hand.state.ended else hand.state
        self._rows.append(event_row(envelope, hand.job, state, **more))

    async def _store(self) -> None:
        await self._session.flush()
        hands = [self.in_hand[job] for job in sorted(self.in_hand)]
        for hand in hands:
            self._session.add_all([*hand.new_outputs, *hand.visits, *hand.routes])
        await self._session.flush()
        await self._add_shadows(hands)
        await events.add(self._session, self._rows)
        await publish_ends(self._session, hands)

    async def _add_shadows(self, hands: Sequence[JobInHand]) -> None:
        for hand in hands:
            if hand.shadow is not None:
                row = shadow_of(hand.job, hand.shadow)
                self._session.add(row)
                await self._session.flush()
                self._session.add_all(routes_of(row.id, hand.shadow))


def _told(body: StepEvent) -> dict[str, object]:
    if isinstance(body, StepFinished):
        return {"operation": body.steps[-1].operation if body.steps else None, "message": body.output or ""}
    if isinstance(body, StepFailed):
        return {"operation": body.operation, "message": body.failure.message}
    if isinstance(body, StepProgressed):
        return {"operation": body.operation, "fraction": body.fraction, "message": body.note}
    return {"operation": body.operation}


def _jobs_of(body: Message) -> Iterable[str]:
    if isinstance(body, PhotoAccepted | PhotoRejected):
        return photos.jobs_of(body)
    if isinstance(body, StepEvent | JobCancelled):
        return (body.job,)
    return ()


def _unheard_of(id: str, tenant: str, time: datetime) -> Job:
    return Job(
        id=id,
        tenant=tenant,
        recipe="",
        planned_steps=[],
        planned_outputs=[],
        done_steps=[],
        patience_s=0.0,
        urgent=False,
        state=JobState.ACCEPTED.value,
        progress=0.0,
        created_at=time,
        due_at=datetime.now(UTC),
        redispatches=0,
    )
