"""What is heard of trainings, folded into their rows: in any order, any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import TrainingCancelled, TrainingFailed, TrainingFinished, TrainingProgressed
from packshot.contracts.state import JobState
from packshot_gateway.database import outbox, trainings
from packshot_gateway.database.tables import Training
from packshot_gateway.projection.jobs import SOURCE

TrainingSaid: TypeAlias = TrainingProgressed | TrainingFinished | TrainingFailed | TrainingCancelled


async def take(session: AsyncSession, said: Sequence[tuple[Envelope, TrainingSaid]], overdue_s: float) -> set[str]:
    """Take in what was said of trainings; which ones it was. Of trainings that this gateway did not order nothing is kept."""
    if not said:
        return set()
    rows = await trainings.by_id(session, sorted({body.training for _, body in said}))
    known = await trainings.known_events(session, [envelope.id for envelope, _ in said])
    happened = []
    unheard: dict[str, TrainingCancelled] = {}
    for envelope, body in said:
        row = rows.get(body.training)
        if row is None or envelope.id in known:
            continue
        known.add(envelope.id)
        _fold(row, envelope, body, overdue_s)
        happened.append(event_row(row, envelope, body))
        if isinstance(body, TrainingProgressed) and row.state == JobState.CANCELLED.value:
            unheard[row.id] = TrainingCancelled(training=row.id, tenant=row.tenant)
    await session.flush()
    await trainings.add_events(session, happened)
    for training, cancelled in unheard.items():
        # Whoever is at it was not there when it was cancelled.
        await outbox.put(session, Envelope.of(cancelled, source=SOURCE, subject=training))
    return set(rows)


def event_row(row: Training, envelope: Envelope, body: TrainingSaid) -> dict[str, object]:
    """A row of training_events."""
    progressed = body if isinstance(body, TrainingProgressed) else None
    return {
        "event": envelope.id,
        "training": row.id,
        "type": envelope.type,
        "time": envelope.time,
        "state": row.state,
        "progress": progressed.progress.model_dump(mode="json") if progressed else None,
        "picture": progressed.picture.model_dump(mode="json") if progressed and progressed.picture else None,
        "message": body.failure.message if isinstance(body, TrainingFailed | TrainingFinished) and body.failure else "",
    }


def _fold(row: Training, envelope: Envelope, body: TrainingSaid, overdue_s: float) -> None:
    if isinstance(body, TrainingProgressed):
        _progressed(row, envelope, body)
        row.due_at = datetime.now(UTC) + timedelta(seconds=overdue_s)
    elif JobState(row.state).ended:
        # Ends stay: what comes later is remembered as an event only.
        return
    elif isinstance(body, TrainingFinished):
        row.trained = body.trained.model_dump(mode="json")
        row.weights = body.weights.model_dump(mode="json")
        row.sheet = body.sheet.model_dump(mode="json") if body.sheet else None
        row.registered = body.model
        _end(row, envelope, JobState.FINISHED)
    elif isinstance(body, TrainingCancelled):
        _end(row, envelope, JobState.CANCELLED)
    else:
        _end(row, envelope, JobState.FAILED)
    if isinstance(body, TrainingFinished | TrainingFailed) and body.failure:
        row.failure = body.failure.model_dump(mode="json")


def _progressed(row: Training, envelope: Envelope, body: TrainingProgressed) -> None:
    if row.heard_at is None or envelope.time >= row.heard_at:
        row.progress, row.heard_at, row.worker = body.progress.model_dump(mode="json"), envelope.time, body.worker
    if body.checkpoint is not None and body.leg > row.legs:
        row.legs, row.checkpoint = body.leg, body.checkpoint.model_dump(mode="json")
    if not JobState(row.state).ended:
        row.state = JobState.RUNNING.value


def _end(row: Training, envelope: Envelope, state: JobState) -> None:
    row.state, row.ended_at = state.value, envelope.time
