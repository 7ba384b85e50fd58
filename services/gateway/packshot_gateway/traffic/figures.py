"""What came of each version: jobs, failures, seconds. Counted from the jobs themselves, so nothing is counted twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.http import OperationView, TrafficView, VersionFigures
from packshot.contracts.result import StepRecord
from packshot.contracts.routing import Mode, Traffic
from packshot.contracts.state import JobState
from packshot_gateway.database import jobs, traffic
from packshot_gateway.database.tables import Job

SAMPLE = 200
"""Newest jobs that a median is taken of."""
MOST_FAILED = 1000


async def view_of(
    session: AsyncSession, operation: str, policy: Traffic | None, views: Sequence[OperationView], hours: float
) -> TrafficView:
    """The policy of an operation, and what its versions did in the last `hours`."""
    since = datetime.now(UTC) - timedelta(hours=hours)
    counted = await traffic.counts(session, operation, since)
    parts = {(view.major, False) for view in views if view.name == operation} | {(row[0], row[1]) for row in counted}
    versions = []
    for major, shadow in sorted(parts):
        states = {state: number for of, beside, state, number in counted if (of, beside) == (major, shadow)}
        failed = await traffic.ended(
            session, operation, major, shadow=shadow, state=JobState.FAILED, since=since, limit=MOST_FAILED
        )
        done = await traffic.ended(session, operation, major, shadow=shadow, state=JobState.FINISHED, since=since, limit=SAMPLE)
        seconds, per_megapixel = await _pace(session, operation, major, done)
        newest = _newest(views, operation, major)
        versions.append(
            VersionFigures(
                major=major,
                version=newest.version if newest else "",
                workers=sum(view.workers for view in views if (view.name, view.major) == (operation, major)),
                role=_role(policy, major),
                shadow=shadow,
                jobs=sum(states.values()),
                finished=states.get(JobState.FINISHED.value, 0),
                failed=states.get(JobState.FAILED.value, 0),
                blamed=sum((job.failure or {}).get("operation") == operation for job in failed),
                open=sum(states.get(state, 0) for state in (*jobs.UNFINISHED, jobs.WAITING)),
                median_s=seconds,
                median_s_per_megapixel=per_megapixel,
            )
        )
    return TrafficView(operation=operation, policy=policy, hours=hours, versions=tuple(versions))


async def _pace(session: AsyncSession, operation: str, major: int, done: Sequence[Job]) -> tuple[float | None, float | None]:
    """Median seconds of the operation in these jobs, and per megapixel of the photo; what came from the cache tells nothing."""
    if not done:
        return None, None
    outputs = await jobs.outputs_of(session, [job.id for job in done])
    sizes = await traffic.megapixels(session, [job.photo for job in done if job.photo])
    seconds, paces = [], []
    for job in done:
        records = {record.id: record for output in outputs[job.id].values() for record in _records(output.lineage or [])}
        took = [
            record.seconds
            for record in records.values()
            if record.operation == operation and not record.cached and record.version.startswith(f"{major}.")
        ]
        seconds += took
        paces += [each / sizes[job.photo or ""] for each in took if job.photo in sizes]
    return (median(seconds) if seconds else None), (median(paces) if paces else None)


def _records(lineage: Sequence[object]) -> Iterator[StepRecord]:
    return (StepRecord.model_validate(record) for record in lineage)


def _newest(views: Sequence[OperationView], operation: str, major: int) -> OperationView | None:
    mine = [view for view in views if (view.name, view.major) == (operation, major)]
    return max(mine, key=lambda view: (not view.away, [int(part) for part in view.version.split(".")]), default=None)


def _role(policy: Traffic | None, major: int) -> str:
    if policy is None:
        return ""
    if major == policy.stable:
        return "stable"
    if major != policy.candidate:
        return ""
    return "shadow" if policy.mode is Mode.SHADOW else "canary"
