"""Starts a collection and shows how far it is, until it has ended."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import yaml
from pydantic import ValidationError

from packshot.cli.console import Failed
from packshot.cli.home import log_to_file
from packshot.cli.reach import reach
from packshot.client import Client
from packshot.contracts.augmentation import Augmentation
from packshot.contracts.collecting import CollectOrder, Summary
from packshot.contracts.dataset import Split
from packshot.contracts.datasets import CollectionView
from packshot.contracts.state import JobState
from packshot.errors import BadParameters
from packshot.serving import run
from packshot.settings import Settings

SERVICES = ("gateway", "collect")
_STOPPED = 130


def run_order(asked: dict[str, Any], server: str | None) -> None:
    """Run an order to its end. Raises BadParameters for one that cannot be, Failed where it ends without a version."""
    try:
        order = CollectOrder.model_validate(asked)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(
            str(part) for part in first["loc"] if part not in ("crawl", "folder", "bucket", "idx", "data-set", "studio")
        )
        raise BadParameters(f"{where}: {first['msg']}.") from error
    settings = Settings.read()
    if server is None:
        log_to_file(settings)
    try:
        view = run(_run(order, settings, server))
    except KeyboardInterrupt:
        click.echo("It goes on where it was when packshot runs again; `packshot collect cancel` stops it.", err=True)
        raise SystemExit(_STOPPED) from None
    if view.state is not JobState.FINISHED or view.digest is None:
        raise Failed(view.failure.message if view.failure else "The collection was cancelled.")


def from_data_set(name: str, asked: dict[str, Any], **made: Any) -> None:
    """Make a version of a data set there is."""
    order = {"name": asked["new_name"] or name.partition("@")[0], "source": {"kind": "data-set", "reference": name}, **made}
    run_order(order, asked["server"])


def read_pipeline(path: Path) -> dict[str, Any]:
    """An augmentation as a YAML file says it. Raises BadParameters saying where it is wrong."""
    try:
        pipeline = Augmentation.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise BadParameters(f"{path} is no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadParameters(f"{path}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}.") from error
    return pipeline.model_dump(mode="json")


def sentence_of(summary: Summary) -> str:
    """What is in a version, in words."""
    sides = ", ".join(f"{summary.splits[side]} {side.value}" for side in Split if side in summary.splits)
    return f"{summary.items} pictures of {summary.products} products" + (f" ({sides})" if len(summary.splits) > 1 else "")


async def _run(order: CollectOrder, settings: Settings, server: str | None) -> CollectionView:
    async with reach(server, settings, services=SERVICES, wait=True) as client:
        view = await client.collect(order)
        async for changed in client.collection_events(view.id):
            view = changed
            _show(view)
        if sys.stderr.isatty():
            click.echo("", err=True)
        if view.digest is not None:
            await _tell(client, view)
        return view


def _show(view: CollectionView) -> None:
    counts = view.counts
    said = [f"{counts.pictures} pictures", f"{counts.rejected} left out", f"{counts.bytes / 2**20:.0f} MB"]
    if counts.pages:
        said.insert(0, f"{counts.pages} pages")
    if counts.waiting:
        said.append(f"{counts.waiting} waiting")
    line = f"{view.phase.value}: {', '.join(said)}"
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[2K{line}", nl=False, err=True)


async def _tell(client: Client, view: CollectionView) -> None:
    name = f"{view.name}@{view.digest}"
    found = await client.data_set(name)
    codes = (await client.report(name, limit=1)).codes
    summary = found.newest.summary
    click.echo(f"{view.name}@{(view.digest or '')[:12]}: {sentence_of(summary) if summary else 'saved'}.")
    if view.note:
        click.echo(view.note)
    if codes:
        left_out = ", ".join(f"{count} {code}" for code, count in codes.items())
        click.echo(f"Left out: {left_out}. `packshot collect report {view.name}` says why.")
