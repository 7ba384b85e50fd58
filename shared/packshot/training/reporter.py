"""How a run comes along, for whoever listens and for TensorBoard."""

from __future__ import annotations

import time
from collections.abc import Mapping

from packshot.contracts.training import Progress
from packshot.plugin.frame import Plane
from packshot.training.board import Board
from packshot.training.checkpoint import Position
from packshot.training.job import Job
from packshot.training.plan import Plan, Run
from packshot.training.sheet import write

TOLD_EVERY_S = 1.0


class Reporter:
    """The leader's; about once a second there is something to tell."""

    def __init__(self, job: Job, plan: Plan, run: Run, step: int) -> None:
        self._job, self._plan, self._run = job, plan, run
        self._board = Board(job.folder, run.name, step)
        self._step, self._at = step, time.monotonic()

    def is_due(self) -> bool:
        """Whether a second has passed."""
        return time.monotonic() - self._at >= TOLD_EVERY_S

    def tell(
        self,
        position: Position,
        losses: Mapping[str, float],
        rate: float,
        figures: Mapping[str, float],
        shown: Plane | None = None,
    ) -> None:
        """Say where the run stands."""
        now, step = time.monotonic(), position.step
        speed = (step - self._step) / max(now - self._at, 1e-6)
        self._step, self._at = step, now
        curves = {f"loss/{name}": value for name, value in losses.items()} | {"lr": rate, "steps_per_s": speed}
        self._board.scalars(step, curves | {f"validation/{name}": value for name, value in figures.items()})
        progress = Progress(
            run=self._run.name,
            step=step,
            steps=self._run.order.steps,
            done=min(1.0, position.steps_done / self._plan.steps(position.ended)),
            losses=dict(losses),
            lr=rate,
            steps_per_s=speed,
            figures=dict(figures),
            best=position.best,
            picture=self._written(step, shown),
        )
        self._job.tell(progress)

    def close(self) -> None:
        """Let go of TensorBoard's file."""
        self._board.close()

    def _written(self, step: int, shown: Plane | None) -> str:
        if shown is None:
            return ""
        name = f"sheet-{step:08d}.png"
        write(self._job.folder / name, shown)
        self._board.picture(step, shown)
        return name
