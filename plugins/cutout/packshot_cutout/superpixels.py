"""Superpixels: a few hundred small regions that follow edges, and the graph of who touches whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]


@dataclass(frozen=True)
class Superpixels:
    """N regions of an H×W picture."""

    labels: Ints
    """H×W, the region of each pixel, 0..N-1."""
    colour: Floats
    """N×3, mean colour (Lab)."""
    centre: Floats
    """N×2, x and y of the mean pixel, 0..1 of the longer side."""
    area: Floats
    """N, pixels."""
    border: Floats
    """N, how many pixels of the region lie on the picture's border."""
    edges: Ints
    """E×2, pairs of regions that touch."""

    def spread(self, values: npt.NDArray[np.floating]) -> Floats:
        """H×W: each pixel gets the value of its region."""
        return np.asarray(values, np.float32)[self.labels]


def superpixels(lab: Floats, count: int = 300) -> Superpixels:
    """Cut an H×W×3 Lab picture into about `count` regions.

    Watershed from a regular grid of markers, each moved to the flattest place nearby ("waterpixels", Machairas et al. 2015).
    """
    shown = np.clip(lab + np.array([0, 128, 128], np.float32), 0, 255).astype(np.uint8)
    labels = cv2.watershed(np.ascontiguousarray(shown), _markers(lab, count))
    labels = _fill_lines(labels) - 1
    _, labels = np.unique(labels, return_inverse=True)
    return _measure(labels.reshape(lab.shape[:2]).astype(np.int32), lab)


def _markers(lab: Floats, count: int) -> Ints:
    height, width = lab.shape[:2]
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.0)
    steep = sum(np.abs(cv2.Sobel(smooth, cv2.CV_32F, dx, dy)).sum(axis=2) for dx, dy in ((1, 0), (0, 1)))
    step = max(4.0, float(np.sqrt(height * width / count)))
    markers = np.zeros((height, width), np.int32)
    rows, cols = max(1, round(height / step)), max(1, round(width / step))
    ys, xs = np.linspace(0, height, rows + 1).astype(int), np.linspace(0, width, cols + 1).astype(int)
    for row in range(rows):
        for col in range(cols):
            inset_y, inset_x = (ys[row + 1] - ys[row]) // 4, (xs[col + 1] - xs[col]) // 4
            top, left = ys[row] + inset_y, xs[col] + inset_x
            cell = steep[top : ys[row + 1] - inset_y or None, left : xs[col + 1] - inset_x or None]
            y, x = np.unravel_index(int(np.argmin(cell)), cell.shape)
            markers[top + y, left + x] = row * cols + col + 1
    return markers


def _fill_lines(labels: Ints) -> Ints:
    """Watershed leaves lines of -1 between regions (and around the picture): give each line pixel a neighbour's region."""
    kernel = np.ones((3, 3), np.uint8)
    filled = np.where(labels > 0, labels, 0).astype(np.float32)
    if not filled.any():
        return np.ones_like(labels)
    while not filled.all():
        filled = np.where(filled > 0, filled, cv2.dilate(filled, kernel))
    return filled.astype(np.int32)


def _measure(labels: Ints, lab: Floats) -> Superpixels:
    height, width = labels.shape
    flat, count = labels.ravel(), int(labels.max()) + 1
    area = np.bincount(flat, minlength=count).astype(np.float32)
    ys, xs = np.divmod(np.arange(flat.size), width)

    def mean(values: npt.NDArray[np.floating]) -> Floats:
        return (np.bincount(flat, weights=values.ravel(), minlength=count) / area).astype(np.float32)

    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    pairs = np.concatenate(
        [
            np.stack([labels[:, :-1].ravel(), labels[:, 1:].ravel()], axis=1),
            np.stack([labels[:-1].ravel(), labels[1:].ravel()], axis=1),
        ]
    )
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    return Superpixels(
        labels=labels,
        colour=np.stack([mean(lab[..., channel]) for channel in range(3)], axis=1),
        centre=np.stack([mean(xs.astype(np.float32)), mean(ys.astype(np.float32))], axis=1) / max(height, width),
        area=area,
        border=np.bincount(rim, minlength=count).astype(np.float32),
        edges=np.unique(pairs, axis=0).astype(np.int32).reshape(-1, 2),
    )
