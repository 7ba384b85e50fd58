"""What the commands about data sets show, and how one is written into a folder."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import click

from packshot.cli.collecting import sentence_of
from packshot.cli.console import show_json, show_table
from packshot.cli.reach import ask_gateway
from packshot.client import Client
from packshot.contracts.dataset import Item
from packshot.contracts.datasets import DataSetView, RejectionPage

_PAGE = 500
_AT_ONCE = 8


def show_list(server: str | None, *, as_json: bool) -> None:
    """All data sets, and what is being collected."""

    async def ask(client: Client) -> tuple[list[DataSetView], list[str]]:
        running = [view for view in await client.collections() if not view.state.ended]
        return await client.data_sets(), [
            f"{view.id}\t{view.name}\t{view.phase.value}, {view.counts.pictures} pictures" for view in running
        ]

    found, running = ask_gateway(server, ask)
    if as_json:
        show_json([view.model_dump(mode="json") for view in found])
        return
    if not found and not running:
        click.echo("There is no data set yet. `packshot collect import FOLDER --name NAME --licence own` makes one.")
    if found:
        show_table(("name", "version", "pictures", "products", "made"), (_row(view) for view in found))
    for line in running:
        click.echo(f"being collected: {line}")


def show_set(server: str | None, name: str, *, as_json: bool) -> None:
    """A data set, its versions, and what is in it."""
    view = ask_gateway(server, lambda client: client.data_set(name))
    if as_json:
        show_json(view.model_dump(mode="json"))
        return
    summary = view.newest.summary
    click.echo(f"{view.name}@{view.newest.digest}")
    if summary:
        click.echo(f"{sentence_of(summary)}, {summary.labels} labels")
        for what, counts in (("category", summary.categories), ("plane", summary.planes)):
            for each, count in counts.items():
                click.echo(f"{what} {each}: {count}")
    rows = (
        (version.digest[:12], str(version.summary.items if version.summary else "–"), f"{version.created:%Y-%m-%d %H:%M}")
        for version in view.versions
    )
    show_table(("version", "pictures", "made"), rows)


def show_report(server: str | None, name: str, code: str | None, limit: int, *, as_json: bool) -> None:
    """What was left out."""
    page: RejectionPage = ask_gateway(server, lambda client: client.report(name, code, limit=limit))
    if as_json:
        show_json(page.model_dump(mode="json"))
        return
    if not page.codes:
        click.echo("Nothing was left out.")
        return
    click.echo(", ".join(f"{count} {each}" for each, count in page.codes.items()))
    show_table(("code", "picture", "why"), ((each.code, each.source, each.reason) for each in page.rejections))
    if page.total > len(page.rejections):
        click.echo(f"{page.total - len(page.rejections)} more; --limit shows more, --code only some.")


def stop(server: str | None, collection: str) -> None:
    """Cancel a collection."""
    view = ask_gateway(server, lambda client: client.cancel_collection(collection))
    click.echo(f"{view.id} ({view.name}) is {view.state.value}.")


def export_set(server: str | None, name: str, folder: Path) -> None:
    """Write a version into a folder."""
    written = ask_gateway(server, lambda client: _export(client, name, folder))
    click.echo(f"{written} pictures are in {folder}.")


async def _export(client: Client, name: str, folder: Path) -> int:
    view = await client.data_set(name)
    version = f"{view.name}@{view.newest.digest}"
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    await client.download_from(f"/v1/datasets/{version}/manifest", folder / "manifest.json")
    room, count = asyncio.Semaphore(_AT_ONCE), 0
    while items := (await client.items(version, offset=count, limit=_PAGE)).items:
        async with asyncio.TaskGroup() as group:
            for place, item in enumerate(items, count):
                for path, digest in _files(folder / _place_of(item, place), item):
                    group.create_task(_write(client, f"/v1/datasets/{version}/pictures/{digest}", path, room))
        count += len(items)
    return count


async def _write(client: Client, where: str, path: Path, room: asyncio.Semaphore) -> None:
    """One file; one that is there already was written by an earlier run."""
    async with room:
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        if not await asyncio.to_thread(path.exists):
            await client.download_from(where, path)


def _files(path: Path, item: Item) -> Iterator[tuple[Path, str]]:
    yield path, item.picture.digest
    for plane, ref in item.planes.items():
        yield path.with_name(f"{path.stem}.{_plain(plane)}.png"), ref.digest
    for number, label in enumerate(item.labels):
        if label.mask is not None:
            yield path.with_name(f"{path.stem}.mask-{number}.png"), label.mask.digest


def _place_of(item: Item, place: int) -> Path:
    """`train/mugs/000012-1_a.jpg`: nothing of a stranger's name leads out of the folder."""
    suffix = item.picture.media_type.rpartition("/")[2].replace("jpeg", "jpg")
    name = _plain(Path(item.source).stem)[:60] or item.picture.digest[:12]
    return Path(item.split.value) / (_plain(item.category) or "pictures") / f"{place:06}-{name}.{_plain(suffix)}"


def _plain(text: str) -> str:
    return re.sub(r"[^\w-]+", "-", text).strip("-")


def _row(view: DataSetView) -> tuple[str, ...]:
    summary = view.newest.summary
    counts = (str(summary.items), str(summary.products)) if summary else ("–", "–")
    return (view.name, view.newest.digest[:12], *counts, f"{view.newest.created:%Y-%m-%d %H:%M}")
