"""Tiles make what the whole picture makes, for networks that look no farther than the overlap allows."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.plugin import Frame

from .conftest import run
from .nets import blurring, doubling

PHOTO = data.astronaut()[:333, :270]


def tiled_and_whole(shelf, family, content, **use):
    tiled = run(shelf.offer(family, content, "tiled", **use), Frame.of(PHOTO / np.float32(255)))
    whole = run(shelf.offer(family, content, "whole", **{**use, "tile": 1024}), Frame.of(PHOTO / np.float32(255)))
    return tiled.rgb, whole.rgb


@pytest.mark.parametrize(("tile", "overlap", "multiple"), [(64, 16, 1), (64, 16, 8), (96, 32, 16), (200, 64, 1), (256, 16, 4)])
def test_tiled_equals_whole_within_a_thousandth(shelf, tile, overlap, multiple):
    """Two layers of reach 2 look 4 pixels far, which is less than 3/8 of 16."""
    tiled, whole = tiled_and_whole(shelf, "onnx.restore", blurring(), tile=tile, overlap=overlap, multiple=multiple)
    assert np.abs(tiled - whole).max() < 1e-3


def test_too_little_overlap_would_show(shelf):
    tiled, whole = tiled_and_whole(shelf, "onnx.restore", blurring(reach=5), tile=64, overlap=4)
    assert np.abs(tiled - whole).max() > 1e-2


@pytest.mark.parametrize("multiple", [1, 4])
def test_a_network_that_enlarges(shelf, multiple):
    tiled, whole = tiled_and_whole(shelf, "onnx.upscale", doubling(), tile=64, overlap=16, multiple=multiple, scale=2)
    assert tiled.shape == (666, 540, 3)
    assert np.abs(tiled - whole).max() < 1e-3


@pytest.mark.parametrize("size", [(64, 64), (96, 64)])
def test_a_network_of_fixed_size_makes_of_tiles_what_a_free_one_makes_of_the_whole(shelf, size):
    fixed = run(shelf.offer("onnx.restore", blurring((1, 3, *size)), "fixed", overlap=16), Frame.of(PHOTO / np.float32(255)))
    whole = run(shelf.offer("onnx.restore", blurring(), "whole", tile=1024), Frame.of(PHOTO / np.float32(255)))
    assert np.abs(fixed.rgb - whole.rgb).max() < 1e-3
