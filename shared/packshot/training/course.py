"""The course of one run: steps, looks at the validation side, and when it ends."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from torch import Tensor

from packshot.errors import BadParameters
from packshot.training.checkpoint import Position, save
from packshot.training.engine import Engine
from packshot.training.examples import Examples, TrainerRef
from packshot.training.job import Job
from packshot.training.loader import Rows, batches
from packshot.training.looking import look, show
from packshot.training.parent import weights_of
from packshot.training.plan import Plan, Run
from packshot.training.reporter import Reporter
from packshot.training.search import Searcher
from packshot.training.sides import sides_of
from packshot.training.trainer import Array

SAVED_EVERY_S = 60.0
"""So much is lost at most when a long leg is killed."""

Batches = Iterator[dict[int, Mapping[str, Array]]]


class Course:
    """One run, from where a position says it stands."""

    def __init__(self, job: Job, plan: Plan, run: Run, position: Position, tensors: Mapping[str, Tensor]) -> None:
        """Raises BadParameters where order, trainer and data do not suit each other."""
        self._job, self._plan, self._run, self.position = job, plan, run, position
        self._order, self._trainer = run.order, job.trainer
        self._params = job.trainer.params(run.order.params)
        self.sides = sides_of(
            run.order, job.manifest, job.trainer.takes, run.fold, job.grounds, test_at_most=job.trainer.test_at_most
        )
        self._engine = Engine(job.trainer, run.order, job.device, job.member)
        self.best = {name.removeprefix("best."): each for name, each in tensors.items() if name.startswith("best.")}
        if tensors:
            self._engine.restore(tensors)
        elif run.order.parent is not None:
            self._inherit()
        self._saved = self._counted = time.monotonic()

    def go(self) -> bool:
        """Train on. True once the run is over, False where the leg was cut."""
        member, order = self._job.member, self._order
        count = order.batch // member.count
        turns = len(self._engine.turns)
        rows = Rows(order.batch, member.rank * count, count)
        reporter = Reporter(self._job, self._plan, self._run, self.position.step) if member.leads else None
        try:
            with batches(self._examples(), rows, self.position.step * turns, order.loaders) as made:
                return self._steps(_in_turns(made, turns), reporter)
        finally:
            if reporter is not None:
                reporter.close()

    def kept(self) -> dict[str, Tensor]:
        """The best weights, or the last where no look told which are best."""
        return self.best or self._engine.kept()

    def save(self) -> None:
        """Write a checkpoint of where the run stands."""
        now = time.monotonic()
        self._put(seconds=self.position.seconds + now - self._counted)
        self._saved = self._counted = now
        held = self._engine.tensors() | {f"best.{name}": tensor for name, tensor in self.best.items()}
        save(self._job.folder, self.position, held)

    def _steps(self, made: Batches, reporter: Reporter | None) -> bool:
        cut = False
        while not (self.position.over or cut):
            self._engine.step(self.position.step, next(made))
            self._job.bounds.done += 1
            self._put(step=self.position.step + 1)
            if reporter is not None:
                self._lead(reporter)
            over, cut = self._job.member.agree((self.position.over, self._job.bounds.reached()))
            self._put(over=over)
        if self._job.member.leads:
            self.save()
        return self.position.over

    def _lead(self, reporter: Reporter) -> None:
        """What the leader does after a step."""
        step = self.position.step
        due = step >= self._order.steps or step % self._order.validate_every == 0
        if due or reporter.is_due():
            losses, rate = self._engine.losses(), self._engine.rate(step - 1)
            if not all(math.isfinite(value) for value in losses.values()):
                self._run_away()
            elif due:
                self._look(reporter, losses, rate)
            else:
                reporter.tell(self.position, losses, rate, {})
        if time.monotonic() - self._saved >= SAVED_EVERY_S:
            self.save()

    def _look(self, reporter: Reporter, losses: Mapping[str, float], rate: float) -> None:
        open_ = self._job.pictures.open
        pictures = [open_(source, self._trainer.takes) for source in self.sides.validation[: self._order.validate_on]]
        with self._engine.judged(self._engine.kept()) as networks:
            figures = look(self._trainer, self._params, networks, pictures)
            shown = show(self._trainer, self._params, networks, pictures) if self._run.is_last else None
        if figures:
            self._weigh(figures)
        reporter.tell(self.position, losses, rate, figures, shown)
        last = self.position.step >= self._order.steps
        hopeless = not last and bool(figures) and self._is_hopeless()
        self._put(over=last or hopeless or self._has_stood_still(), pruned=hopeless)

    def _weigh(self, figures: dict[str, float]) -> None:
        value, best = figures[self._trainer.aim], self.position.best
        self._put(looks={**self.position.looks, self.position.step: value})
        if best is None or (value > best if self._trainer.better == "max" else value < best):
            self.best = {name: tensor.clone() for name, tensor in self._engine.kept().items()}
            self._put(best=value, best_step=self.position.step, best_figures=figures)

    def _has_stood_still(self) -> bool:
        patience = self._order.patience
        return bool(patience) and sum(step > self.position.best_step for step in self.position.looks) >= patience

    def _is_hopeless(self) -> bool:
        search = self._job.order.search
        if self._run.trial is None or search is None:
            return False
        searcher = Searcher(search, self._job.order.seed, self._trainer.aim, self._trainer.better)
        return searcher.is_hopeless(self.position.ended, self.position.looks_of_ended, self.position.looks)

    def _run_away(self) -> None:
        if self._run.trial is None:
            raise BadParameters(
                f"At step {self.position.step} the losses are not finite any more: the training has run away. Order it with a "
                "lower optimiser.lr, a longer warm-up, or precision float32."
            )
        self._put(over=True, pruned=True)

    def _inherit(self) -> None:
        lacking = self._engine.begin_with(weights_of(self._order, self._job.pictures.reader))
        if lacking:
            self._put(notes=(*self.position.notes, f"The parent's weights lack {len(lacking)} of ours, which began anew."))

    def _examples(self) -> Examples:
        ref = TrainerRef(self._trainer)
        order = self._order
        return Examples(ref, self._params, self.sides.train, self._job.pictures, order.seed, order.cache_mb)

    def _put(self, **fields: Any) -> None:
        self.position = self.position.model_copy(update=fields)


def _in_turns(made: Iterator[dict[str, Array]], turns: int) -> Batches:
    while True:
        yield dict(enumerate(islice(made, turns)))
