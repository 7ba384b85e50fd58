"""Sets of made pictures beside each other, against real ones: all measures of sets, with intervals, floor and baselines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from packshot.contracts.training import Figure, Figures
from packshot.errors import BadParameters
from packshot.evaluation.baselines import BASELINES, Bytes, as_pictures
from packshot.evaluation.coverage import coverage_of
from packshot.evaluation.distances import Features, frechet_distance, kernel_distance
from packshot.evaluation.halves import with_set_intervals
from packshot.evaluation.learnt import learnt_accuracy
from packshot.evaluation.memorising import Pair, memorising_of
from packshot.features import FeatureNetwork
from packshot.features.sight import seen
from packshot.plugin.frame import Plane

FLOOR = "training pictures"
LEAST = 20
_BLOCKS = 10


@dataclass(frozen=True)
class Shown:
    """A set of pictures as a network sees them."""

    features: Features
    categories: tuple[str, ...] = ()
    """Of each picture; empty where they are not known."""

    def first(self, count: int) -> Shown:
        """So many of them."""
        return Shown(self.features[:count], self.categories[:count])


@dataclass(frozen=True)
class Row:
    """What was measured of one set."""

    name: str
    figures: Figures
    pairs: tuple[Pair, ...] = field(default=(), repr=False)
    """The made pictures nearest to a training picture."""


@dataclass(frozen=True)
class SetEvaluation:
    """What sets are compared with. `train` is what generators have seen, `test` what none has."""

    network: FeatureNetwork
    train: Shown
    test: Shown
    seed: int

    def __post_init__(self) -> None:
        if min(len(self.train.features), len(self.test.features)) < LEAST:
            raise BadParameters(
                f"Sets are compared with {LEAST} training and {LEAST} test pictures at least; split the data set."
            )

    def row(self, name: str, made: Shown) -> Row:
        """A set's measures. No more of it counts than the test side has. Raises BadParameters for a tiny set."""
        count = min(len(made.features), len(self.test.features))
        if count < LEAST:
            raise BadParameters(
                f"{name} has {count} pictures; measures of sets need {LEAST} at least, and say little below 1,000."
            )
        real, shown = self.test.first(count), made.first(count)
        found = with_set_intervals(self._distances, [real.features, shown.features], self.seed)
        near = with_set_intervals(self._nearness, [real.features, shown.features], self.seed)
        learnt = self._learnt(shown)
        pairs = memorising_of(shown.features, self.train.features, real.features).pairs
        return Row(name, found | near | learnt, pairs)

    def floor(self) -> Row:
        """As many training pictures as there are test pictures: no generator is better, except by memorising."""
        count = min(len(self.train.features), len(self.test.features))
        random = np.random.default_rng(self.seed)
        chosen = random.permutation(len(self.train.features))
        half = Shown(self.train.features[chosen[:count]], tuple(self.train.categories[place] for place in chosen[:count]))
        found = with_set_intervals(self._distances, [self.test.first(count).features, half.features], self.seed)
        return Row(FLOOR, found | self._learnt(half))

    def baselines(self, pictures: Sequence[Plane]) -> Iterator[Row]:
        """Rows of what needs no network, fitted to training pictures."""
        fitted: Bytes = np.stack([seen(each, self.network.side, self.network.channels) for each in pictures])
        for name, make in BASELINES.items():
            made = make(fitted, len(self.test.features), np.random.default_rng(self.seed))
            yield self.row(name, Shown(self.network.look(as_pictures(made)).features))

    def _distances(self, real: Features, made: Features) -> Mapping[str, float]:
        covered = coverage_of(real, made)
        return {
            f"fd.{self.network.name}": frechet_distance(real, made),
            f"kd.{self.network.name}": kernel_distance(real, made, self.seed, blocks=_BLOCKS).mean,
            "precision": covered.precision,
            "recall": covered.recall,
            "density": covered.density,
            "coverage": covered.coverage,
        }

    def _nearness(self, unseen: Features, made: Features) -> Mapping[str, float]:
        found = memorising_of(made, self.train.features, unseen, pairs=0)
        return {"novelty": found.ratio, "copies": found.copies}

    def _learnt(self, made: Shown) -> Figures:
        if not self.test.categories or len(set(made.categories)) < 2:
            return {}
        right = learnt_accuracy(made.features, made.categories, self.test.features, self.test.categories)
        count = len(self.test.features)
        # A share of so many (the normal approximation).
        reach = 1.96 * float(np.sqrt(right * (1 - right) / count))
        return {f"cas.{self.network.name}": Figure(mean=right, low=right - reach, high=right + reach, pictures=count)}
