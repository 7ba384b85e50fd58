"""How good networks, or any operation, are on pictures that were not trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from packshot.plugin.frame import Frame
from packshot.training.picture import Picture
from packshot.training.trainer import Trainer

Answer = Callable[[Frame], Frame]


def figures_of(trainer: Trainer[Any], params: Any, picture: Picture, answer: Answer) -> dict[str, float]:
    """The figures of all trials of one picture; of one that several trials name, the mean."""
    trials = trials_of(trainer, params, picture).items()
    return means([trainer.figures(name, answer(given), picture, params) for name, given in trials])


def trials_of(trainer: Trainer[Any], params: Any, picture: Picture) -> Mapping[str, Frame]:
    """The same trials whenever the picture is judged, in whichever training."""
    seed = int.from_bytes(hashlib.sha256(picture.name.encode()).digest()[:8])
    return trainer.trials(picture, params, np.random.default_rng(seed))


def means(figures: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each figure over the pictures that have it and where it is a number."""
    return {name: float(np.mean(values)) for name, values in columns(figures)}


def columns(figures: Sequence[Mapping[str, float]]) -> Iterator[tuple[str, list[float]]]:
    """Each figure's finite values."""
    for name in dict.fromkeys(name for one in figures for name in one):
        values = [one[name] for one in figures if name in one and np.isfinite(one[name])]
        if values:
            yield name, values
