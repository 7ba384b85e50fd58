"""What the machine proposes: ordinary jobs of a recipe of one step, a few pictures ahead of the people."""

from __future__ import annotations

import asyncio
from pathlib import PurePath

import numpy as np
import structlog

from packshot.contracts.dataset import Item, Label
from packshot.contracts.http import JobView, OutputView
from packshot.contracts.model import Json
from packshot.contracts.recipe import Recipe, Step
from packshot.datasets.masks import Mask, box_of, inside, write_mask
from packshot.errors import PackshotError, TransientError
from packshot.imaging.decode import decode
from packshot_gateway import planning, views
from packshot_gateway.annotating.tasks import item_of, known_labels
from packshot_gateway.database import annotation, jobs
from packshot_gateway.database.tables import AnnotationPicture, AnnotationTask
from packshot_gateway.http.context import Context
from packshot_gateway.planning import Planner
from packshot_gateway.submitting import NewListing, NewPhoto, accept

log = structlog.get_logger(__name__)

TOGETHER = 16
"""Pictures of one listing: jobs are given out so many at a time, and so many more are under way ahead of the people."""
OUTPUT = "proposal"


async def make_planner(gateway: Context, tenant: str, operation: str, params: Json) -> Planner:
    """Plans the one step of an operation. Raises UnknownName or BadParameters as for any recipe."""
    steps = (Step(operation=operation, params=params),)
    recipe = Recipe(name="pre-annotation", title="Pre-annotation", steps=steps, output=OUTPUT)
    return await planning.make_planner([recipe], {}, gateway.catalogue, gateway.policies, tenant)


async def order(gateway: Context, task: AnnotationTask, position: int) -> None:
    """See to it that jobs for the pictures around `position` and for those that follow are on their way."""
    if task.operation is None:
        return
    first = position - position % TOGETHER
    for start in (first, first + TOGETHER):
        try:
            await _order_batch(gateway, task, start)
        except TransientError as error:
            log.warning("proposals could not be ordered; whoever asks next tries again", task=task.id, reason=str(error))
        except PackshotError as error:
            log.warning("there will be no proposals", task=task.id, position=start, reason=str(error))
            await _do_without(gateway, task, start, str(error))


async def collect(gateway: Context, task: AnnotationTask, picture: AnnotationPicture) -> bool:
    """Take in the proposal for `picture` if its job has ended; False while that is still to come."""
    if picture.proposals is not None:
        return True
    if picture.job is None:
        return False
    async with gateway.database.reading() as session:
        row = await jobs.find(session, task.tenant, picture.job)
        (job,) = await views.job_views(session, [row] if row else [])
    if not job.state.ended:
        return False
    item = item_of(picture)
    found, failure = None, ""
    try:
        found = await _label(gateway, task, item, job)
    except TransientError:
        raise
    except PackshotError as error:
        failure = str(error)
    async with gateway.database.writing() as session:
        stored = await annotation.picture(session, picture.task, picture.position)
        assert stored is not None
        for each in (stored, picture):
            each.proposals = known_labels(task, item) + ([found.model_dump(mode="json")] if found else [])
            each.proposal_failure = failure
        if found is not None and found.mask is not None:
            await annotation.keep_mask(session, picture.task, picture.position, found.mask)
    return True


async def _order_batch(gateway: Context, task: AnnotationTask, start: int) -> None:
    async with gateway.database.reading() as session:
        pictures = await annotation.pictures(session, task.id, range(start, start + TOGETHER))
    if all(picture.job is not None or picture.proposals is not None for picture in pictures):
        return
    photos = [NewPhoto(_name(item_of(picture)), item_of(picture).picture) for picture in pictures]
    assert task.operation is not None
    planner = await make_planner(gateway, task.tenant, task.operation, task.params)
    new = NewListing(tenant=task.tenant, planner=planner, photos=photos, title=f"Pre-annotation of {task.dataset}")
    # With this key, a second request for the same pictures gets the first one's jobs.
    view, is_new = await accept(gateway.database, new, f"annotation-{task.id}-{start}", gateway.settings.overdue_s)
    place = {photo.id: number for number, photo in enumerate(view.photos)}
    async with gateway.database.writing() as session:
        rows = await annotation.pictures(session, task.id, range(start, start + TOGETHER))
        for job in view.jobs:
            rows[place[job.photo.id]].job = job.id
    if is_new:
        gateway.relay.wake()


async def _do_without(gateway: Context, task: AnnotationTask, start: int, why: str) -> None:
    """People go on with what the data set says already."""
    async with gateway.database.writing() as session:
        for row in await annotation.pictures(session, task.id, range(start, start + TOGETHER)):
            if row.job is None and row.proposals is None:
                row.proposals, row.proposal_failure = known_labels(task, item_of(row)), why


async def _label(gateway: Context, task: AnnotationTask, item: Item, job: JobView) -> Label:
    (output,) = job.outputs
    if not output.ready or output.artifact is None:
        failure = output.failure or job.failure or job.photo.failure
        raise NoProposal(failure.message if failure else "The job was stopped.")
    content = await gateway.store.get(output.artifact)
    mask = await asyncio.to_thread(_mask, content, item)
    ref = await gateway.store.put(await asyncio.to_thread(write_mask, mask), "image/png")
    category = item.category if item.category in task.categories else task.categories[0]
    return Label(category=category, box=box_of(inside(mask)), mask=ref, by=_by(output))


def _mask(content: bytes, item: Item) -> Mask:
    frame = decode(content)
    alpha = frame.alpha
    if alpha is None:
        raise NoProposal("The operation left the picture opaque: it proposes nothing.")
    if alpha.shape != (item.height, item.width):
        raise NoProposal("The operation changes the picture's size, so what it finds is not where it is in the picture.")
    mask = np.asarray(alpha >> 8 if alpha.dtype == np.uint16 else alpha, np.uint8)
    if not inside(mask).any():
        raise NoProposal("The operation found nothing in the picture.")
    return mask


def _by(output: OutputView) -> str:
    last = output.lineage[-1]
    return f"machine:{last.operation}@{last.version}"


def _name(item: Item) -> str:
    return PurePath(item.source).name or item.product or "picture"


class NoProposal(PackshotError):
    """The machine proposes nothing for this picture."""
