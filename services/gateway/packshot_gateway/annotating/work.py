"""One person at one picture: given, looked at, saved or skipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.annotation import Mark, PictureView, Work, WorkState
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Label
from packshot.datasets.masks import Box, box_of, inside, read_mask
from packshot.errors import BadParameters
from packshot.store.protocol import ArtifactStore
from packshot_gateway.annotating.tasks import item_of
from packshot_gateway.database import annotation
from packshot_gateway.database.tables import AnnotationPicture, AnnotationTask, AnnotationWork
from packshot_gateway.http.problems import Conflict

ABANDONED = timedelta(minutes=30)
"""A picture that somebody was given and has not finished after this time is given to somebody else, too."""


async def give(session: AsyncSession, task: AnnotationTask, person: str) -> int | None:
    """The position of the picture that `person` is to do: the one in hand, else the next that needs somebody."""
    position = await annotation.open_position(session, task, person)
    if position is not None:
        return position
    now = datetime.now(UTC)
    position = await annotation.free_position(session, task, person, now - ABANDONED)
    if position is not None:
        session.add(
            AnnotationWork(task=task.id, position=position, person=person, state=WorkState.OPEN.value, revision=0, taken_at=now)
        )
    return position


async def say(session: AsyncSession, task: AnnotationTask, position: int, said: Work, revision: int) -> AnnotationWork:
    """Write down what a person says. Saying the same again changes nothing.

    Raises Conflict where somebody has said something under this name since `revision`, or where enough others were done first.
    """
    person = said.person
    row = await annotation.work(session, task.id, position, person)
    labels = [label.model_dump(mode="json") for label in said.labels]
    if row is not None and (row.state, row.labels, row.reason) == (said.state.value, labels, said.reason):
        return row
    if revision != (row.revision if row else 0):
        raise Conflict(f"{person} has said something else about this picture meanwhile. Load it again.")
    others = [work for work in (await annotation.works(session, task.id, position))[position] if work.person != person]
    finished = row is not None and row.state != WorkState.OPEN.value
    if len(others) >= task.people or (finished and task.people > 1 and others):
        raise Conflict("Others are done with this picture: what was said about it stands, or is for an adjudicator to decide.")
    now = datetime.now(UTC)
    if row is None:
        row = AnnotationWork(task=task.id, position=position, person=person, revision=0, taken_at=now)
        session.add(row)
    row.state, row.labels, row.reason = said.state.value, labels, said.reason
    row.revision += 1
    row.saved_at, row.first_saved_at = now, row.first_saved_at or now
    return row


async def labels_of(
    store: ArtifactStore, task: AnnotationTask, picture: AnnotationPicture, marks: Sequence[Mark], *, masks: Masks, person: str
) -> tuple[Label, ...]:
    """What a person says, checked. Raises BadParameters for unknown categories and masks, and boxes outside the picture."""
    item = item_of(picture)
    by = f"user:{person}"
    made = []
    for mark in marks:
        if mark.category not in task.categories:
            raise BadParameters(f"{mark.category!r} is none of the task's categories: {', '.join(task.categories)}.")
        if mark.mask is None:
            made.append(Label(category=mark.category, box=_checked(mark.box, item), by=by))
            continue
        if mark.mask not in masks:
            raise BadParameters(f"The mask {mark.mask} was not sent for this picture.")
        where = inside(read_mask(await store.get(mark.mask), item.height, item.width))
        box = box_of(where)
        if box is None:
            raise BadParameters("A mask is empty. Leave the label away instead.")
        made.append(Label(category=mark.category, box=box, mask=masks[mark.mask], by=by))
    return tuple(made)


Masks = dict[str, ArtifactRef]


async def masks_of(session: AsyncSession, picture: AnnotationPicture, marks: Iterable[Mark]) -> Masks:
    """Those masks named in `marks` that are this picture's."""
    named = {mark.mask for mark in marks if mark.mask is not None}
    found = [await annotation.mask(session, picture.task, picture.position, digest) for digest in sorted(named)]
    return {ref.digest: ref for ref in found if ref is not None}


def view(picture: AnnotationPicture, row: AnnotationWork | None, *, waiting: bool) -> PictureView:
    """The picture as the person of `row` sees it."""
    item = item_of(picture)
    return PictureView(
        task=picture.task,
        position=picture.position,
        picture=item.picture,
        width=item.width,
        height=item.height,
        product=item.product,
        category=item.category,
        proposals=tuple(Label.model_validate(label) for label in picture.proposals or ()),
        waiting=waiting,
        failure=picture.proposal_failure,
        **({} if row is None else {"state": row.state, "revision": row.revision, "labels": row.labels, "reason": row.reason}),
    )


def _checked(box: Box | None, item: Item) -> Box | None:
    if box is None:
        return None
    x, y, width, height = box
    if not (width > 0 and height > 0 and x >= 0 and y >= 0 and x + width <= item.width and y + height <= item.height):
        raise BadParameters(f"The box {box} is not inside the picture of {item.width}×{item.height} pixels.")
    return box
