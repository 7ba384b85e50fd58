"""How a training shows how it comes along: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

from packshot.contracts.training import Progress
from packshot.contracts.training_http import TrainingEvent

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

_LINE_EVERY_S = 5.0


class Shown(Protocol):
    """Hears what happens to a training."""

    def heard(self, event: TrainingEvent) -> None:
        """Something has happened."""


@contextmanager
def showing_training() -> Iterator[Shown]:
    """Progress of one training, on standard error."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield Live(bars)


def said(progress: Progress) -> str:
    """Where a training is, in one line."""
    parts = [
        f"{progress.run}, step {progress.step} of {progress.steps}"
        if progress.run
        else f"step {progress.step} of {progress.steps}"
    ]
    parts += [f"{name} {value:.4g}" for name, value in progress.losses.items()]
    parts += [f"{name} {value:.4g}" for name, value in progress.figures.items()]
    if progress.steps_per_s:
        parts.append(f"{progress.steps_per_s:.3g} steps/s")
    return ", ".join([*parts, progress.note] if progress.note else parts)


class Lines:
    """A line every few seconds, and whenever the validation side was looked at."""

    def __init__(self) -> None:
        self._next = 0.0

    def heard(self, event: TrainingEvent) -> None:
        """Say it, if it is worth a line."""
        progress, now = event.progress, time.monotonic()
        if progress is not None and (progress.figures or now >= self._next):
            self._next = now + _LINE_EVERY_S
            click.echo(said(progress), err=True)


class Live:
    """One bar; looks at the validation side scroll by above it."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._bar = bars.add_task("waiting for a training service", total=1.0)

    def heard(self, event: TrainingEvent) -> None:
        """Move the bar."""
        if event.progress is None:
            return
        if event.progress.figures:
            self._bars.console.print(said(event.progress), markup=False, highlight=False)
        self._bars.update(self._bar, completed=event.progress.done, description=said(event.progress))
