"""Sending a job on its way again, from where it was last seen. Result keys make that harmless: what was done is found done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from packshot.bus.topology import operation_queue
from packshot.contracts.artifact import ArtifactRef, digest_of
from packshot.contracts.envelope import Envelope
from packshot.contracts.http import PhotoState
from packshot.contracts.messages import JobOrder, ListingReceived, PhotoOrder, StepRun
from packshot.contracts.plan import Plan, PlannedBranch
from packshot.contracts.result import FrameRef
from packshot_gateway.database import jobs, listings, outbox
from packshot_gateway.database.tables import Job, Listing, Photo, Visit
from packshot_gateway.projection.jobs import SOURCE


@dataclass(frozen=True)
class Restart:
    """One command that takes a job up again."""

    queue: str
    run: StepRun


async def restarts(session: AsyncSession, job: Job) -> list[Restart]:
    """The commands that would bring a job's missing outputs; none if its photo has not been accepted yet."""
    photos = await listings.photos_of(session, [job.listing or ""])
    photo = next(photo for photo in photos if photo.id == job.photo)
    if photo.state != PhotoState.ACCEPTED.value or job.plan is None:
        return []
    known = (await jobs.outputs_of(session, [job.id])).get(job.id, {})
    missing = {
        name for name in job.planned_outputs if name not in known or (known[name].ready_by or known[name].failed_by) is None
    }
    further = tuple(ArtifactRef.model_validate(each.artifact) for each in photos if each.artifact)
    found: list[Restart] = []
    for start, wanted in _starts(_whole(job, photo), await jobs.visits_of(session, job.id), missing):
        for branch in _lines(start.branch, wanted):
            run = StepRun(
                job=job.id,
                tenant=job.tenant,
                branch=branch,
                frame=start.frame,
                photos=further,
                urgent=job.urgent,
                repairs_left=start.repairs_left,
                majors=job.plan.get("majors", {}),
            )
            step = branch.steps[0]
            found.append(Restart(operation_queue(step.stage, step.operation, step.major), run))
    return found


async def send(session: AsyncSession, restart: Restart) -> None:
    """Send one of them when this transaction is committed."""
    envelope = Envelope.of(restart.run, source=SOURCE, subject=restart.run.job)
    await outbox.put(session, envelope, queue=restart.queue, urgent=restart.run.urgent)


async def announce(session: AsyncSession, listing: str) -> None:
    """Tell ingest once more of a listing, with those of its jobs that have not ended, when this transaction is committed."""
    home = (await listings.by_id(session, [listing]))[listing]
    photos = await listings.photos_of(session, [listing])
    query = select(Job.id, Job.photo, Job.plan).where(Job.listing == listing, Job.state.in_(jobs.UNFINISHED))
    query = query.where(Job.shadow_of.is_(None)).order_by(Job.id)
    found = [(job, photo, plan) for job, photo, plan in await session.execute(query) if plan]
    orders = [(photo, JobOrder(job=job, plan=Plan.model_validate(plan))) for job, photo, plan in found]
    await outbox.put(session, received(home, photos, orders))


def received(home: Listing, photos: Sequence[Photo], orders: Sequence[tuple[str | None, JobOrder]]) -> Envelope:
    """What ingest is told of a listing."""
    body = ListingReceived(
        listing=home.id,
        tenant=home.tenant,
        sku=home.sku,
        urgent=home.urgent,
        photos=tuple(
            PhotoOrder(
                photo=photo.id,
                filename=photo.filename,
                artifact=ArtifactRef.model_validate(photo.artifact) if photo.artifact else None,
                url=photo.url,
                jobs=tuple(order for owner, order in orders if owner == photo.id),
            )
            for photo in photos
        ),
    )
    return Envelope.of(body, source=SOURCE, subject=home.id)


@dataclass(frozen=True)
class _Start:
    branch: PlannedBranch
    frame: FrameRef
    repairs_left: int
    depth: int


def _whole(job: Job, photo: Photo) -> _Start:
    frame = FrameRef(key=digest_of(b""))  # what a generator starts from
    if photo.artifact is not None:
        artifact = ArtifactRef.model_validate(photo.artifact)
        frame = FrameRef(key=artifact.digest, photo=artifact, width=photo.width or 0, height=photo.height or 0)
    return _Start(Plan.model_validate(job.plan), frame, repairs_left=1, depth=-1)


def _starts(whole: _Start, visits: Sequence[Visit], missing: set[str]) -> Iterator[tuple[_Start, set[str]]]:
    """For every missing output the visit that came nearest to it; outputs of one visit together."""
    repaired = any(visit.repairing for visit in visits)
    candidates = [whole]
    for visit in sorted(visits, key=lambda visit: (visit.depth, visit.event)):
        branch = PlannedBranch.model_validate(visit.remaining)
        frame = FrameRef.model_validate(visit.frame)
        candidates.append(_Start(branch, frame, 0 if repaired else 1, visit.depth))
    wanted: dict[int, set[str]] = {}
    for name in missing:
        # A leaf without steps of its own is made by the visit before it, so that one must run again.
        able = [place for place, start in enumerate(candidates) if any(_lines(start.branch, {name}))]
        if able:
            wanted.setdefault(able[-1], set()).add(name)
    for place, names in sorted(wanted.items()):
        yield candidates[place], names


def _lines(branch: PlannedBranch, wanted: set[str]) -> Iterator[PlannedBranch]:
    """The branches to send so that the wanted outputs come out: each begins with a step."""
    pruned = _prune(branch, wanted)
    if pruned is not None:
        yield from heads(pruned)


def heads(branch: PlannedBranch) -> Iterator[PlannedBranch]:
    """The branches of `branch` that begin with a step: itself, or else the heads of those below."""
    if branch.steps:
        yield branch
        return
    for child in branch.branches:
        yield from heads(child)


def _prune(branch: PlannedBranch, wanted: set[str]) -> PlannedBranch | None:
    if not wanted & set(branch.outputs()):
        return None
    children = tuple(child for each in branch.branches if (child := _prune(each, wanted)) is not None)
    return PlannedBranch(steps=branch.steps, output=branch.output, branches=children)
