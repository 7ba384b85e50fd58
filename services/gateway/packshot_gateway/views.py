"""From rows to what the HTTP API answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.http import JobEvent, JobView, ListingView, OutputView, PhotoState, PhotoView
from packshot.contracts.messages import Failure
from packshot.contracts.result import StepRecord
from packshot.contracts.state import JobState
from packshot_gateway.database import jobs, listings, tables

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "image/tiff": ".tif",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
}


async def listing_views(session: AsyncSession, rows: Sequence[tables.Listing]) -> list[ListingView]:
    """These listings with their photos and jobs, in the same order."""
    ids = [row.id for row in rows]
    photo_rows = await listings.photos_of(session, ids)
    job_rows = await jobs.of_listings(session, ids)
    job_list = await _jobs(session, job_rows, {photo.id: photo for photo in photo_rows})
    return [
        ListingView(
            id=row.id,
            sku=row.sku,
            title=row.title,
            attributes=row.attributes,
            created_at=row.created_at,
            photos=tuple(photo_view(photo) for photo in photo_rows if photo.listing == row.id),
            jobs=tuple(job for job in job_list if job.listing == row.id),
        )
        for row in rows
    ]


async def job_views(session: AsyncSession, rows: Sequence[tables.Job]) -> list[JobView]:
    """These jobs with their photos and outputs, in the same order."""
    photos = await listings.photos_by_id(session, [row.photo for row in rows if row.photo])
    return await _jobs(session, rows, photos)


async def _jobs(session: AsyncSession, rows: Sequence[tables.Job], photos: Mapping[str, tables.Photo]) -> list[JobView]:
    outputs = await jobs.outputs_of(session, [row.id for row in rows])
    return [job_view(row, photos[row.photo], outputs.get(row.id, {})) for row in rows if row.photo]


def photo_view(row: tables.Photo) -> PhotoView:
    """One photo."""
    return PhotoView(
        id=row.id,
        filename=row.filename,
        state=PhotoState(row.state),
        url=row.url,
        artifact=_artifact(row.artifact),
        width=row.width,
        height=row.height,
        failure=_failure(row.failure),
    )


def job_view(row: tables.Job, photo: tables.Photo, outputs: Mapping[str, tables.Output]) -> JobView:
    """One job; the outputs it plans, whether or not anything is known of them."""
    assert row.listing is not None
    return JobView(
        id=row.id,
        listing=row.listing,
        recipe=row.recipe,
        state=JobState(row.state),
        progress=row.progress,
        photo=photo_view(photo),
        outputs=tuple(_outputs(row.planned_outputs, photo.filename, outputs)),
        failure=_failure(row.failure),
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def event_view(row: tables.JobEvent) -> JobEvent:
    """One server-sent event."""
    return JobEvent(
        type=row.type,
        time=row.time,
        job=row.job,
        state=JobState(row.state),
        progress=row.progress,
        operation=row.operation,
        fraction=row.fraction,
        message=row.message,
    )


def _outputs(names: Iterable[str], photo: str, known: Mapping[str, tables.Output]) -> Iterable[OutputView]:
    for name in names:
        row = known.get(name)
        if row is None:
            yield OutputView(name=name)
        elif row.ready_by is None:
            yield OutputView(name=name, failure=_failure(row.failure))
        else:
            artifact = _artifact(row.artifact)
            yield OutputView(
                name=name,
                ready=True,
                filename=f"{PurePath(photo).stem or 'photo'}-{name}{SUFFIXES.get(artifact.media_type, '')}" if artifact else None,
                artifact=artifact,
                width=row.width,
                height=row.height,
                findings=row.findings or {},
                lineage=tuple(StepRecord.model_validate(record) for record in row.lineage or ()),
            )


def _artifact(value: Mapping[str, object] | None) -> ArtifactRef | None:
    return None if value is None else ArtifactRef.model_validate(value)


def _failure(value: Mapping[str, object] | None) -> Failure | None:
    return None if value is None else Failure.model_validate(value)
