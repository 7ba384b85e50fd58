"""What blurred a photo, judged by its spectrum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from packshot.plugin.frame import Plane
from packshot_enhance.kernels import NONE, defocus, gaussian, motion

Spectrum = npt.NDArray[np.float64]

WINDOW = 64
"""Pixels across the windows whose spectra are averaged."""
_MOST_WINDOWS = 600
_TRIED = 8
"""How many of the coarse grid are looked around: a long line between two angles of the grid can look like another."""
_FLOOR = 3e-7
"""What is added to spectra, beside the strongest frequency: where a blur leaves nothing, its logarithm would say too much."""
_FLOORS = (_FLOOR, 1e-5, 1e-4, 1e-3, 1e-2)
"""Noise beside the strongest frequency."""
_FALLS = (2.0, 2.6)
"""Exponents of how the spectra of sharp photos fall with frequency."""
_LEAST = {"defocus": 1.2, "gaussian": 0.6, "motion": 3.2}
"""Every lens and every resize blurs a little: sizes below these are what sharp photos have."""
_TELLING = 0.75
"""A blur must explain the spectrum this much better than none."""


@dataclass(frozen=True)
class Blur:
    """A kernel and what it is called."""

    kind: str
    size: float
    """Radius, standard deviation or length, pixels."""
    angle: float = 0.0
    """Degrees, of motion."""

    def kernel(self) -> Plane:
        """What a point looks like."""
        if self.kind == "motion":
            return motion(self.size, self.angle)
        return {"defocus": defocus, "gaussian": gaussian}[self.kind](self.size)


def estimate_blur(brightness: Plane) -> Blur | None:
    """The blur of `brightness` (H×W float, linear light, sides of at least 64), or None if it is sharp or of one tone.

    M. Cannon, "Blind deconvolution of spatially invariant image blurs with phase", IEEE TASSP 24(1), 1976: averaged over many
    windows, a photo's spectrum is that of any photo times the blur's. Here the logarithm is fitted by discs, bells and lines,
    with a floor of noise, first on a coarse grid of sizes and angles, then around the best few.
    """
    measured = _mean_spectrum(brightness)
    if measured is None:
        return None

    def misfit(blur: Blur | None) -> float:
        return _misfit(measured, _power(blur))

    likely = sorted(_coarse(), key=misfit)[:_TRIED]
    found = min((near for blur in likely for near in _around(blur)), key=misfit)
    telling = misfit(found) < _TELLING * misfit(None)
    return found if telling and found.size >= _LEAST[found.kind] else None


def _coarse() -> Iterator[Blur]:
    yield from (Blur("defocus", radius) for radius in (1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8))
    yield from (Blur("gaussian", sigma) for sigma in (0.8, 1, 1.3, 1.6, 2, 2.5, 3))
    yield from (Blur("motion", length, angle) for length in (3, 5, 7, 9, 11, 13, 15, 18, 21, 25) for angle in range(0, 180, 15))


def _around(blur: Blur) -> Iterator[Blur]:
    if blur.kind != "motion":
        yield from (Blur(blur.kind, blur.size * factor) for factor in (0.88, 0.92, 0.96, 1, 1.04, 1.08, 1.12))
        return
    for size in (blur.size - 1, blur.size - 0.5, blur.size, blur.size + 0.5, blur.size + 1):
        yield from (Blur("motion", size, (blur.angle + turn) % 180) for turn in (-8, -4, 0, 4, 8))


def _mean_spectrum(brightness: Plane) -> Spectrum | None:
    """Of the livelier half of the windows, each at the same strength: log power at the frequencies that `_told` names."""
    windows = np.lib.stride_tricks.sliding_window_view(brightness, (WINDOW, WINDOW))[:: WINDOW // 4, :: WINDOW // 4]
    count = windows.shape[0] * windows.shape[1]
    chosen = [windows[divmod(place, windows.shape[1])] for place in range(0, count, max(1, count // _MOST_WINDOWS))]
    strength = np.array([window.std() for window in chosen])
    lively = np.flatnonzero((strength >= np.median(strength)) & (strength > 1e-3))
    if not len(lively):
        return None
    power = np.zeros((WINDOW, WINDOW))
    for place in lively:
        level = (chosen[place] - chosen[place].mean()) / strength[place]
        power += np.square(np.abs(np.fft.fft2(level * _taper())))
    told = power[_told()] / len(lively)
    return np.asarray(np.log(told + _FLOOR * told.max()), np.float64)


@cache
def _taper() -> Plane:
    return np.outer(np.hanning(WINDOW), np.hanning(WINDOW)).astype(np.float32)


def _frequencies() -> tuple[Plane, Plane]:
    steps: Plane = np.fft.fftfreq(WINDOW)
    return steps[:, None], steps[None]


@cache
def _told() -> npt.NDArray[np.bool_]:
    """Frequencies that tell of blur: not the lowest, not the corners, and not those of straight horizontals and verticals."""
    down, across = _frequencies()
    away = np.hypot(down, across)
    told: npt.NDArray[np.bool_] = (away > 0.03) & (away <= 0.5) & (np.abs(down) > 0.01) & (np.abs(across) > 0.01)
    return told


@lru_cache(maxsize=256)
def _power(blur: Blur | None) -> tuple[Spectrum, ...]:
    """For each of `_FALLS`, the power of a blurred photo at the told frequencies, as seen through the windows' taper."""
    kernel = NONE if blur is None else blur.kernel()
    plane = np.zeros((WINDOW, WINDOW))
    plane[: kernel.shape[0], : kernel.shape[1]] = kernel
    transfer = np.square(np.abs(np.fft.fft2(plane)))
    away = np.maximum(np.hypot(*_frequencies()), 1 / WINDOW)
    leak = np.square(np.abs(np.fft.fft2(_taper())))
    leak = np.fft.fft2(leak / leak.sum())
    seen = [np.real(np.fft.ifft2(np.fft.fft2(transfer / away**fall) * leak))[_told()] for fall in _FALLS]
    return tuple(np.maximum(power / power.max(), 0) for power in seen)


def _misfit(measured: Spectrum, powers: tuple[Spectrum, ...]) -> float:
    """The least mean deviation of logarithms, at any brightness of the photo and any floor of noise."""
    rest = np.array([measured - np.log(power + floor) for power in powers for floor in _FLOORS])
    return float(np.abs(rest - np.median(rest, axis=1, keepdims=True)).mean(axis=1).min())
