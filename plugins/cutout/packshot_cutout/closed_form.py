"""Closed-form matting in the unknown band of a trimap.

A. Levin, D. Lischinski, Y. Weiss, "A Closed-Form Solution to Natural Image Matting", IEEE TPAMI 30(2), 2008.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot_cutout.conjugate import solved
from packshot_cutout.trimap import Trimap

Floats = npt.NDArray[Any]
Indices = npt.NDArray[np.intp]

EPSILON = 1e-5
"""Variance of colour (0..1) that counts as none: the equation's ε / |w|."""
PRIOR = 1e-2
"""Weight of the first guess, beside the windows' own: decides where colours say nothing at all."""
ROUNDS = 10
"""Of the solver at each level: what is far is settled on the coarser ones."""
COARSEST = 48
"""Pixels of the shorter side below which there is no coarser level."""


def closed_form_alpha(rgb: Floats, trimap: Trimap, guess: Floats) -> Floats:
    """H×W alpha 0..1 for H×W×3 float32 `rgb` (0..1): 1 and 0 where the trimap is sure, solved where it is not.

    Coarse to fine: each level starts from the one of half its size, and the coarsest from `guess` (H×W, 0..1).
    """
    height, width = guess.shape
    if min(height, width) >= 2 * COARSEST:
        size = ((width + 1) // 2, (height + 1) // 2)
        below = closed_form_alpha(halved(rgb, size), halved_trimap(trimap, size), halved(guess, size))
        guess = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR)
    return solved_level(rgb, trimap, guess)


def solved_level(rgb: Floats, trimap: Trimap, guess: Floats) -> Floats:
    """Minimises αᵀLα with the matting Laplacian L of equation 12 over all 3×3 windows that hold an unknown pixel, plus
    PRIOR · |α − guess|². L is never formed: with the windows' colours G, centred and whitened, each window gives
    x − (1/9)(1·1ᵀx + G·Gᵀx).
    """
    alpha = np.where(trimap.product, np.float32(1), np.where(trimap.ground, np.float32(0), guess)).astype(np.float32)
    unknown = trimap.unknown
    if min(alpha.shape) < 3 or not unknown.any():
        return alpha
    laplacian = _Laplacian.of(rgb, unknown)
    flat, free = alpha.reshape(-1), unknown.reshape(-1)
    found = solved(laplacian.times, laplacian.diagonal(), flat, free, prior=PRIOR, rounds=ROUNDS, until=0)
    flat[free] = np.clip(found, 0, 1)
    return flat.reshape(alpha.shape)


def halved(plane: Floats, size: tuple[int, int]) -> Floats:
    """`plane` at half its size, which is `size` (width, height)."""
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA))


def halved_trimap(trimap: Trimap, size: tuple[int, int]) -> Trimap:
    """The same for a trimap: sure is only what was sure in all of a pixel."""
    product, ground = (halved(sure.astype(np.float32), size) > 0.99 for sure in (trimap.product, trimap.ground))
    return Trimap(np.asarray(product, bool), np.asarray(ground, bool))


@dataclass(frozen=True)
class _Laplacian:
    """The matting Laplacian of the windows around some pixels, as what is needed to multiply by it."""

    windows: Indices
    """W×9: flat positions of each window's pixels."""
    colours: Floats
    """W×9×3: each window's colours, centred and whitened."""
    size: int

    @staticmethod
    def of(rgb: Floats, unknown: npt.NDArray[np.bool_]) -> _Laplacian:
        height, width = unknown.shape
        near = np.zeros((height, width), bool)
        for dy in range(3):
            for dx in range(3):
                near[1:-1, 1:-1] |= unknown[dy : height - 2 + dy, dx : width - 2 + dx]
        offsets = (np.arange(-1, 2)[:, None] * width + np.arange(-1, 2)).reshape(-1)
        windows = np.flatnonzero(near)[:, None] + offsets
        colours = rgb.reshape(-1, 3)[windows].astype(np.float32)
        colours -= colours.mean(axis=1, keepdims=True)
        covariance = np.einsum("wic,wid->wcd", colours, colours) / 9 + EPSILON * np.eye(3, dtype=np.float32)
        whitening = np.linalg.inv(np.linalg.cholesky(covariance)).astype(np.float32)
        return _Laplacian(windows, np.matmul(colours, whitening.transpose(0, 2, 1)), height * width)

    def times(self, values: Floats) -> Floats:
        """L · values, over the whole picture, flat."""
        inside = values[self.windows]
        shared = inside.sum(axis=1, keepdims=True)
        along = np.matmul(inside[:, None, :], self.colours)
        fitted = (shared + np.matmul(along, self.colours.transpose(0, 2, 1))[:, 0, :]) / 9
        return self._gathered(inside - fitted)

    def diagonal(self) -> Floats:
        """L's diagonal, flat."""
        return self._gathered(1 - (1 + (self.colours**2).sum(axis=2)) / 9)

    def _gathered(self, by_window: Floats) -> Floats:
        return np.bincount(self.windows.reshape(-1), by_window.reshape(-1), self.size).astype(np.float32)
