"""What `packshot evaluate` does."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from packshot.cli.applying import parse_params
from packshot.cli.console import Failed, show_json, show_table
from packshot.contracts.dataset import Manifest, Split
from packshot.datasets.bringing import blobs_in, bring_data
from packshot.datasets.register import find_version
from packshot.evaluation.evaluating import Evaluation, Target, parse_targets
from packshot.evaluation.reporting import report, table, write_report
from packshot.evaluation.task import task_for
from packshot.models.supply import bring
from packshot.plugin.local import forget_plugins
from packshot.plugin.models.folder import models_folder
from packshot.serving import run
from packshot.settings import Settings
from packshot.store.connect import make_store
from packshot.training.pictures import Pictures
from packshot.training.reader import FolderReader


def evaluate_targets(names: Sequence[str], asked: Mapping[str, Any], out: Path | None, *, as_json: bool) -> None:
    """Measure targets beside each other, print the table, and write the reports; exit status 1 if something was not measured."""
    settings = Settings.read()
    targets = parse_targets(names, asked["params"], parse_params)
    blobs = blobs_in(settings.home)
    digest = run(_bring(settings, asked["data"], targets, blobs))
    forget_plugins()
    manifest = Manifest.model_validate_json((blobs / digest).read_bytes())
    task, items = task_for(manifest, Split(asked["split"]), asked["degrade"])
    if asked["limit"] and len(items) > asked["limit"]:
        items = tuple(items[place * len(items) // asked["limit"]] for place in range(asked["limit"]))
    evaluation = Evaluation(task, items, Pictures(FolderReader(blobs), None), asked["device"], asked["seed"])
    with click.progressbar(length=len(items), label=f"{len(targets)} operations, {len(items)} pictures", file=sys.stderr) as bar:
        outcomes = evaluation.run(targets, lambda: bar.update(1))
    about = {"data": f"{manifest.name}@{digest[:12]}", "digest": digest, "split": asked["split"], "degrade": asked["degrade"]}
    if as_json:
        show_json(report(evaluation, outcomes, about))
    else:
        show_table(*table(outcomes, evaluation.seed))
    if out is not None:
        write_report(out, evaluation, outcomes, about)
        click.echo(f"{out}/report.md", err=True)
    if faults := [f"{outcome.target.operation}: {fault}" for outcome in outcomes for fault in outcome.faults]:
        raise Failed("\n".join(faults[:20]))


async def _bring(settings: Settings, data: str, targets: Sequence[Target], blobs: Path) -> str:
    """Bring the data set and the registered models that are asked for to this machine; the manifest's digest."""
    store = make_store(settings)
    await store.open()
    try:
        digest = (await find_version(store, data)).digest
        blobs.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs
        await bring_data(store, digest, blobs, lambda here, of: None)
        for target in targets:
            await bring(store, models_folder(settings), name=target.operation.partition("@")[0])
    finally:
        await store.close()
    return digest
