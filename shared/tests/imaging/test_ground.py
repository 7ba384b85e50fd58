"""A plain ground is found; a room is not taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.imaging.ground import Box, box_of, connected_with_border, find_ground


@pytest.mark.parametrize(("dtype", "full"), [(np.uint8, 255), (np.uint16, 65535), (np.float32, 1)])
def test_ground_and_product_are_told_apart_at_every_depth(dtype, full):
    picture = np.full((60, 80, 3), 0.9 * full).astype(dtype)
    picture[20:40, 30:70] = 0.2 * full
    ground = find_ground(picture)
    assert ground.uniform
    assert ground.colour == pytest.approx((0.9, 0.9, 0.9), abs=0.003)
    assert box_of(~ground.mask) == Box(30, 20, 70, 40)


def test_a_hole_in_the_product_is_not_connected_ground():
    picture = np.full((60, 60, 3), 255, np.uint8)
    picture[10:50, 10:50] = 50
    picture[20:40, 20:40] = 255
    assert not find_ground(picture).mask[30, 30]


def test_a_busy_border_is_no_plain_ground():
    busy = np.random.default_rng(0).integers(0, 255, (50, 50, 3)).astype(np.uint8)
    assert not find_ground(busy).uniform


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (2, 3)])
def test_the_smallest_pictures_are_all_ground(size):
    ground = find_ground(np.full((*size, 3), 200, np.uint8))
    assert ground.mask.all()
    assert box_of(~ground.mask) is None


def test_dust_does_not_widen_the_box_of_a_product_but_counts_alone():
    mask = np.zeros((50, 50), bool)
    mask[2, 2] = True
    assert box_of(mask) == Box(2, 2, 3, 3)
    mask[20:30, 20:35] = True
    assert box_of(mask) == Box(20, 20, 35, 30)


def test_only_what_reaches_the_border_is_connected_with_it():
    mask = np.zeros((5, 5), bool)
    mask[0, 0] = mask[2, 2] = True
    assert connected_with_border(mask).sum() == 1
