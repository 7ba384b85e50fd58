"""/v1/annotations: people say what is in the pictures of a data set, and their word becomes a new version of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse

from packshot.contracts.annotation import (
    Agreement,
    Asking,
    Decision,
    Disagreement,
    NewTask,
    NextPicture,
    Person,
    PictureView,
    Published,
    Publishing,
    Saved,
    Skipped,
    TaskView,
    Work,
    WorkState,
)
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Manifest
from packshot.datasets.masks import read_mask, write_mask
from packshot.datasets.register import save_manifest
from packshot.imaging.sniff import sniff
from packshot_gateway.annotating import agreeing, importing, proposals, publishing, tasks, work
from packshot_gateway.annotating.agreeing import Works
from packshot_gateway.annotating.showing import SHOWN_BY_BROWSERS, shown_picture
from packshot_gateway.database import annotation
from packshot_gateway.database.tables import AnnotationPicture, AnnotationTask
from packshot_gateway.http.artifacts import Digest, send
from packshot_gateway.http.context import Caller, Context, Gateway, Reader, Writer
from packshot_gateway.http.data_sets import check_name, open_data_set
from packshot_gateway.http.problems import Conflict, NotFound

router = APIRouter(prefix="/v1/annotations", tags=["annotations"])

Position = Annotated[int, PathParameter(ge=0, description="The picture's place in the data set, from 0")]
Who = Annotated[Person, Query()]


@router.post("", status_code=201)
async def start(gateway: Gateway, caller: Writer, new: NewTask) -> TaskView:
    """Start a task over a version of a data set. With an operation, jobs for the first pictures are on their way at once."""
    opened = await open_data_set(gateway, caller, new.dataset)
    if new.operation is not None:
        await proposals.make_planner(gateway, caller.tenant, new.operation, new.params)
    async with gateway.database.writing() as session:
        task = await tasks.start(session, caller.tenant, opened.version.digest, opened.manifest, new)
        view = await tasks.view(session, task, caller.name)
    await proposals.order(gateway, task, 0)
    return view


@router.get("")
async def recent(
    gateway: Gateway, caller: Reader, person: Who = "me", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[TaskView]:
    """The newest tasks first, with how far they are and how much of it `person` has done."""
    async with gateway.database.reading() as session:
        found = await annotation.recent(session, caller.tenant, limit)
        return [await tasks.view(session, task, caller.person(person)) for task in found]


@router.get("/{id}")
async def show(gateway: Gateway, caller: Reader, id: str, person: Who = "me") -> TaskView:
    """A task and how far it is."""
    async with gateway.database.reading() as session:
        return await tasks.view(session, await tasks.find(session, caller.tenant, id), caller.person(person))


@router.post("/{id}/next")
async def give_next(gateway: Gateway, caller: Writer, id: str, asking: Asking) -> NextPicture:
    """The picture that a person is to do next: the one in hand, else one that this person has never had."""
    person = caller.person(asking.person)
    async with gateway.database.writing() as session:
        task = await tasks.find(session, caller.tenant, id, lock=True)
        position = None if task.published else await work.give(session, task, person)
        view = await tasks.view(session, task, person)
    if position is None:
        return NextPicture(task=view)
    await proposals.order(gateway, task, position)
    return NextPicture(picture=await _picture(gateway, task, position, person), task=view)


@router.get("/{id}/pictures/{position}")
async def show_picture(gateway: Gateway, caller: Reader, id: str, position: Position, person: Who = "me") -> PictureView:
    """A picture as `person` sees it: what is proposed, and what this person has said."""
    async with gateway.database.reading() as session:
        task = await tasks.find(session, caller.tenant, id)
    return await _picture(gateway, task, position, caller.person(person))


@router.put("/{id}/pictures/{position}")
async def save(gateway: Gateway, caller: Writer, id: str, position: Position, saved: Saved) -> PictureView:
    """Say what is in a picture. The same again changes nothing; something else needs the revision that was seen last."""
    person = caller.person(saved.person)
    async with gateway.database.reading() as session:
        task = await tasks.find(session, caller.tenant, id)
        picture = await tasks.picture(session, task, position)
        masks = await work.masks_of(session, picture, saved.labels)
    labels = await work.labels_of(gateway.store, task, picture, saved.labels, masks=masks, person=person)
    said = Work(person=person, state=WorkState.SAVED, labels=labels)
    return await _say(gateway, caller, id, position, said, revision=saved.revision)


@router.post("/{id}/pictures/{position}/skip")
async def skip(gateway: Gateway, caller: Writer, id: str, position: Position, skipped: Skipped) -> PictureView:
    """Say why a picture is not annotated. If that holds, the published version leaves it out."""
    said = Work(person=caller.person(skipped.person), state=WorkState.SKIPPED, reason=skipped.reason)
    return await _say(gateway, caller, id, position, said, revision=skipped.revision)


@router.post("/{id}/pictures/{position}/masks", status_code=201)
async def send_mask(
    gateway: Gateway,
    caller: Writer,
    id: str,
    position: Position,
    content: Annotated[bytes, Body(media_type="image/png", description="White on black, of the picture's size")],
) -> ArtifactRef:
    """Send a mask for a picture, to name it in a label."""
    async with gateway.database.reading() as session:
        task = await tasks.find(session, caller.tenant, id)
        item = tasks.item_of(await tasks.picture(session, task, position))
    grey = await asyncio.to_thread(_grey, content, item.height, item.width)
    ref = await gateway.store.put(grey, "image/png")
    async with gateway.database.writing() as session:
        await annotation.keep_mask(session, id, position, ref)
    return ref


@router.get("/{id}/files/{digest}", response_class=StreamingResponse)
async def show_file(request: Request, gateway: Gateway, caller: Reader, id: str, digest: Digest) -> Response:
    """A picture of a task, or one of its masks. What browsers cannot show comes as JPEG, in the same size."""
    async with gateway.database.reading() as session:
        task = await tasks.find(session, caller.tenant, id)
        ref = await annotation.file(session, task.id, digest)
    if ref is None:
        raise NotFound(f"This task has no picture or mask {digest}.")
    if ref.media_type in SHOWN_BY_BROWSERS:
        return await send(request, gateway.store, ref, None)
    shown = await asyncio.to_thread(shown_picture, await gateway.store.get(ref))
    return Response(shown, media_type="image/jpeg", headers={"cache-control": "private, max-age=31536000, immutable"})


@router.get("/{id}/agreement")
async def show_agreement(gateway: Gateway, caller: Reader, id: str) -> Agreement:
    """How far two people agree: overlap of boxes and masks, and Cohen's kappa of their classes."""
    return agreeing.agreement(*await _all(gateway, caller, id))


@router.get("/{id}/disagreements")
async def show_disagreements(gateway: Gateway, caller: Reader, id: str) -> list[Disagreement]:
    """The pictures that somebody has to decide, with what each of the two has said."""
    return agreeing.disagreements(*await _all(gateway, caller, id))


@router.put("/{id}/pictures/{position}/decision", status_code=204)
async def decide(gateway: Gateway, caller: Writer, id: str, position: Position, decision: Decision) -> None:
    """Say what holds where two people disagree."""
    person = caller.person(decision.person)
    async with gateway.database.reading() as session:
        task = await tasks.find(session, caller.tenant, id)
        picture = await tasks.picture(session, task, position)
        masks = await work.masks_of(session, picture, decision.labels)
        said = (await annotation.works(session, id, position))[position]
    if not agreeing.disagree(task, picture, said):
        raise Conflict("Nobody disagrees about this picture, so there is nothing to decide.")
    labels = await work.labels_of(gateway.store, task, picture, decision.labels, masks=masks, person=person)
    async with gateway.database.writing() as session:
        await tasks.find_open(session, caller.tenant, id)
        stored = await tasks.picture(session, task, position)
        kept = [label.model_dump(mode="json") for label in labels]
        stored.decision = {"person": person, "labels": kept, "leave_out": decision.leave_out}
        stored.decided_at = datetime.now(UTC)


@router.post("/{id}/publish")
async def publish(gateway: Gateway, caller: Writer, id: str, how: Publishing | None = None) -> Published:
    """Make a new version of the data set of what was said. Doing it again gives the same version."""
    task, pictures, works = await _all(gateway, caller, id)
    outcome = await publishing.settle(gateway.store, task, pictures, works)
    open_still = outcome.undone + outcome.undecided
    if open_still and not (how and how.partial):
        raise Conflict(
            f"{outcome.undone} pictures are not done and {outcome.undecided} wait for a decision. "
            "Publish with `partial` to keep the labels that they had."
        )
    manifest = await publishing.manifest_of(gateway.store, task, outcome, publishing.last_word(task, pictures, works))
    version = await save_manifest(gateway.store, manifest)
    if not open_still:
        async with gateway.database.writing() as session:
            (await tasks.find(session, caller.tenant, id, lock=True)).published = version.digest
    return Published(
        name=version.name,
        digest=version.digest,
        pictures=len(manifest.items),
        left_out=len(outcome.left_out),
        undone=open_still,
    )


@router.post("/imports/files", status_code=201, tags=["data sets"])
async def import_file(
    gateway: Gateway, caller: Writer, content: Annotated[bytes, Body(media_type="application/octet-stream")]
) -> ArtifactRef:
    """Send a picture or a mask of a data set that is to be imported."""
    return await importing.take(gateway.store, content)


@router.post("/imports", status_code=201, tags=["data sets"])
async def import_manifest(gateway: Gateway, caller: Writer, manifest: Manifest) -> Published:
    """Register a data set whose pictures and masks were sent before."""
    await check_name(gateway, caller, manifest.name)
    version = await importing.register(gateway.database, gateway.store, caller.tenant, manifest)
    return Published(name=version.name, digest=version.digest, pictures=len(manifest.items), left_out=0, undone=0)


def _grey(content: bytes, height: int, width: int) -> bytes:
    header = sniff(content)
    if (header.height, header.width) != (height, width):
        content = b""
    return write_mask(read_mask(content, height, width))


async def _picture(gateway: Context, task: AnnotationTask, position: int, person: str) -> PictureView:
    async with gateway.database.reading() as session:
        picture = await tasks.picture(session, task, position)
        row = await annotation.work(session, task.id, position, person)
    ready = await proposals.collect(gateway, task, picture)
    return work.view(picture, row, waiting=not ready)


async def _say(gateway: Context, caller: Caller, id: str, position: int, said: Work, *, revision: int) -> PictureView:
    async with gateway.database.writing() as session:
        task = await tasks.find_open(session, caller.tenant, id)
        picture = await tasks.picture(session, task, position)
        row = await work.say(session, task, position, said, revision)
        works = (await annotation.works(session, id, position))[position]
    if len(works) > 1:
        await agreeing.compare_works(gateway.database, gateway.store, task, picture, works)
    return work.view(picture, row, waiting=False)


async def _all(gateway: Context, caller: Caller, id: str) -> tuple[AnnotationTask, list[AnnotationPicture], Works]:
    """A task with all its pictures and what people have said; comparisons that a crash left out are made now."""
    async with gateway.database.reading() as session:
        task = await tasks.find(session, caller.tenant, id)
        pictures = list(await annotation.pictures(session, id))
        works = await annotation.works(session, id)
    for picture in pictures:
        said = works.get(picture.position, [])
        if len(said) > 1 and picture.comparison is None:
            await agreeing.compare_works(gateway.database, gateway.store, task, picture, said)
    return task, pictures, works
