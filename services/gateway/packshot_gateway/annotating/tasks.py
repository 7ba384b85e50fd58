"""Tasks: made of a version of a data set, and shown with how far they are."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from packshot.contracts.annotation import NewTask, TaskView
from packshot.contracts.dataset import Item, Manifest
from packshot.contracts.ids import new_id
from packshot.contracts.model import Json
from packshot_gateway.database import annotation
from packshot_gateway.database.tables import AnnotationMask, AnnotationPicture, AnnotationTask
from packshot_gateway.http.problems import Conflict, NotFound


async def start(session: AsyncSession, tenant: str, digest: str, manifest: Manifest, new: NewTask) -> AnnotationTask:
    """Write a task down with all its pictures. What the data set says of its categories already is proposed to people."""
    task = AnnotationTask(
        id=new_id(),
        tenant=tenant,
        dataset=manifest.name,
        digest=digest,
        categories=list(new.categories),
        people=new.people,
        least_overlap=new.least_overlap,
        operation=new.operation,
        params=new.params,
        alpha=new.alpha,
        pictures=len(manifest.items),
        created_at=datetime.now(UTC),
    )
    session.add(task)
    await session.flush()
    session.add_all(_picture(task, position, item) for position, item in enumerate(manifest.items))
    await session.flush()
    session.add_all(mask for position, item in enumerate(manifest.items) for mask in _masks(task, position, item))
    return task


async def find(session: AsyncSession, tenant: str, id: str, *, lock: bool = False) -> AnnotationTask:
    """The task. Raises NotFound."""
    task = await annotation.find(session, tenant, id, lock=lock)
    if task is None:
        raise NotFound(f"There is no annotation task {id}.")
    return task


async def find_open(session: AsyncSession, tenant: str, id: str) -> AnnotationTask:
    """The task, locked, for those who change something in it. Raises NotFound, and Conflict once it is published."""
    task = await find(session, tenant, id, lock=True)
    if task.published is not None:
        raise Conflict("This task is published, and closed. Start another one over the version that came of it.")
    return task


async def picture(session: AsyncSession, task: AnnotationTask, position: int) -> AnnotationPicture:
    """One of the task's pictures. Raises NotFound."""
    found = await annotation.picture(session, task.id, position)
    if found is None:
        raise NotFound(f"The task has {task.pictures} pictures, and none at {position}.")
    return found


async def view(session: AsyncSession, task: AnnotationTask, person: str) -> TaskView:
    """The task as `person` sees it."""
    return TaskView(
        id=task.id,
        dataset=task.dataset,
        digest=task.digest,
        categories=tuple(task.categories),
        people=task.people,
        least_overlap=task.least_overlap,
        operation=task.operation,
        params=task.params,
        alpha=task.alpha,
        created_at=task.created_at,
        pictures=task.pictures,
        complete=await annotation.complete(session, task),
        person=person,
        mine=await annotation.done_by(session, task.id, person) if person else 0,
        published=task.published,
    )


def item_of(picture: AnnotationPicture) -> Item:
    """The item of the data set that a picture is."""
    return Item.model_validate(picture.item)


def known_labels(task: AnnotationTask, item: Item) -> list[Json]:
    """What the data set says already of the task's categories: people begin with it."""
    return [label.model_dump(mode="json") for label in item.labels if label.category in task.categories]


def _picture(task: AnnotationTask, position: int, item: Item) -> AnnotationPicture:
    return AnnotationPicture(
        task=task.id,
        position=position,
        digest=item.picture.digest,
        item=item.model_dump(mode="json"),
        proposals=None if task.operation else known_labels(task, item),
    )


def _masks(task: AnnotationTask, position: int, item: Item) -> list[AnnotationMask]:
    masks = {label.mask.digest: label.mask for label in item.labels if label.mask is not None}
    return [
        AnnotationMask(task=task.id, position=position, digest=digest, artifact=ref.model_dump(mode="json"))
        for digest, ref in masks.items()
    ]
