"""Queries about annotation tasks. Whoever asks gives the tenant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from packshot.contracts.annotation import WorkState
from packshot.contracts.artifact import ArtifactRef
from packshot_gateway.database.tables import AnnotationMask, AnnotationPicture, AnnotationTask, AnnotationWork

DONE = (WorkState.SAVED.value, WorkState.SKIPPED.value)


async def find(session: AsyncSession, tenant: str, id: str, *, lock: bool = False) -> AnnotationTask | None:
    """A task of this tenant; with `lock`, nobody else changes what people have of it until this transaction ends."""
    query = select(AnnotationTask).where(AnnotationTask.id == id, AnnotationTask.tenant == tenant)
    return await session.scalar(query.with_for_update() if lock else query)


async def recent(session: AsyncSession, tenant: str, limit: int) -> Sequence[AnnotationTask]:
    """This tenant's tasks, newest first."""
    query = select(AnnotationTask).where(AnnotationTask.tenant == tenant)
    return (await session.scalars(query.order_by(AnnotationTask.created_at.desc(), AnnotationTask.id.desc()).limit(limit))).all()


async def done_by(session: AsyncSession, task: str, person: str) -> int:
    """How many pictures a person is done with."""
    query = select(func.count()).select_from(AnnotationWork)
    query = query.where(AnnotationWork.task == task, AnnotationWork.person == person, AnnotationWork.state.in_(DONE))
    return await session.scalar(query) or 0


async def complete(session: AsyncSession, task: AnnotationTask) -> int:
    """How many pictures enough people are done with."""
    whole = (
        select(AnnotationWork.position)
        .where(AnnotationWork.task == task.id, AnnotationWork.state.in_(DONE))
        .group_by(AnnotationWork.position)
        .having(func.count() >= task.people)
    )
    return await session.scalar(select(func.count()).select_from(whole.subquery())) or 0


async def picture(session: AsyncSession, task: str, position: int) -> AnnotationPicture | None:
    """One picture of a task."""
    return await session.get(AnnotationPicture, (task, position))


async def pictures(session: AsyncSession, task: str, positions: Sequence[int] | None = None) -> Sequence[AnnotationPicture]:
    """All pictures of a task, or these."""
    query = select(AnnotationPicture).where(AnnotationPicture.task == task).order_by(AnnotationPicture.position)
    if positions is not None:
        query = query.where(AnnotationPicture.position.in_(positions))
    return (await session.scalars(query)).all()


async def work(session: AsyncSession, task: str, position: int, person: str) -> AnnotationWork | None:
    """What a person has of a picture."""
    return await session.get(AnnotationWork, (task, position, person))


async def works(session: AsyncSession, task: str, position: int | None = None) -> dict[int, list[AnnotationWork]]:
    """What people have finished, by picture, who was first first."""
    query = select(AnnotationWork).where(AnnotationWork.task == task, AnnotationWork.state.in_(DONE))
    if position is not None:
        query = query.where(AnnotationWork.position == position)
    found: dict[int, list[AnnotationWork]] = defaultdict(list)
    for row in await session.scalars(query.order_by(AnnotationWork.first_saved_at, AnnotationWork.person)):
        found[row.position].append(row)
    return found


async def open_position(session: AsyncSession, task: AnnotationTask, person: str) -> int | None:
    """The picture that a person was given and has not finished, unless enough others have meanwhile."""
    other = aliased(AnnotationWork)
    here = and_(other.task == AnnotationWork.task, other.position == AnnotationWork.position, other.state.in_(DONE))
    done = select(func.count()).select_from(other).where(here).scalar_subquery()
    query = select(AnnotationWork.position).where(
        AnnotationWork.task == task.id,
        AnnotationWork.person == person,
        AnnotationWork.state == WorkState.OPEN.value,
        done < task.people,
    )
    return await session.scalar(query.order_by(AnnotationWork.taken_at, AnnotationWork.position).limit(1))


async def free_position(session: AsyncSession, task: AnnotationTask, person: str, abandoned: datetime) -> int | None:
    """The first picture that this person has never had and that needs one more. What others took before `abandoned` is free."""
    here = and_(AnnotationWork.task == AnnotationPicture.task, AnnotationWork.position == AnnotationPicture.position)
    busy = or_(AnnotationWork.state.in_(DONE), AnnotationWork.taken_at > abandoned)
    taken = select(func.count()).select_from(AnnotationWork).where(here, busy).scalar_subquery()
    query = select(AnnotationPicture.position).where(
        AnnotationPicture.task == task.id, ~exists().where(here, AnnotationWork.person == person), taken < task.people
    )
    return await session.scalar(query.order_by(AnnotationPicture.position).limit(1))


async def mask(session: AsyncSession, task: str, position: int, digest: str) -> ArtifactRef | None:
    """A mask of this picture."""
    found = await session.get(AnnotationMask, (task, position, digest))
    return None if found is None else ArtifactRef.model_validate(found.artifact)


async def keep_mask(session: AsyncSession, task: str, position: int, ref: ArtifactRef) -> None:
    """Remember that a mask is this picture's."""
    if await session.get(AnnotationMask, (task, position, ref.digest)) is None:
        session.add(AnnotationMask(task=task, position=position, digest=ref.digest, artifact=ref.model_dump(mode="json")))


async def file(session: AsyncSession, task: str, digest: str) -> ArtifactRef | None:
    """A picture or a mask of a task."""
    masks = select(AnnotationMask.artifact).where(AnnotationMask.task == task, AnnotationMask.digest == digest).limit(1)
    if (found := await session.scalar(masks)) is not None:
        return ArtifactRef.model_validate(found)
    pictures = select(AnnotationPicture.item).where(AnnotationPicture.task == task, AnnotationPicture.digest == digest)
    item = await session.scalar(pictures.limit(1))
    return None if item is None else ArtifactRef.model_validate(item["picture"])
