"""What `packshot evaluate --features` does: sets of made pictures against a data set's."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from packshot.cli.applying import parse_params
from packshot.cli.console import show_json, show_table
from packshot.contracts.dataset import Item, Manifest, Split
from packshot.datasets.bringing import blobs_in, bring_data
from packshot.datasets.register import find_version
from packshot.errors import BadParameters, BadPhoto, UnknownName
from packshot.evaluation.evaluating import Target, parse_targets
from packshot.evaluation.set_report import set_report, set_table, write_set_report
from packshot.evaluation.sets import Row, SetEvaluation, Shown
from packshot.features import FeatureNetwork, find_network
from packshot.imaging.decode import decode_colours
from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Plane
from packshot.plugin.local import apply_frame
from packshot.serving import run
from packshot.settings import Settings
from packshot.store.connect import make_store

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".avif"}


def evaluate_sets(names: Sequence[str], asked: Mapping[str, Any], out: Path | None, *, as_json: bool) -> None:
    """Measure sets beside each other, with floor and baselines; print the table, and write the reports."""
    settings = Settings.read()
    network = find_network(asked["features"], "cpu" if asked["device"] == "auto" else asked["device"])
    blobs = blobs_in(settings.home)
    digest, manifest = run(_bring(settings, asked["data"], blobs))
    train, test = (_chosen(manifest.of(side), asked) for side in (Split.TRAIN, Split(asked["split"])))
    pictures = [_opened(blobs, item) for item in train]
    evaluation = SetEvaluation(
        network, _shown(network, pictures, train), _shown(network, (_opened(blobs, item) for item in test), test), asked["seed"]
    )
    rows = [
        _row(evaluation, settings, target, asked=asked, count=len(test))
        for target in parse_targets(names, asked["params"], parse_params)
    ]
    rows.append(evaluation.floor())
    if asked["baselines"]:
        click.echo("Making baselines…", err=True)
        rows += evaluation.baselines(pictures)
    about = {
        "data": f"{manifest.name}@{digest[:12]}",
        "digest": digest,
        "split": asked["split"],
        "train": len(train),
        "test": len(test),
        "features": network.name,
        "features_digest": network.digest,
        "seed": asked["seed"],
    }
    if as_json:
        show_json(set_report(rows, about))
    else:
        show_table(*set_table(rows))
    if out is not None:
        write_set_report(out, rows, about)
        click.echo(f"{out}/report.md", err=True)


async def _bring(settings: Settings, data: str, blobs: Path) -> tuple[str, Manifest]:
    store = make_store(settings)
    await store.open()
    try:
        digest = (await find_version(store, data)).digest
        blobs.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs
        await bring_data(store, digest, blobs, lambda here, of: None)
    finally:
        await store.close()
    return digest, Manifest.model_validate_json((blobs / digest).read_bytes())


def _chosen(items: Sequence[Item], asked: Mapping[str, Any]) -> list[Item]:
    """In an order that the seed decides, so that any first part is a fair choice; at most `limit`."""
    order = np.random.default_rng(asked["seed"]).permutation(len(items))
    return [items[place] for place in order[: asked["limit"] or len(items)]]


def _row(evaluation: SetEvaluation, settings: Settings, target: Target, *, asked: Mapping[str, Any], count: int) -> Row:
    """A folder where there is one of this name, a data set where the store has it, else a generator."""
    folder = Path(target.operation)
    if folder.is_dir():
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
        chosen = [paths[place] for place in np.random.default_rng(asked["seed"]).permutation(len(paths))[:count]]
        if not chosen:
            raise BadParameters(f"There is no picture in {folder}.")
        categories = tuple(path.parent.name for path in chosen)
        return evaluation.row(str(folder), Shown(evaluation.network.look(map(_read, chosen)).features, categories))
    try:
        blobs = blobs_in(settings.home)
        _, manifest = run(_bring(settings, target.operation, blobs))
    except UnknownName:
        label = f"{target.operation}: {count} pictures"
        with click.progressbar(_generated(target, asked["device"], count), length=count, label=label, file=sys.stderr) as made:
            return evaluation.row(target.operation, Shown(evaluation.network.look(made).features))
    items = _chosen(manifest.items, {**asked, "limit": count})
    return evaluation.row(manifest.name, _shown(evaluation.network, (_opened(blobs, item) for item in items), items))


def _generated(target: Target, device: str, count: int) -> Iterator[Plane]:
    """Pictures of an operation that needs none, with the seeds 0, 1, …"""
    for seed in range(count):
        yield to_bytes(apply_frame(target.operation, seed=seed, device=device, **target.params).rgb)


def _shown(network: FeatureNetwork, pictures: Any, items: Sequence[Item]) -> Shown:
    known = tuple(item.category for item in items)
    return Shown(network.look(pictures).features, known if all(known) else ())


def _opened(blobs: Path, item: Item) -> Plane:
    return to_bytes(decode_colours((blobs / item.picture.digest).read_bytes()))


def _read(path: Path) -> Plane:
    try:
        return to_bytes(decode_colours(path.read_bytes()))
    except BadPhoto as error:
        raise BadPhoto(f"{path}: {error}") from error
