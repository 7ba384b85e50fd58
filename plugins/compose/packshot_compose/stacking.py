"""Several photos of one product as layers over the first: aligned, and weighted by what each shows best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.align import align
from packshot.imaging.focus import focus_measure

Floats = npt.NDArray[np.float32]

_SPREAD = 0.2
"""How far from the right level a pixel is still well exposed (Mertens et al., σ)."""
_MIDDLE, _BRIGHT = 0.5, 0.8
"""Between these is the right level: that of the first photo, so that a white ground does not become middle grey."""
_CHANGED = 0.06
"""A pixel this much off from what the first photo foretells shows something else."""
_DARKEST, _BRIGHTEST = 0.04, 0.96
"""Beyond these the first photo foretells nothing."""
_FAINT = 1e-6
_WORK_SIDE = 700
"""Ghosts are looked for at most this large."""


@dataclass(frozen=True)
class Layer:
    """One photo, laid over the first."""

    rgb: Floats
    seen: Floats
    """H×W, 1 where the photo shows anything."""
    correlation: float = 1.0


def laid_over(first: Floats, other: Floats) -> Layer | None:
    """`other` aligned to `first`; None if it does not show the same."""
    found = align(first, other)
    if found is None:
        return None
    return Layer(*found.warped(other, *first.shape[:2]), found.correlation)


def unaligned(first: Floats, other: Floats) -> Layer:
    """`other` as it is, in the first one's size."""
    height, width = first.shape[:2]
    scaled = other if other.shape == first.shape else _resized(other, (width, height), cv2.INTER_AREA)
    return Layer(scaled, np.ones((height, width), np.float32))


def without_ghosts(first: Floats, layer: Layer, strength: float, blur: float) -> Layer:
    """`layer` not seen where it shows something else than `first`, once the difference in exposure is taken out.

    Compared is what is left after `blur` (σ as a share of the longer side); where `first` is black or burnt out it cannot
    tell.
    """
    height, width = first.shape[:2]
    scale = min(1.0, _WORK_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    here, there, seen = (_resized(plane, size, cv2.INTER_AREA) for plane in (first, layer.rgb, layer.seen))
    expected = _in_exposure_of(here, there, seen)
    sigma = max(1.0, blur * max(size))
    off = np.abs(cv2.GaussianBlur(there, (0, 0), sigma) - cv2.GaussianBlur(expected, (0, 0), sigma)).max(axis=2)
    same = np.exp(-((np.maximum(off - _CHANGED, 0) / _CHANGED) ** 2))
    grey = here.mean(axis=2)
    same = np.where((grey < _DARKEST) | (grey > _BRIGHTEST), 1, same).astype(np.float32)
    sure = np.asarray(cv2.GaussianBlur(cv2.erode(same, np.ones((9, 9))), (0, 0), 2), np.float32)
    ghost = _resized(1 - sure, (width, height), cv2.INTER_LINEAR)
    return replace(layer, seen=layer.seen * (1 - np.float32(strength) * ghost))


def _resized(plane: Floats, size: tuple[int, int], method: int) -> Floats:
    return np.asarray(cv2.resize(plane, size, interpolation=method), np.float32)


def _in_exposure_of(first: Floats, other: Floats, seen: Floats) -> Floats:
    """`first` with each channel's tones those of `other`, by matching their distributions."""
    both = seen > 0.5
    if not both.any():
        return first
    levels = np.linspace(0, 1, 129)
    tones = []
    for channel in range(3):
        here, there = (np.quantile(rgb[..., channel][both], levels) for rgb in (first, other))
        steps = np.maximum.accumulate(here + np.arange(129) * 1e-7)
        tones.append(np.interp(first[..., channel], steps, there))
    return np.stack(tones, axis=2).astype(np.float32)


def right_level(first: Floats) -> float:
    """Where the well exposed lies for this photo: at its own median, no darker than middle grey."""
    return float(np.clip(np.median(cv2.cvtColor(first, cv2.COLOR_RGB2GRAY)), _MIDDLE, _BRIGHT))


def exposure_weight(rgb: Floats, level: float, contrast: float, saturation: float, exposedness: float) -> Floats:
    """H×W > 0: Mertens, Kautz and Van Reeth, "Exposure fusion", Pacific Graphics 2007, §3.1, with `level` for their 0.5."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    weight = np.full(grey.shape, 1, np.float32)
    if contrast:
        weight *= (np.abs(cv2.Laplacian(grey, -1)) + _FAINT) ** np.float32(contrast)
    if saturation:
        weight *= (rgb.std(axis=2) + _FAINT) ** np.float32(saturation)
    if exposedness:
        off = ((rgb - np.float32(level)) ** 2).sum(axis=2)
        weight *= np.exp(-np.float32(exposedness / (2 * _SPREAD**2)) * off)
    return weight + np.float32(1e-12)


def focus_weight(rgb: Floats) -> Floats:
    """H×W > 0: sharpness, so steep that the sharpest photo wins."""
    return (focus_measure(rgb, max(1.5, 0.004 * max(rgb.shape))) + np.float32(1e-4)) ** 4


def shares(weights: Sequence[Floats]) -> list[Floats]:
    """The weights made to sum to 1 everywhere. Where none has any, the first counts."""
    total = np.sum(weights, axis=0)
    first, *others = (np.divide(weight, total, out=np.zeros_like(total), where=total > 0) for weight in weights)
    return [first + (total <= 0), *others]
