"""What people have said becomes a new version of the data set, whose parent is the one they annotated."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from packshot.contracts.annotation import WorkState
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Label, Manifest
from packshot.contracts.model import Json
from packshot.datasets.masks import read_mask, write_mask
from packshot.store.protocol import ArtifactStore
from packshot_gateway.annotating.agreeing import Works, disagree
from packshot_gateway.annotating.tasks import item_of
from packshot_gateway.database.tables import AnnotationPicture, AnnotationTask, AnnotationWork

REPORT_MEDIA_TYPE = "application/jsonl"


@dataclass
class Outcome:
    """What is settled and what is not."""

    items: list[Item] = field(default_factory=list)
    left_out: list[Json] = field(default_factory=list)
    undone: int = 0
    undecided: int = 0


async def settle(store: ArtifactStore, task: AnnotationTask, pictures: Sequence[AnnotationPicture], works: Works) -> Outcome:
    """The items of the new version. Pictures about which nothing is settled stay as they were."""
    outcome = Outcome()
    for picture in pictures:
        item, said = item_of(picture), works.get(picture.position, ())
        if picture.decision is None and disagree(task, picture, said):
            outcome.undecided += 1
            outcome.items.append(item)
        elif picture.decision is None and len(said) < task.people:
            outcome.undone += 1
            outcome.items.append(item)
        elif (reason := _left_out(picture, said)) is not None:
            outcome.left_out.append({"picture": item.picture.digest, "source": item.source, "code": "skipped", "reason": reason})
        else:
            outcome.items.append(await _labelled(store, task, item, _labels(picture, said)))
    return outcome


async def manifest_of(store: ArtifactStore, task: AnnotationTask, outcome: Outcome, created: datetime) -> Manifest:
    """The new version. `created` is when the last word was said, so that publishing twice makes one version."""
    report: ArtifactRef | None = None
    if outcome.left_out:
        lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in outcome.left_out)
        report = await store.put(lines.encode(), REPORT_MEDIA_TYPE)
    recipe: Json = {
        "command": "annotate",
        "task": task.id,
        "categories": list(task.categories),
        "people": task.people,
        "least_overlap": task.least_overlap,
        "operation": task.operation,
        "params": task.params,
        "alpha": task.alpha,
    }
    return Manifest(
        name=task.dataset, created=created, parent=task.digest, recipe=recipe, items=tuple(outcome.items), report=report
    )


def last_word(task: AnnotationTask, pictures: Sequence[AnnotationPicture], works: Works) -> datetime:
    """When something was last said about the task."""
    said = [work.saved_at for each in works.values() for work in each if work.saved_at is not None]
    decided = [picture.decided_at for picture in pictures if picture.decided_at is not None]
    return max([task.created_at, *said, *decided])


def _left_out(picture: AnnotationPicture, works: Sequence[AnnotationWork]) -> str | None:
    if picture.decision is not None:
        return picture.decision["leave_out"] or None
    return works[0].reason if works[0].state == WorkState.SKIPPED.value else None


def _labels(picture: AnnotationPicture, works: Sequence[AnnotationWork]) -> tuple[Label, ...]:
    """What was decided, or (for two who agree) what the first of them has said."""
    said = works[0].labels if picture.decision is None else picture.decision["labels"]
    return tuple(Label.model_validate(label) for label in said)


async def _labelled(store: ArtifactStore, task: AnnotationTask, item: Item, labels: tuple[Label, ...]) -> Item:
    """The item with what was said; what it says of other categories stays."""
    others = tuple(label for label in item.labels if label.category not in task.categories)
    changes: dict[str, object] = {"labels": (*others, *labels)}
    masks = [label.mask for label in labels if label.mask is not None]
    if task.alpha and masks:
        contents = [await store.get(ref) for ref in masks]
        alpha = await asyncio.to_thread(_united, contents, item)
        changes["planes"] = {**item.planes, "alpha": await store.put(alpha, "image/png")}
    return item.model_copy(update=changes)


def _united(contents: Sequence[bytes], item: Item) -> bytes:
    return write_mask(np.maximum.reduce([read_mask(content, item.height, item.width) for content in contents]))
