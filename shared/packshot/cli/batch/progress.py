"""How a run shows how far it is: a live bar on a terminal, else a line for each thing that is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

from packshot.cli.batch.outputs import Output
from packshot.cli.batch.photos import Fault

if TYPE_CHECKING:
    from rich.progress import Progress as Bars


class Progress(Protocol):
    """What is told while a run goes on. A job's progress is 0..1."""

    def moved(self, job: str, progress: float) -> None:
        """A job has come this far."""

    def ended(self, jobs: int, job: str = "") -> None:
        """So many jobs have ended."""

    def made(self, output: Output) -> None:
        """An output is on disk."""

    def failed(self, fault: Fault) -> None:
        """Something could not be made."""

    def note(self, text: str) -> None:
        """Something worth knowing."""


@contextmanager
def showing(jobs: int) -> Iterator[Progress]:
    """Progress over `jobs` jobs, on standard error."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield Live(bars, jobs)


def fault_line(fault: Fault) -> str:
    """One line that names the file and the reason."""
    what = ".".join(part for part in (fault.recipe, fault.output) if part)
    return f"{fault.source}{f' ({what})' if what else ''}: {fault.message}"


def _unsure(output: Output, operation: str) -> str:
    """A mark at verdicts that rest on rules of less than high confidence."""
    confidence = output.confidence.get(operation, "high")
    return "" if confidence == "high" else f" by rules of {confidence} confidence"


class Lines:
    """A line for each output and each failure."""

    def moved(self, job: str, progress: float) -> None:
        """Lines tell of whole outputs only."""

    def ended(self, jobs: int, job: str = "") -> None:
        """Lines tell of whole outputs only."""

    def made(self, output: Output) -> None:
        """Name the file."""
        how = "from the cache" if output.cached else f"{output.seconds:.1f} s"
        said = [how, *(f"{operation}: {verdict}{_unsure(output, operation)}" for operation, verdict in output.verdicts.items())]
        click.echo(f"{output.file} ({', '.join(said)})", err=True)
        for alert in output.alerts.values():
            click.secho(f"{output.source}: {alert}", fg="red", err=True)

    def failed(self, fault: Fault) -> None:
        """Name the file and the reason."""
        click.secho(fault_line(fault), fg="red", err=True)

    def note(self, text: str) -> None:
        """Say it."""
        click.echo(text, err=True)


class Live:
    """One bar over all jobs; failures scroll by above it."""

    def __init__(self, bars: Bars, jobs: int) -> None:
        self._bars = bars
        self._bar = bars.add_task("starting", total=jobs)
        self._under_way: dict[str, float] = {}
        self._ended = self._outputs = self._cached = self._faults = 0

    def moved(self, job: str, progress: float) -> None:
        """Move the bar by this job's share."""
        self._under_way[job] = progress
        self._draw()

    def ended(self, jobs: int, job: str = "") -> None:
        """Count the jobs as whole."""
        self._under_way.pop(job, None)
        self._ended += jobs
        self._draw()

    def made(self, output: Output) -> None:
        """Count it."""
        self._outputs += 1
        self._cached += output.cached
        self._draw()

    def failed(self, fault: Fault) -> None:
        """Name the file and the reason above the bar."""
        self._faults += 1
        self._bars.console.print(fault_line(fault), style="red", markup=False, highlight=False)
        self._draw()

    def note(self, text: str) -> None:
        """Say it above the bar."""
        self._bars.console.print(text, markup=False, highlight=False)

    def _draw(self) -> None:
        said = [f"{self._outputs} outputs"]
        if self._cached:
            said.append(f"{self._cached} from the cache")
        if self._faults:
            said.append(f"{self._faults} failed")
        done = self._ended + sum(self._under_way.values())
        self._bars.update(self._bar, completed=done, description=", ".join(said))
