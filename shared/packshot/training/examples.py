"""Example number n of a training: the same whoever makes it, and whenever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from packshot.training.pictures import Pictures
from packshot.training.sides import Stock
from packshot.training.sources import Source
from packshot.training.trainer import Array, Trainer
from packshot.training.trainers import find_trainer

Permutation = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TrainerRef:
    """A trainer on its way to another process: itself, or only its name where its module lies in the plugins folder."""

    trainer: Trainer[Any]

    def __reduce__(self) -> tuple[Any, ...]:
        if type(self.trainer).__module__.startswith("packshot_folder_"):
            return (_found, (self.trainer.name,))
        return (TrainerRef, (self.trainer,))


def _found(name: str) -> TrainerRef:
    return TrainerRef(find_trainer(name))


@dataclass
class Examples:
    """Makes examples of a training's stocks. It can be pickled."""

    ref: TrainerRef
    params: Any
    stocks: tuple[Stock, ...]
    pictures: Pictures
    seed: int
    cache_mb: int
    _orders: dict[int, tuple[int, Permutation]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._shares = np.cumsum([stock.share for stock in self.stocks])
        self._longest = self.ref.trainer.longest(self.params)
        self._cached = [_within(stock.sources, self.cache_mb << 20, self._longest) for stock in self.stocks]

    def example(self, number: int) -> dict[str, Array]:
        """Example `number`. Every picture of a stock comes once before one comes again."""
        rng = np.random.default_rng([self.seed, number])
        which = int(np.searchsorted(self._shares, rng.random() * self._shares[-1], side="right"))
        which = min(which, len(self.stocks) - 1)
        stock = self.stocks[which]
        place = self._place(which, number, len(stock.sources))
        pictures = self.pictures if place < self._cached[which] else Pictures(self.pictures.reader, None)
        picture = pictures.open(stock.sources[place], self.ref.trainer.takes, self._longest)
        return self.ref.trainer.example(picture, self.params, rng)

    def _place(self, which: int, number: int, count: int) -> int:
        epoch, within = divmod(number, count)
        if self._orders.get(which, (-1, None))[0] != epoch:
            self._orders[which] = epoch, np.random.default_rng([self.seed, which, epoch]).permutation(count)
        return int(self._orders[which][1][within])


def _within(sources: tuple[Source, ...], limit: int, longest: int | None) -> int:
    """How many of the first sources fit into `limit` bytes once decoded."""
    total = np.cumsum([source.bytes(longest) for source in sources])
    return int(np.searchsorted(total, limit, side="right"))
