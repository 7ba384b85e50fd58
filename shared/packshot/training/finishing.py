"""What a finished training leaves: weights, figures, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from packshot.contracts.training import Figures, Progress, RunRecord, Trained
from packshot.plugin.frame import Plane
from packshot.plugin.models.folder import digest_of_file
from packshot.training.average import put_state
from packshot.training.checkpoint import Position
from packshot.training.device import described
from packshot.training.graph import write_graph
from packshot.training.job import Job
from packshot.training.plan import Run
from packshot.training.sheet import write
from packshot.training.sides import Sides
from packshot.training.testing import Interrupted, Test, beside
from packshot.training.trainer import Networks

RESULT = "result.safetensors"
GRAPH = "result.onnx"
SHEET = "result.png"


@dataclass(frozen=True)
class Finished:
    """The result and its files."""

    trained: Trained
    weights: Path
    graph: Path | None
    sheet: Path | None


def finish(job: Job, run: Run, position: Position, kept: Mapping[str, Tensor], sides: Sides) -> Finished:
    """The result with its files. Raises Interrupted where the leg is to end before all is measured."""
    params = job.trainer.params(run.order.params)
    weights = _written(job, kept, getattr(torch, run.order.weights))
    networks = _read(job, run, weights)
    test = Test(job.trainer, params, job.pictures, sides.test, run.order.seed, lambda note: _go_on(job, run, position, note))
    with torch.inference_mode():
        figures, shown = test.of_networks(networks) if sides.test else (Figures(), None)
    named = job.trainer.baselines if job.order.baselines is None else job.order.baselines
    baselines, notes = beside(test, named if figures else ())
    if not sides.test:
        notes.append("The data set has no test side, so nothing was measured on it.")
    graph = _graph(job, params, networks)
    last = RunRecord(run="", figures=position.best_figures, steps=position.step, settings=run.settings)
    trained = Trained(
        weights=digest_of_file(weights),
        bytes=weights.stat().st_size,
        graph=digest_of_file(graph) if graph else None,
        graph_bytes=graph.stat().st_size if graph else 0,
        figures=figures,
        baselines=baselines,
        validation=position.best_figures,
        runs=(*position.ended, last),
        use=job.trainer.use(params),
        params=params.model_dump(mode="json"),
        step=position.best_step or position.step,
        steps=position.steps_done,
        seconds=round(position.seconds, 1),
        device=described(run.order, job.device),
        notes=(*position.notes, *notes),
    )
    return Finished(trained, weights, graph, _sheet(job, shown))


def _written(job: Job, kept: Mapping[str, Tensor], dtype: torch.dtype) -> Path:
    wanted = job.trainer.kept
    chosen = {name: tensor for name, tensor in kept.items() if not wanted or name.partition(".")[0] in wanted}
    plain = {name: (each.to(dtype) if each.is_floating_point() else each).cpu().contiguous() for name, each in chosen.items()}
    path = job.folder / RESULT
    aside = path.with_name(f".{path.name}.part")
    # One entry only: safetensors writes several in any order, and the file's digest is promised.
    save_file(plain, aside, metadata={"trainer": job.trainer.name})
    aside.replace(path)
    return path


def _read(job: Job, run: Run, weights: Path) -> Networks:
    """The networks as the operation will have them: with the weights that were written, rounding and all."""
    made = job.trainer.networks(job.trainer.params(run.order.params))
    wanted = job.trainer.kept or tuple(made)
    networks = {name: made[name].to(job.device).eval() for name in wanted}
    put_state(networks, load_file(weights, job.device))
    return networks


def _graph(job: Job, params: Any, networks: Networks) -> Path | None:
    """The network's graph; None of a trainer whose models only torch runs."""
    inputs = job.trainer.example_inputs(params)
    if inputs is None:
        return None
    write_graph(networks, inputs, job.folder / GRAPH)
    return job.folder / GRAPH


def _go_on(job: Job, run: Run, position: Position, note: str) -> None:
    if job.bounds.stop():
        raise Interrupted
    job.tell(Progress(step=position.step, steps=run.order.steps, done=1.0, best=position.best, note=note))


def _sheet(job: Job, shown: Plane | None) -> Path | None:
    if shown is None:
        return None
    write(job.folder / SHEET, shown)
    return job.folder / SHEET
