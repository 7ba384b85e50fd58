"""The figures of a finished training on the test side, and of other operations beside. Imports torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from packshot.contracts.training import Figure, Figures
from packshot.errors import PackshotError
from packshot.plugin.frame import Frame, Plane
from packshot.plugin.local import apply_frame
from packshot.training.answering import answers_of, nets_of
from packshot.training.intervals import with_intervals
from packshot.training.judging import Answer, figures_of, trials_of
from packshot.training.picture import Picture
from packshot.training.pictures import Pictures
from packshot.training.sheet import sheet, tiles_of
from packshot.training.sources import Source
from packshot.training.trainer import Networks, Trainer


class Interrupted(Exception):
    """The leg is to end."""


@dataclass(frozen=True)
class Test:
    """A trainer's test side."""

    trainer: Trainer[Any]
    params: Any
    pictures: Pictures
    sources: Sequence[Source]
    seed: int
    go_on: Callable[[str], None]
    """Called before each picture with what is done; raises Interrupted."""

    def of_networks(self, networks: Networks) -> tuple[Figures, Plane | None]:
        """Figures with intervals, and a sheet of the best, the median and the worst picture."""
        nets = nets_of(networks)
        answer = answers_of(self.trainer, nets, self.params)
        each = self._measured(answer, "Measuring the test side")
        of_all = self.trainer.figures_of_all(nets, [self._open(source) for source in self.sources], self.params)
        points = {name: Figure(mean=value, low=value, high=value, pictures=len(self.sources)) for name, value in of_all.items()}
        return with_intervals(each, self.seed) | points, self._sheet(each, answer)

    def of_operation(self, operation: str) -> Figures:
        """Figures of another operation, with the parameters that the trainer has for it. Raises what the operation raises."""
        given_to_it = self.trainer.baseline(operation, self.params)
        return with_intervals(
            self._measured(lambda given: _float(apply_frame(operation, given, **given_to_it)), f"Measuring {operation}"),
            self.seed,
        )

    def _measured(self, answer: Answer, what: str) -> list[dict[str, float]]:
        found = []
        for number, source in enumerate(self.sources):
            self.go_on(f"{what}: {number} of {len(self.sources)} pictures")
            found.append(figures_of(self.trainer, self.params, self._open(source), answer))
        return found

    def _open(self, source: Source) -> Picture:
        return self.pictures.open(source, self.trainer.takes)

    def _sheet(self, each: Sequence[Mapping[str, float]], answer: Answer) -> Plane | None:
        rated = [
            (one[self.trainer.aim], index) for index, one in enumerate(each) if np.isfinite(one.get(self.trainer.aim, np.nan))
        ]
        if not rated:
            return None
        ranked = [index for _, index in sorted(rated, reverse=self.trainer.better == "max")]
        chosen = dict.fromkeys((ranked[0], ranked[len(ranked) // 2], ranked[-1]))
        return sheet([list(self._row(self._open(self.sources[index]), answer)) for index in chosen])

    def _row(self, picture: Picture, answer: Answer) -> Iterator[Plane]:
        for given in trials_of(self.trainer, self.params, picture).values():
            yield from tiles_of(given, answer(given), picture)


def beside(test: Test, operations: Sequence[str]) -> tuple[dict[str, Figures], list[str]]:
    """The figures of other operations by name, and why some are missing."""
    found: dict[str, Figures] = {}
    notes = []
    for operation in operations:
        try:
            found[operation] = test.of_operation(operation)
        except PackshotError as error:
            notes.append(f"{operation} could not be measured: {error}")
    return found, notes


def _float(frame: Frame) -> Frame:
    """Operations answer at the depth they were given; alpha of a picture without becomes float."""
    alpha = frame.alpha
    if alpha is None or alpha.dtype.kind == "f":
        return frame
    return frame.with_planes(alpha=np.asarray(alpha, np.float32) / np.iinfo(alpha.dtype).max)
