"""A leg, from its checkpoint to the next or to the result. Imports torch."""

from __future__ import annotations

import contextlib
from pathlib import Path

import torch
from torch import Tensor

from packshot.contracts.model import Json
from packshot.contracts.training import RunRecord
from packshot.errors import BadParameters, DeviceOutOfMemory
from packshot.training.checkpoint import Position, checkpoints, load, save
from packshot.training.course import Course
from packshot.training.device import exactness
from packshot.training.finishing import finish
from packshot.training.job import Job, digest_of_order
from packshot.training.leg import Leg
from packshot.training.plan import Plan, Run
from packshot.training.search import Searcher
from packshot.training.testing import Interrupted


def go(job: Job, checkpoint: Path | None) -> Leg:
    """One leg of `job`, in this process. Raises what run_leg raises."""
    try:
        with exactness(job.order, job.device):
            return _Going(job, checkpoint).leg()
    except torch.OutOfMemoryError as error:
        raise DeviceOutOfMemory(
            f"{job.device} has no memory left for a batch of {job.order.batch}. Order a smaller batch, or accumulate."
        ) from error


class _Going:
    def __init__(self, job: Job, checkpoint: Path | None) -> None:
        self._job = job
        self._plan = Plan(job.order, job.trainer.aim, job.trainer.better)
        self._position, self._tensors = _from(job, checkpoint)

    def leg(self) -> Leg:
        while True:
            run = self._plan.run(self._position.ended, self._chosen())
            course = Course(self._job, self._plan, run, self._position, self._tensors)
            over = self._position.over or course.go()
            self._position = course.position
            if not over:
                return self._cut()
            if run.is_last:
                return self._finished(run, course)
            self._end(run)
            if self._job.member.agree(self._job.bounds.reached()):
                return self._cut()

    def _chosen(self) -> Json:
        """What the search wants to be tried next, if it is the turn of a trial."""
        search, ended = self._job.order.search, self._position.ended
        if search is None or len(ended) >= search.trials:
            return {}
        trainer = self._job.trainer
        searcher = Searcher(search, self._job.order.seed, trainer.aim, trainer.better)
        return searcher.suggest(ended, self._position.looks_of_ended)

    def _end(self, run: Run) -> None:
        """Write down what the run was worth, and forget its weights."""
        was = self._job.member.agree(self._position)
        record = RunRecord(run=run.name, figures=was.best_figures, steps=was.step, settings=run.settings, pruned=was.pruned)
        self._position = Position(
            order=was.order,
            ended=(*was.ended, record),
            looks_of_ended=(*was.looks_of_ended, was.looks),
            seconds=was.seconds,
            notes=tuple(dict.fromkeys(was.notes)),
        )
        self._tensors = {}
        if self._job.member.leads:
            save(self._job.folder, self._position, self._tensors)

    def _cut(self) -> Leg:
        last = checkpoints(self._job.folder)[-1] if self._job.member.leads else None
        return Leg(self._position.steps_done, self._plan.steps(self._position.ended), checkpoint=last)

    def _finished(self, run: Run, course: Course) -> Leg:
        steps = self._position.steps_done
        if not self._job.member.leads:
            return Leg(steps, steps)
        with contextlib.suppress(Interrupted):
            made = finish(self._job, run, self._position, course.kept(), course.sides)
            return Leg(steps, steps, trained=made.trained, weights=made.weights, graph=made.graph, sheet=made.sheet)
        return self._cut()


def _from(job: Job, checkpoint: Path | None) -> tuple[Position, dict[str, Tensor]]:
    digest = digest_of_order(job.order)
    if checkpoint is None:
        return Position(order=digest), {}
    position, tensors = load(checkpoint)
    if position.order != digest:
        raise BadParameters(f"The checkpoint {checkpoint.name} is of another order. Give each training a folder of its own.")
    return position, tensors
