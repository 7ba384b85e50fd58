"""What is measured: methods on cases, and how a section of the report shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from packshot.plugin.frame import Plane

Mask = npt.NDArray[np.bool_]
Column = tuple[str, str]
"""The name of a case, and a measure."""
BEST = "the best other"


@dataclass(frozen=True)
class Given:
    """What every method gets."""

    picture: Plane
    """H×W×3: uint8, or float32 of 0..1 that is neither clipped nor rounded."""
    level: int = 0
    """Noise of 255, JPEG quality, or factor of enlarging."""
    hole: Mask | None = None
    """H×W: what is to be filled."""


@dataclass(frozen=True)
class Sample:
    """A picture of a case."""

    name: str
    open: Callable[[], tuple[Given, Plane]]
    """What methods get, and the truth (uint8) that the answer is compared with."""


@dataclass(frozen=True)
class Case:
    """Pictures that are measured alike: one set at one level."""

    name: str
    samples: Sequence[Sample]
    measure: Callable[[Given, Plane, Plane], Mapping[str, float]]
    """Of what was given, truth and answer."""
    gallery: bool = False
    """Whether the ten worst are shown."""
    free: bool = False
    """Whether its pictures may be shown in the documents."""


@dataclass(frozen=True)
class Method:
    """An operation, or what a library offers."""

    title: str
    identity: str
    """Code, version and parameters: methods of equal identity give equal answers."""
    answer: Callable[[Given], Plane] | None
    """uint8: H×W×3, or H×W for a cutout. None for an operation that nobody offers."""
    most: int | None = None
    """Of a slow one: how many pictures of a case, evenly taken."""

    def picks(self, count: int) -> frozenset[int]:
        """Which of `count` pictures it is measured on."""
        if self.most is None or count <= self.most:
            return frozenset(range(count))
        return frozenset(int(place) for place in np.linspace(0, count - 1, self.most).round())


@dataclass(frozen=True)
class Table:
    """Means with their intervals: a row a method."""

    title: str
    columns: Sequence[Column]
    published: Mapping[str, Mapping[Column, float]] = field(default_factory=dict)
    """Rows from papers."""


@dataclass(frozen=True)
class Aim:
    """What the learned method should reach."""

    column: Column
    with_gpu: float
    without: float | None = None
    over: str = ""
    """The title of the method that it is compared with, BEST, or nothing: the figure itself."""


@dataclass(frozen=True)
class Section:
    """One task; its protocol is told in `words/NAME.md`."""

    name: str
    title: str
    learned: str
    """Title of the learned method."""
    cases: Sequence[Case]
    methods: Sequence[Method]
    tables: Sequence[Table]
    aims: Sequence[Aim]
    worst_by: str
    """The measure that ranks failures; more is better."""
