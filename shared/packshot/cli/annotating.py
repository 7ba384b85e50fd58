"""What `packshot annotate …` does: ask the gateway, and say in a sentence what became of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from packshot.annotation_client import AnnotationClient
from packshot.cli.console import show_json, show_table
from packshot.cli.reach import ask_gateway
from packshot.contracts.annotation import NewTask, Published, TaskView
from packshot.contracts.dataset import Manifest
from packshot.datasets.coco import export_coco, import_coco
from packshot.datasets.yolo import export_yolo, import_yolo
from packshot.errors import BadParameters

T = TypeVar("T")

FIGURES = {
    "pictures": "pictures done by both",
    "objects": "objects marked by both",
    "unmatched": "objects marked by one only",
    "box_iou": "box IoU",
    "mask_iou": "mask IoU",
    "mask_dice": "mask Dice",
    "kappa": "Cohen's kappa of the classes",
    "disagreements": "pictures to be decided",
    "decided": "of them decided",
}


def show_tasks(server: str | None, limit: int, *, as_json: bool) -> None:
    """A line for each task."""
    tasks = _ask(server, lambda client: client.tasks(limit))
    if as_json:
        show_json([task.model_dump(mode="json") for task in tasks])
        return
    rows = (
        (task.id, task.dataset, ", ".join(task.categories), str(task.people), f"{task.complete}/{task.pictures}", _came_of(task))
        for task in tasks
    )
    show_table(("task", "data set", "categories", "people", "done", "published"), rows)


def start_task(server: str | None, params: str, **asked: Any) -> None:
    """Start a task. Raises BadParameters for what no task can be."""
    try:
        new = NewTask(params=json.loads(params), **asked)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadParameters(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    except ValueError as error:
        raise BadParameters(f"--params is not JSON: {error}.") from error
    task = _ask(server, lambda client: client.start(new))
    click.echo(
        f"{task.id}: {task.pictures} pictures of {task.dataset}@{task.digest[:12]} to annotate, in the web page at #annotate"
    )


def show_agreement(server: str | None, task: str, *, as_json: bool) -> None:
    """The figures of a task."""
    found = _ask(server, lambda client: client.agreement(task))
    if as_json:
        show_json(found.model_dump(mode="json"))
        return
    said = found.model_dump()
    show_table(("figure", "value"), ((words, _figure(said[name])) for name, words in FIGURES.items() if said[name] is not None))


def publish_task(server: str | None, task: str, *, partial: bool) -> None:
    """Publish a task."""
    _say(_ask(server, lambda client: client.publish(task, partial=partial)))


def export_set(server: str | None, dataset: str, folder: Path, kind: str) -> None:
    """Write a data set into a folder."""

    async def export(client: AnnotationClient) -> Manifest:
        manifest = await client.manifest(dataset)
        write = export_coco if kind == "coco" else export_yolo
        await write(manifest, folder, client.blobs(dataset))
        return manifest

    manifest = _ask(server, export)
    labels = sum(len(item.labels) for item in manifest.items)
    click.echo(f"{folder}: {len(manifest.items)} pictures with {labels} labels as {kind.upper()}")


def import_set(server: str | None, folder: Path, name: str, kind: str | None) -> None:
    """Make a data set of a folder."""
    read = import_yolo if (kind or ("yolo" if (folder / "data.yaml").is_file() else "coco")) == "yolo" else import_coco

    async def take(client: AnnotationClient) -> Published:
        try:
            manifest = await read(folder, name, client.blobs())
        except ValidationError as error:
            raise BadParameters(f"{name!r} cannot be a data set's name: use a–z, 0–9, dots, dashes and underscores.") from error
        return await client.register(manifest)

    _say(_ask(server, take))


def _ask(server: str | None, question: Callable[[AnnotationClient], Awaitable[T]]) -> T:
    return ask_gateway(server, lambda client: question(AnnotationClient(client)))


def _say(made: Published) -> None:
    rest = [f"{made.left_out} left out"] if made.left_out else []
    rest += [f"{made.undone} as they were"] if made.undone else []
    click.echo(f"{made.name}@{made.digest[:12]}: " + ", ".join([f"{made.pictures} pictures", *rest]))


def _came_of(task: TaskView) -> str:
    return f"{task.dataset}@{task.published[:12]}" if task.published else "–"


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
