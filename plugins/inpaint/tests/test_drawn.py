"""Holes that are drawn by chance are as large as was asked, and the same for the same chance."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from packshot.training import Picture
from packshot_inpaint.cnn_trainer import JUDGED, CnnTrainer
from packshot_inpaint.drawn import drawn


@pytest.mark.parametrize(("kind", "least", "most"), JUDGED.values(), ids=list(JUDGED))
@pytest.mark.parametrize("shape", [(321, 481), (512, 512), (200, 130)])
def test_a_hole_covers_what_was_asked(kind, least, most, shape):
    for seed in range(20):
        hole = drawn(kind, shape, least, most, np.random.default_rng(seed))
        assert hole.shape == shape
        assert least <= hole.mean() <= most


def test_thin_holes_are_thin_and_wide_ones_wide():
    def widest(kind, least, most):
        hole = drawn(kind, (400, 400), least, most, np.random.default_rng(1))
        return cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5).max()

    assert widest("thin", 0.03, 0.05) < 8
    assert widest("brush", 0.1, 0.3) > 8
    assert widest("wide", 0.2, 0.3) > 24


def test_chance_alone_decides():
    one, same, other = (drawn("wide", (99, 99), 0.1, 0.4, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (3, 3)])
def test_something_is_left_of_the_smallest_pictures(shape):
    assert not drawn("wide", shape, 0.2, 1, np.random.default_rng(0)).all()


def test_an_example_is_smooth_in_its_hole_and_the_photo_elsewhere():
    trainer = CnnTrainer()
    params = trainer.params({"patch": 64})
    photo = Picture(np.random.default_rng(0).integers(0, 256, (50, 90, 3)).astype(np.uint8), name="photo")
    states = set()
    for seed in range(30):
        example = trainer.example(photo, params, np.random.default_rng(seed))
        state, given, clean = example["state"], example["given"], example["clean"] / np.float32(255)
        known = np.broadcast_to(state == 0, given.shape)
        assert np.array_equal(given[known], clean[known])
        assert given[~known].std() < clean[~known].std()
        states |= set(np.unique(state))
    assert states == {0.0, 0.5, 1.0}
