"""One `packshot run` from its arguments to its exit status."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from packshot.cli.batch.outputs import Output
from packshot.cli.batch.photos import Fault, Photo, find_photos
from packshot.cli.batch.progress import Lines, showing
from packshot.cli.batch.runner import Batch, Order, Results
from packshot.cli.console import show_json
from packshot.cli.home import log_to_file
from packshot.cli.reach import reach
from packshot.client import Client
from packshot.contracts.recipe import Recipe
from packshot.errors import BadRecipe, UnknownName, nearest
from packshot.recipes.loading import parse_recipe
from packshot.serving import on_signals, run
from packshot.settings import Settings

MADE, SOME_FAILED, INTERRUPTED = 0, 1, 130


def run_photos(
    paths: Sequence[Path],
    recipes: Sequence[str],
    out: Path,
    *,
    asked: dict[str, Any],
    server: str | None,
    as_json: bool,
) -> int:
    """Make everything; the exit status. `asked` is the order's sku, urgent and jobs_in_flight.

    Raises what stops the whole run, such as an unknown recipe.
    """
    started = time.monotonic()
    settings = Settings.read()
    wanted = [as_recipe(recipe) for recipe in dict.fromkeys(recipes)]
    out.mkdir(parents=True, exist_ok=True)
    photos, faults = find_photos(paths, out)
    results = Results(faults=list(faults))
    for fault in faults:
        Lines().failed(fault)
    order = Order(wanted, out, together=bool(asked["sku"]), **asked)
    if server is None:
        log_to_file(settings)
    whole = run(_session(settings, server, photos, order, results)) if photos else True
    _tell(results, time.monotonic() - started, whole, as_json)
    if not whole:
        return INTERRUPTED
    return SOME_FAILED if results.faults else MADE


async def _session(settings: Settings, server: str | None, photos: Sequence[Photo], order: Order, results: Results) -> bool:
    """Run the order; False if a signal ended it early."""
    main = asyncio.create_task(_work(settings, server, photos, order, results))
    with on_signals(main.cancel):
        try:
            await main
        except asyncio.CancelledError:
            return False
    return True


async def _work(settings: Settings, server: str | None, photos: Sequence[Photo], order: Order, results: Results) -> None:
    jobs = len(photos) * len(order.recipes)
    with showing(jobs) as progress:
        async with reach(server, settings, wait=True) as client:
            await Batch(client, await settled(client, order), progress, results).run(photos)


async def settled(client: Client, order: Order) -> Order:
    """The order, once every recipe is known to exist: a recipe over a listing wants all photos together."""
    known = {recipe.name: recipe for recipe in await client.recipes()}
    for name in order.recipes:
        if isinstance(name, str) and name not in known:
            raise UnknownName(f"There is no recipe {name!r}. {nearest(name, list(known))} `packshot recipes` lists them.")
    chosen = [known[recipe] if isinstance(recipe, str) else recipe for recipe in order.recipes]
    return replace(order, together=order.together or any(recipe.over == "listing" for recipe in chosen))


def as_recipe(text: str) -> str | Recipe:
    """A recipe file that is named, read; else the name itself."""
    path = Path(text)
    if path.suffix.lower() not in {".yaml", ".yml", ".json"} and not path.is_file():
        return text
    if not path.is_file():
        raise BadRecipe(f"There is no recipe file {text}.")
    return parse_recipe(path.read_text(encoding="utf-8"), path.stem)


def _tell(results: Results, seconds: float, whole: bool, as_json: bool) -> None:
    if as_json:
        show_json(
            {
                "outputs": [_plain(output) for output in results.outputs],
                "failed": [_plain(fault) for fault in results.faults],
                "seconds": round(seconds, 3),
            }
        )
        return
    cached = sum(output.cached for output in results.outputs)
    said = [f"{len(results.outputs)} outputs" if len(results.outputs) != 1 else "1 output"]
    if cached:
        said.append(f"{cached} from the cache")
    if results.faults:
        said.append(f"{len(results.faults)} failed")
    click.echo(", ".join([*said, f"{seconds:.1f} s"]))
    if not whole:
        click.echo("Stopped. What was handed in is not lost: the same command goes on where it was.", err=True)


def _plain(made: Output | Fault) -> dict[str, object]:
    return {name: str(value) if isinstance(value, Path) else value for name, value in asdict(made).items()}
