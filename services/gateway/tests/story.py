"""What workers and ingest would say, without pixels."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from datetime import UTC, datetime

from packshot.contracts.artifact import ArtifactRef, digest_of
from packshot.contracts.envelope import Envelope, Message
from packshot.contracts.messages import (
    Failure,
    JobOrder,
    ListingReceived,
    PhotoAccepted,
    PhotoOrder,
    PhotoRejected,
    StepFailed,
    StepFinished,
    StepStarted,
)
from packshot.contracts.operation import OperationSpec
from packshot.contracts.plan import Plan, PlannedBranch, PlannedStep
from packshot.contracts.result import FrameRef, StepRecord

FRAME_SCHEMA = {"type": "object", "additionalProperties": False, "properties": {"width": {"type": "integer", "default": 8}}}
NO_PARAMS = {"type": "object", "additionalProperties": False, "properties": {}}


def operation(name: str, schema: dict = NO_PARAMS, **more) -> OperationSpec:
    return OperationSpec(name=name, version="1.2.0", stage="edit", title=name, summary=name, params_schema=schema, **more)


OPERATIONS = (operation("test.clean"), operation("test.frame", FRAME_SCHEMA), operation("test.draw", source=False))


def step(id: str, name: str = "test.clean") -> PlannedStep:
    return PlannedStep(id=id, stage="edit", operation=name, major=1, params={})


def pair_plan() -> Plan:
    """One step, then two outputs with a step each."""
    leaves = (PlannedBranch(steps=(step("1.0"),), output="wide"), PlannedBranch(steps=(step("2.0"),), output="narrow"))
    return Plan(recipe="pair", steps=(step("0"),), branches=leaves)


def said(body: Message, id: str | None = None) -> Envelope:
    return Envelope.of(body, source="test", id=id)


def picture(text: str) -> ArtifactRef:
    return ArtifactRef(digest=digest_of(text.encode()), media_type="image/jpeg", size=len(text))


def record(step: PlannedStep) -> StepRecord:
    return StepRecord(id=step.id, key=digest_of(step.id.encode()), operation=step.operation, version="1.2.0", params={})


def accepted(order: PhotoOrder, listing: str, tenant: str = "local") -> Envelope:
    artifact = order.artifact or picture("fetched")
    body = PhotoAccepted(
        listing=listing,
        photo=order.photo,
        tenant=tenant,
        filename=order.filename,
        artifact=artifact,
        width=640,
        height=480,
        format="jpeg",
        jobs=order.jobs,
    )
    return said(body)


def rejected(order: PhotoOrder, listing: str) -> Envelope:
    failure = Failure(code="bad_photo", message="It is a text.")
    jobs = tuple(job.job for job in order.jobs)
    return said(PhotoRejected(listing=listing, photo=order.photo, filename=order.filename, failure=failure, jobs=jobs))


def first_visit(job: str, plan: Plan, tenant: str = "local") -> Envelope:
    """The steps before the branches are done."""
    done = tuple(record(each) for each in plan.steps)
    frame = FrameRef(key=done[-1].key, planes=ArtifactRef(digest="a" * 64, media_type="x/frame", size=9), history=done)
    remaining = PlannedBranch(branches=plan.branches)
    return said(StepFinished(job=job, tenant=tenant, steps=done, frame=frame, worker="w1", remaining=remaining))


def leaf(job: str, plan: Plan, place: int, tenant: str = "local") -> Envelope:
    """The output at the end of a branch is ready."""
    branch = plan.branches[place]
    done = tuple(record(each) for each in branch.steps)
    history = (*(record(each) for each in plan.steps), *done)
    made = picture(f"{job}{branch.output}")
    findings = {"test.frame": {"verdict": "pass"}}
    frame = FrameRef(key=done[-1].key, file=made, width=10, height=8, findings=findings, history=history)
    body = StepFinished(
        job=job,
        tenant=tenant,
        steps=done,
        frame=frame,
        worker="w1",
        remaining=PlannedBranch(output=branch.output),
        output=branch.output,
    )
    return said(body)


def failed(job: str, plan: Plan, place: int, *, final: bool = True, message: str = "The lens cap was on.") -> Envelope:
    branch = plan.branches[place]
    failure = Failure(code="operation_failed", message=message, step=branch.steps[0].id)
    body = StepFailed(
        job=job,
        step=branch.steps[0].id,
        operation=branch.steps[0].operation,
        failure=failure,
        attempt=1,
        final=final,
        retry_in_s=None if final else 2.0,
        outputs=(branch.output,) if final else (),
    )
    return said(body)


def started(job: str, at: str = "0") -> Envelope:
    return said(StepStarted(job=job, step=at, operation="test.clean", worker="w1"))


def orders(envelope: Envelope) -> ListingReceived:
    return envelope.body(ListingReceived)


def bucket_order(name: str, shadow: Plan | None = None) -> PhotoOrder:
    """A photo that nobody announced before ingest accepted it."""
    jobs = (JobOrder(job=digest_of(f"job {name}".encode())[:32], plan=pair_plan(), shadow=shadow),)
    return PhotoOrder(photo=digest_of(name.encode())[:32], filename=f"{name}.jpg", artifact=picture(name), jobs=jobs)


def now() -> datetime:
    return datetime.now(UTC)


async def eventually(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until `true()` (or what it awaits) is."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if await found if inspect.isawaitable(found) else found:
                return
            await asyncio.sleep(0.01)
