"""A product's colours go on outward over what is clear, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.imaging.spread import spread_outward


def cutout(height: int = 40, width: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rgb = np.zeros((height, width, 3), np.float32) + np.float32([0, 1, 0])
    alpha = np.zeros((height, width), np.float32)
    rgb[10:30, 10:25], rgb[10:30, 25:50] = (0.8, 0.1, 0.1), (0.1, 0.1, 0.8)
    alpha[10:30, 10:50] = 1
    alpha[10, 10:50] = 0.5
    return rgb, alpha


def test_what_is_clear_takes_the_colour_of_the_product_nearby():
    spread = spread_outward(*cutout())
    assert np.allclose(spread[20, 5], (0.8, 0.1, 0.1), atol=0.05)
    assert np.allclose(spread[20, 55], (0.1, 0.1, 0.8), atol=0.05)
    assert spread[..., 1].max() < 0.2


def test_the_product_and_its_soft_edge_stay():
    rgb, alpha = cutout()
    assert np.array_equal(spread_outward(rgb, alpha)[alpha > 0], rgb[alpha > 0])


@pytest.mark.parametrize("level", [0, 1])
def test_where_nothing_or_everything_is_clear_there_is_nothing_to_do(level):
    rgb, _ = cutout()
    assert spread_outward(rgb, np.full(rgb.shape[:2], level, np.float32)) is rgb
    assert spread_outward(rgb, None) is rgb


@pytest.mark.parametrize("size", [(1, 2), (1, 17), (2, 3), (33, 1)])
def test_odd_sizes(size):
    alpha = np.zeros(size, np.float32)
    alpha.flat[0] = 1
    rgb = np.full((*size, 3), 0.25, np.float32)
    assert np.allclose(spread_outward(rgb, alpha), 0.25)
