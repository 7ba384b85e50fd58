"""What is taken off a first cut: shadows, and ground that shows through holes."""

from __future__ import annotations

import numpy as np
import pytest

from packshot_cutout.holes import ground_in_holes
from packshot_cutout.light import ground_light
from packshot_cutout.shadow import believable

from . import scenes

GOLD = (210, 160, 60)


@pytest.mark.parametrize("opened", [0.0, 0.5])
def test_ground_in_a_ring_is_found_also_where_a_part_of_the_hole_is_open_already(opened):
    alpha = scenes.drawn(scenes.ring)
    ring, hole = alpha > 0.5, np.hypot(*(np.mgrid[:360, :480] - np.array([180, 240])[:, None, None])) < 58
    product = ring | (hole & (np.arange(360)[:, None] > 120 + opened * 120))
    ground = ~(ring | hole)
    light = ground_light(scenes.photo(scenes.ground(), alpha, GOLD), ground)
    found = ground_in_holes(light, product, ground)
    assert found[hole & product].mean() > 0.8
    assert not found[ring].any()


def test_lines_of_the_grounds_grain_do_not_hide_a_hole():
    """Each of its patches has a rim that is half grain."""
    alpha = scenes.drawn(scenes.ring)
    ring, hole = alpha > 0.5, np.hypot(*(np.mgrid[:360, :480] - np.array([180, 240])[:, None, None])) < 58
    board = scenes.ground(noise=6, colour=(170, 120, 80))
    board[np.arange(360) % 20 < 4] *= 0.8
    light = ground_light(scenes.photo(board, alpha, (40, 110, 120)), ~(ring | hole))
    found = ground_in_holes(light, ring | hole, ~(ring | hole))
    assert found[hole].mean() > 0.5
    assert not found[ring].any()


def test_a_shade_of_the_product_is_no_hole():
    alpha = scenes.drawn(scenes.disc)
    near = scenes.photo(scenes.ground(), alpha, (200, 195, 188))
    light = ground_light(near, alpha < 0.01)
    assert not ground_in_holes(light, alpha > 0.5, alpha < 0.01).any()


def test_what_a_network_sees_is_no_shadow():
    product = np.zeros((100, 100), bool)
    product[20:80, 20:80] = True
    shadow = np.zeros_like(product)
    shadow[60:80, 60:80] = True
    assert believable(shadow, product).any()
    assert believable(shadow, product, np.where(product & ~shadow, 1.0, 0.2)).any()
    assert not believable(shadow, product, product.astype(np.float32)).any()
