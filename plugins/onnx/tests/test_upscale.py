"""Twice as large in every plane, with a clean edge."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.errors import BadPhoto
from packshot.plugin import Frame

from . import nets
from .conftest import run

PHOTO = data.astronaut()[:90, :120]


def test_every_plane_grows(shelf):
    alpha = np.zeros(PHOTO.shape[:2], np.uint8)
    alpha[30:60, 40:80] = 255
    labels = np.arange(PHOTO.shape[0] * PHOTO.shape[1]).reshape(PHOTO.shape[:2])
    frame = Frame.of(PHOTO, alpha).with_planes(depth=alpha.astype(np.float32) / 255, labels=labels)
    made = run(shelf.offer("onnx.upscale", nets.doubling(), scale=2), frame)
    assert made.rgb.shape == (180, 240, 3)
    assert all(plane.shape[:2] == (180, 240) for plane in made.planes.values())
    assert made.alpha[90, 120] == 255
    assert made.alpha[10, 10] == 0
    assert np.array_equal(made.planes["labels"][::2, ::2], labels)
    assert made.planes["depth"].max() <= 1


def test_it_looks_like_the_photo(shelf):
    made = run(shelf.offer("onnx.upscale", nets.doubling(), scale=2), Frame.of(PHOTO))
    small = made.rgb.reshape(90, 2, 120, 2, 3).mean(axis=(1, 3))
    assert np.abs(small - PHOTO).mean() < 4


def test_the_old_ground_is_not_drawn_into_the_edge(shelf):
    alpha = np.zeros((40, 40), np.uint8)
    alpha[:, 20:] = 255
    rgb = np.where(alpha[..., None] > 0, 100, np.array([255, 0, 0])).astype(np.uint8)
    made = run(shelf.offer("onnx.upscale", nets.doubling(), scale=2), Frame.of(rgb, alpha))
    edge = made.rgb[:, 38:44][made.alpha[:, 38:44] > 0]
    assert np.ptp(edge.astype(int), axis=1).max() <= 3, "red fringe"


def test_too_large_a_result_is_refused_in_words(shelf):
    with pytest.raises(BadPhoto, match=r"240 pixels long.*max_side is 200"):
        run(shelf.offer("onnx.upscale", nets.doubling(), scale=2), Frame.of(PHOTO), max_side=200)
