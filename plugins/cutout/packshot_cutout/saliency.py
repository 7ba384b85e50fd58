"""What stands out against the picture's rim: background detection by boundary connectivity.

Zhu, Liang, Wei, Sun: "Saliency Optimization from Robust Background Detection" (CVPR 2014); equations are numbered as there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from packshot_cutout.superpixels import Superpixels

Doubles = npt.NDArray[Any]

COLOUR_SIGMA = 10.0
"""Lab distance at which two regions are no longer one surface (the paper's 5..15)."""
SPACE_SIGMA = 0.25
SMALL_WEIGHT = 0.1


@dataclass(frozen=True)
class Saliency:
    """Two judgements of each of N regions, 0..1."""

    ground: Doubles
    """How surely the region is ground: its surface runs along the picture's rim (equation 5)."""
    product: Doubles
    """How surely the region is product, after all cues are weighed together (equation 9)."""


def saliency(regions: Superpixels) -> Saliency:
    """Judge every region."""
    steps = _steps(regions)
    ground = _ground_probability(regions, _geodesic(regions, steps))
    contrast = _contrast(regions, ground)
    return Saliency(ground=ground, product=_optimise(regions, steps, ground, contrast))


def _steps(regions: Superpixels) -> Doubles:
    """E: the colour distance of touching regions."""
    first, second = regions.edges.T
    return np.asarray(np.linalg.norm(regions.colour[first] - regions.colour[second], axis=1).astype(np.float64))


def _geodesic(regions: Superpixels, steps: Doubles) -> Doubles:
    """N×N: the least sum of colour steps on a path between regions (equation 2), by Floyd and Warshall.

    Rim regions all touch each other, and steps as small as those within the ground cost nothing, so that a soft gradient of
    light is one surface (section 3.2 and the authors' code).
    """
    count = len(regions.area)
    first, second = regions.edges.T
    on_rim = regions.border > 0
    free = _free_step(regions, steps, on_rim)
    distance = np.full((count, count), np.inf)
    rim = np.flatnonzero(on_rim)
    between = np.linalg.norm(regions.colour[rim][:, None] - regions.colour[rim][None], axis=2)
    distance[np.ix_(rim, rim)] = np.maximum(0, between - free)
    distance[first, second] = distance[second, first] = np.maximum(0, steps - free)
    np.fill_diagonal(distance, 0)
    for via in range(count):
        np.minimum(distance, distance[:, via, None] + distance[None, via], out=distance)
    return distance


def _free_step(regions: Superpixels, steps: Doubles, on_rim: npt.NDArray[np.bool_]) -> float:
    """The step that is usual between a rim region and its most similar neighbour."""
    least = np.full(len(on_rim), np.inf)
    for side in regions.edges.T:
        np.minimum.at(least, side, steps)
    usual = least[on_rim & np.isfinite(least)]
    return float(np.mean(usual)) if usual.size else 0.0


def _ground_probability(regions: Superpixels, geodesic: Doubles) -> Doubles:
    alike = np.exp(-(geodesic**2) / (2 * COLOUR_SIGMA**2))
    area = alike @ regions.area  # equation 3
    length = alike @ regions.border  # equation 4
    connectivity = length / np.sqrt(area)
    return np.asarray(1 - np.exp(-(connectivity**2) / 2))


def _contrast(regions: Superpixels, ground: Doubles) -> Doubles:
    """Background weighted contrast (equation 6), scaled to 0..1."""
    colour = np.linalg.norm(regions.colour[:, None] - regions.colour[None], axis=2)
    space = np.linalg.norm(regions.centre[:, None] - regions.centre[None], axis=2)
    near = np.exp(-(space**2) / (2 * SPACE_SIGMA**2))
    contrast = (colour * near * (ground * regions.area)).sum(axis=1) / np.maximum((near * regions.area).sum(axis=1), 1e-9)
    return np.asarray(contrast / max(float(contrast.max()), 1e-9))


def _optimise(regions: Superpixels, steps: Doubles, ground: Doubles, contrast: Doubles) -> Doubles:
    """Equation 9: the map that agrees best with both weights and is smooth between alike neighbours; a linear system."""
    first, second = regions.edges.T
    smooth = np.zeros((len(ground), len(ground)))
    smooth[first, second] = smooth[second, first] = np.exp(-(steps**2) / (2 * COLOUR_SIGMA**2)) + SMALL_WEIGHT
    laplacian = np.diag(smooth.sum(axis=1)) - smooth
    product = np.linalg.solve(np.diag(ground + contrast + 1e-6) + laplacian, contrast)
    return np.asarray(np.clip(product / max(float(product.max()), 1e-9), 0, 1))
