"""Measures operations on the pictures of a data set, each picture with each operation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from packshot.contracts.dataset import Item
from packshot.contracts.training import Figures
from packshot.errors import BadParameters, OperationFailed, PackshotError
from packshot.evaluation.task import Task
from packshot.plugin.frame import Frame
from packshot.plugin.local import apply_frame, registry_for
from packshot.training.intervals import with_intervals
from packshot.training.picture import Picture
from packshot.training.pictures import Pictures
from packshot.training.sources import FromData


@dataclass(frozen=True)
class Target:
    """An operation with its parameters."""

    operation: str
    """`denoise.nlm` or `denoise.cnn@2`."""
    params: Mapping[str, Any]

    def answer(self, given: Frame, device: str) -> Frame:
        """What it makes of a picture, and raises of its own."""
        return apply_frame(self.operation, given, device=device, **self.params)


@dataclass
class Outcome:
    """What was measured of one target."""

    target: Target
    version: str
    measured: dict[int, Mapping[str, float]] = field(default_factory=dict)
    """By the picture's place in the data set; `seconds` among them."""
    faults: list[str] = field(default_factory=list)

    def figures(self, seed: int) -> Figures:
        """Means over pictures with 95 % intervals."""
        return with_intervals(list(self.measured.values()), seed)

    def against(self, other: Outcome, seed: int) -> Figures:
        """By how much it differs from another on the pictures that both have: means of differences, picture by picture."""
        both = [place for place in self.measured if place in other.measured]
        return with_intervals([_minus(self.measured[place], other.measured[place]) for place in both], seed)


@dataclass(frozen=True)
class Evaluation:
    """Targets beside each other on one side of a data set."""

    task: Task
    items: Sequence[Item]
    pictures: Pictures
    device: str
    seed: int

    def run(self, targets: Sequence[Target], told: Callable[[], Any]) -> list[Outcome]:
        """Measure all of them; `told` is called after each picture. Raises UnknownName or BadParameters of a target.

        A picture that a target fails on is missing from its figures, and named in its faults.
        """
        outcomes = [Outcome(target, registry_for(target.operation).find(target.operation).spec.version) for target in targets]
        for place in range(len(self.items)):
            picture = self.open(place)
            given = self.task.given(picture)
            for outcome in outcomes:
                self._measure(outcome, place, picture, given)
            told()
        return outcomes

    def open(self, place: int) -> Picture:
        """A picture with the truth that the task takes."""
        return self.pictures.open(FromData(self.items[place]), self.task.takes)

    def _measure(self, outcome: Outcome, place: int, picture: Picture, given: Frame) -> None:
        began = time.perf_counter()
        try:
            answer = outcome.target.answer(given, self.device)
            seconds = time.perf_counter() - began
            outcome.measured[place] = {**self.task.measure(picture, answer), "seconds": seconds}
        except BadParameters:
            raise
        except PackshotError as error:
            outcome.faults.append(f"{self.items[place].source or picture.name}: {error}")

    def ranked(self, outcome: Outcome) -> list[int]:
        """Places of the pictures, the best first."""
        return sorted(outcome.measured, key=lambda place: -outcome.measured[place][self.task.aim])

    def rows(self, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, int]]:
        """The best, the median and the worst picture of the last target, each with the word for it."""
        ranked = self.ranked(outcomes[-1])
        if not ranked:
            raise OperationFailed(f"{outcomes[-1].target.operation} failed on every picture: {outcomes[-1].faults[0]}")
        chosen = {ranked[0]: "best", ranked[len(ranked) // 2]: "median", ranked[-1]: "worst"}
        yield from ((word, place) for place, word in chosen.items())


def parse_targets(names: Sequence[str], params: Sequence[str], parse: Callable[[Sequence[str]], dict[str, Any]]) -> list[Target]:
    """Targets with those of `params` (`TARGET:NAME=VALUE`) that name them. Raises BadParameters for one that names none."""
    of_each: dict[str, list[str]] = {name: [] for name in names}
    for text in params:
        name, colon, rest = text.partition(":")
        if not colon or name not in of_each:
            raise BadParameters(f"-p {text}: write it as -p TARGET:NAME=VALUE, with one of {', '.join(names)}.")
        of_each[name].append(rest)
    return [Target(name, parse(given)) for name, given in of_each.items()]


def _minus(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: one[name] - other[name] for name in one if name in other and np.isfinite(one[name] - other[name])}
