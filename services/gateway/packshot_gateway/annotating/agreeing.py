"""Two people's work on one picture compared, and what follows from all comparisons of a task."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from statistics import fmean

from packshot.contracts.annotation import Agreement, Disagreement, Work, WorkState
from packshot.contracts.dataset import Item, Label
from packshot.datasets.agreement import Comparison, Marked, Pair, cohens_kappa, compare
from packshot.datasets.masks import inside, read_mask
from packshot.store.protocol import ArtifactStore
from packshot_gateway.annotating.tasks import item_of
from packshot_gateway.database import Database, annotation
from packshot_gateway.database.tables import AnnotationPicture, AnnotationTask, AnnotationWork

Works = Mapping[int, Sequence[AnnotationWork]]


async def compare_works(
    database: Database, store: ArtifactStore, task: AnnotationTask, picture: AnnotationPicture, works: Sequence[AnnotationWork]
) -> None:
    """Compare what two people have said about a picture, and keep the figures with it."""
    item = item_of(picture)
    one, other = [await _marked(store, item, work) for work in works[:2]]
    found = await asyncio.to_thread(compare, one, other)
    async with database.writing() as session:
        stored = await annotation.picture(session, task.id, picture.position)
        assert stored is not None
        stored.comparison = picture.comparison = asdict(found)


def disagree(task: AnnotationTask, picture: AnnotationPicture, works: Sequence[AnnotationWork]) -> bool:
    """Whether somebody has to decide about this picture, or has."""
    if task.people < 2 or len(works) < 2:
        return False
    if works[0].state != works[1].state:
        return True
    return not comparison_of(picture).agrees(task.least_overlap)


def comparison_of(picture: AnnotationPicture) -> Comparison:
    """The figures that compare_works() kept."""
    kept = picture.comparison or {"pairs": [], "unmatched": 0}
    pairs = tuple(Pair(**{**pair, "categories": tuple(pair["categories"])}) for pair in kept["pairs"])
    return Comparison(pairs, kept["unmatched"])


def agreement(task: AnnotationTask, pictures: Sequence[AnnotationPicture], works: Works) -> Agreement:
    """The figures of a task."""
    both = [picture for picture in pictures if len(works.get(picture.position, ())) > 1]
    comparisons = [comparison_of(picture) for picture in both if _both_saved(works[picture.position])]
    pairs = [pair for comparison in comparisons for pair in comparison.pairs]
    open_to = [picture for picture in both if disagree(task, picture, works[picture.position])]
    return Agreement(
        pictures=len(both),
        objects=len(pairs),
        unmatched=sum(comparison.unmatched for comparison in comparisons),
        box_iou=_mean(pair.box_iou for pair in pairs),
        mask_iou=_mean(pair.mask_iou for pair in pairs),
        mask_dice=_mean(pair.mask_dice for pair in pairs),
        kappa=cohens_kappa(pair.categories for pair in pairs),
        disagreements=len(open_to),
        decided=sum(picture.decision is not None for picture in open_to),
    )


def disagreements(task: AnnotationTask, pictures: Sequence[AnnotationPicture], works: Works) -> list[Disagreement]:
    """The pictures that somebody has to decide, in order, with what each person has said."""
    found = []
    for picture in pictures:
        said = works.get(picture.position, ())
        if disagree(task, picture, said):
            item = item_of(picture)
            found.append(
                Disagreement(
                    position=picture.position,
                    picture=item.picture,
                    width=item.width,
                    height=item.height,
                    works=tuple(work_of(row) for row in said),
                    decided_by=(picture.decision or {}).get("person", ""),
                )
            )
    return found


def work_of(row: AnnotationWork) -> Work:
    """What a person has said."""
    labels = tuple(Label.model_validate(label) for label in row.labels)
    return Work(person=row.person, state=WorkState(row.state), labels=labels, reason=row.reason)


async def _marked(store: ArtifactStore, item: Item, work: AnnotationWork) -> list[Marked]:
    found = []
    for label in work_of(work).labels:
        mask = None
        if label.mask is not None:
            mask = inside(read_mask(await store.get(label.mask), item.height, item.width))
        found.append(Marked(label.category, label.box, mask))
    return found


def _both_saved(works: Sequence[AnnotationWork]) -> bool:
    return all(work.state == WorkState.SAVED.value for work in works[:2])


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
