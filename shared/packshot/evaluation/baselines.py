"""Pictures that need no network to be made: baselines for generators, fitted to the same training pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from packshot.evaluation.mixture import components_of, mixture_of

Bytes = npt.NDArray[np.uint8]
Baseline = Callable[[Bytes, int, np.random.Generator], Bytes]
"""Of N training pictures C×S×S: so many made ones, and all chance."""

_COMPONENTS = 64
_GAUSSIANS = 10
_ROWS_FOR_EACH = 4
"""Pictures that a Gaussian needs for each of its dimensions."""
_NOISE = 4.0
"""Of 255: what a copy's noise deviates by."""


def gaussian(train: Bytes, count: int, random: np.random.Generator) -> Bytes:
    """One Gaussian over 64 principal components of the pixels."""
    return _sampled(train, count, 1, random)


def mixture(train: Bytes, count: int, random: np.random.Generator) -> Bytes:
    """Ten Gaussians over the same; fewer of few pictures, whose covariances would be guesses."""
    return _sampled(train, count, _GAUSSIANS, random)


def copies(train: Bytes, count: int, random: np.random.Generator) -> Bytes:
    """Training pictures moved by up to one pixel, with a little noise: what a generator that has memorised would give."""
    chosen = train[random.choice(len(train), count, replace=count > len(train))]
    moved = np.stack([np.roll(each, tuple(random.integers(-1, 2, 2)), (1, 2)) for each in chosen])
    return _bytes(moved + random.normal(0, _NOISE, moved.shape))


BASELINES: Mapping[str, Baseline] = {
    "PCA-64 and a Gaussian": gaussian,
    "PCA-64 and 10 Gaussians": mixture,
    "training pictures, jittered": copies,
}


def as_pictures(made: Bytes) -> Sequence[Bytes]:
    """N×C×S×S as pictures, S×S or S×S×3."""
    return [np.ascontiguousarray(each[0] if len(each) == 1 else each.transpose(1, 2, 0)) for each in made]


def _sampled(train: Bytes, count: int, gaussians: int, random: np.random.Generator) -> Bytes:
    rows = train.reshape(len(train), -1).astype(np.float64)
    components = components_of(rows, _COMPONENTS, random)
    usable = max(1, min(gaussians, len(rows) // (_ROWS_FOR_EACH * len(components.axes))))
    fitted = mixture_of(components.inside(rows), usable, random)
    return _bytes(components.outside(fitted.sample(count, random)).reshape(count, *train.shape[1:]))


def _bytes(values: npt.NDArray[np.float64]) -> Bytes:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
