"""A network sees the surroundings of a hole, and what it makes is set into the hole alone, in the picture's light."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.imaging.ground import Box
from packshot.imaging.patch import filled, pasted, surroundings

PHOTO = data.astronaut()[:200, :260].astype(np.float32) / 255


def hole_of(*boxes, shape=PHOTO.shape[:2]):
    hole = np.zeros(shape, bool)
    for top, left, bottom, right in boxes:
        hole[top:bottom, left:right] = True
    return hole


def test_a_hole_has_its_context_on_every_side_and_no_more_than_there_is():
    assert surroundings(hole_of((80, 100, 120, 140)), 1.0) == [Box(60, 40, 180, 160)]
    assert surroundings(hole_of((0, 100, 40, 140)), 1.0) == [Box(60, 0, 180, 80)]


def test_near_holes_are_filled_together_and_far_ones_apart():
    assert len(surroundings(hole_of((80, 100, 90, 110), (80, 120, 90, 130)), 0.5)) == 1
    assert len(surroundings(hole_of((80, 20, 90, 30), (80, 220, 90, 230)), 0.5)) == 2
    assert surroundings(hole_of(), 1.0) == []


def test_each_group_is_filled_from_its_own_window():
    weight = hole_of((80, 20, 90, 30), (80, 220, 90, 230)).astype(np.float32)
    asked = []

    def make(window, hole, part):
        asked.append((window.shape, int(hole.sum()), part))
        return np.full_like(window, 0.5)

    made = filled(PHOTO, weight, 1.0, make)
    assert asked == [((34, 34, 3), 100, 0), ((34, 34, 3), 100, 1)]
    assert np.array_equal(made[weight == 0], PHOTO[weight == 0])
    assert filled(PHOTO, np.zeros_like(weight), 1.0, make) is PHOTO


def test_outside_the_hole_every_bit_stays():
    hole = hole_of((60, 60, 120, 140))
    wild = PHOTO * 1.5 - 0.2
    made = pasted(wild, np.random.default_rng(0).random(PHOTO.shape, np.float32), hole.astype(np.float32))
    assert np.array_equal(made[~hole], wild[~hole])
    assert not np.array_equal(made[hole], wild[hole])


@pytest.mark.parametrize("offset", [-0.15, 0.1])
def test_other_light_is_no_seam(offset):
    hole = hole_of((60, 60, 120, 140))
    made = pasted(PHOTO, np.clip(PHOTO, 0.2, 0.8) + offset, hole.astype(np.float32))
    error = np.abs(made - np.clip(PHOTO, 0.2, 0.8))[hole]
    assert np.median(error) < 0.02, "only clipped colours differ"


def test_another_thing_at_the_rim_does_not_smear_far():
    flat, striped = np.full((100, 100, 3), 0.9, np.float32), np.full((100, 100, 3), 0.9, np.float32)
    striped[:40, 45:55] = 0
    hole = hole_of((40, 30, 80, 70), shape=(100, 100))
    made = pasted(striped, flat, hole.astype(np.float32))
    assert np.abs(made - 0.9)[hole].max() <= 0.21


def test_a_soft_mask_mixes():
    made = pasted(np.zeros((20, 20, 3), np.float32), np.ones((20, 20, 3), np.float32), np.full((20, 20), 0.25, np.float32))
    assert np.allclose(made, 0.25)


def test_no_hole_and_nothing_but_hole():
    assert pasted(PHOTO, PHOTO, np.zeros(PHOTO.shape[:2], np.float32)) is PHOTO
    grey = np.full_like(PHOTO, 0.5)
    assert np.array_equal(pasted(PHOTO, grey, np.ones(PHOTO.shape[:2], np.float32)), grey)
