"""A visit's way to the store and back: blobs in, blobs out, and the frame's references on the wire."""

from __future__ import annotations

from packshot.contracts.artifact import FRAME_MEDIA_TYPE, ArtifactRef
from packshot.contracts.result import FrameRef, ResultRecord, StepRecord
from packshot.plugin.frame import File
from packshot.plugin.order import Blob, Kind, Order, OrderedStep, Outcome
from packshot.store.protocol import ArtifactStore
from packshot.worker.visit import Visit, VisitedStep


async def fetch_order(visit: Visit, store: ArtifactStore) -> Order:
    """Everything that the visit's steps read, from the store. Raises StoreUnavailable or ArtifactMissing."""
    frame = visit.command.frame
    return Order(
        steps=tuple([await _ordered(step, store) for step in visit.steps]),
        picture=await _picture(frame.planes or frame.photo, store),
        file=await _file(frame.file, store),
        findings=frame.findings,
        wants_frame=bool(visit.next),
        wants_file=bool(visit.ready),
        may_repair=visit.command.repairs_left > 0,
        urgent=visit.command.urgent,
    )


async def store_outcome(
    before: FrameRef, order: Order, outcome: Outcome, history: tuple[StepRecord, ...], store: ArtifactStore
) -> FrameRef:
    """Put what is new into the store; the frame that refers to it."""
    same_file = outcome.file is order.file
    return FrameRef(
        key=history[-1].key,
        photo=before.photo if outcome.frame_unchanged else None,
        own=before.own or before.photo,
        planes=await _put_planes(before, outcome, store),
        file=before.file if same_file else await _put_file(outcome.file, store),
        width=outcome.width,
        height=outcome.height,
        findings=outcome.findings,
        history=(*before.history, *history),
    )


def merged(frame: FrameRef, known: ResultRecord | None) -> FrameRef:
    """`frame` with the planes or file that another job's visit has stored under the same key."""
    if known is None or known.repairs:
        return frame
    return frame.model_copy(update={"planes": frame.planes or known.frame.planes, "file": frame.file or known.frame.file})


async def _picture(ref: ArtifactRef | None, store: ArtifactStore) -> Blob | None:
    if ref is None:
        return None
    kind = Kind.FRAME if ref.media_type == FRAME_MEDIA_TYPE else Kind.PHOTO
    return Blob(await store.get(ref), kind)


async def _file(ref: ArtifactRef | None, store: ArtifactStore) -> File | None:
    return None if ref is None else File(await store.get(ref), ref.media_type)


async def _ordered(step: VisitedStep, store: ArtifactStore) -> OrderedStep:
    planned = step.planned
    inputs = {name: await _picture(await store.stat(digest), store) for name, digest in step.further.items()}
    return OrderedStep(
        operation=f"{planned.operation}@{planned.major}",
        params=planned.params,
        seed=planned.seed,
        inputs={name: blob for name, blob in inputs.items() if blob is not None},
        timeout_s=planned.timeout_s,
        version=step.spec.version,
    )


async def _put_planes(before: FrameRef, outcome: Outcome, store: ArtifactStore) -> ArtifactRef | None:
    if outcome.frame_unchanged:
        return before.planes
    return None if outcome.frame is None else await store.put(outcome.frame.content, FRAME_MEDIA_TYPE)


async def _put_file(file: File | None, store: ArtifactStore) -> ArtifactRef | None:
    return None if file is None else await store.put(file.content, file.media_type)
