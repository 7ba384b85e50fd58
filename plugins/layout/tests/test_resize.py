"""Other sizes: exact where nothing changes, free of fringes, true in brightness."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data
from skimage.metrics import structural_similarity

from packshot.errors import BadParameters
from packshot.imaging.pixels import srgb_to_linear
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame


def test_the_same_size_is_the_same_picture():
    photo = data.astronaut()
    assert np.array_equal(apply_frame("layout.resize", Frame.of(photo), width=512).rgb, photo)


@pytest.mark.parametrize(("fit", "size"), [("bounds", (100, 50)), ("cover", (100, 100)), ("stretch", (100, 100))])
def test_each_fit_gives_its_size(fit, size):
    resized = apply_frame("layout.resize", Frame.of(np.zeros((200, 400, 3), np.uint8)), width=100, height=100, fit=fit)
    assert (resized.width, resized.height) == size


def test_small_pictures_can_be_left_alone():
    small = Frame.of(np.zeros((20, 10, 3), np.uint8))
    assert apply_frame("layout.resize", small, width=100, enlarge=False).width == 10


def test_a_size_is_needed():
    with pytest.raises(BadParameters, match="width or a height"):
        apply_frame("layout.resize", Frame.of(np.zeros((2, 2, 3), np.uint8)))


def test_fine_patterns_keep_their_light_only_in_linear_light():
    checks = np.indices((64, 64)).sum(axis=0) % 2
    frame = Frame.of(np.dstack([checks * 255] * 3).astype(np.uint8))
    light = srgb_to_linear(apply_frame("layout.resize", frame, width=32).rgb / np.float32(255))
    assert light.mean() == pytest.approx(0.5, abs=0.01)
    encoded = srgb_to_linear(apply_frame("layout.resize", frame, width=32, linear_light=False).rgb / np.float32(255))
    assert encoded.mean() < 0.25


@pytest.mark.parametrize("width", [37, 61, 200, 333])
def test_the_hidden_background_never_shines_through_a_cutout(width):
    y, x = np.mgrid[0:120, 0:120]
    alpha = np.where((x - 60) ** 2 + (y - 60) ** 2 < 40**2, 255, 0).astype(np.uint8)
    rgb = np.where(alpha[..., None] > 0, np.array([200, 40, 40]), np.array([0, 255, 0])).astype(np.uint8)
    resized = apply_frame("layout.resize", Frame.of(rgb, alpha), width=width)
    assert resized.alpha is not None
    seen = resized.rgb[resized.alpha > 2].astype(int)
    assert np.abs(seen - [200, 40, 40]).max() <= 2


def test_shrinking_and_enlarging_keeps_what_can_be_kept():
    photo = data.astronaut()
    small = apply_frame("layout.resize", Frame.of(photo), width=256)
    back = apply_frame("layout.resize", small, width=512)
    assert structural_similarity(photo, back.rgb, channel_axis=2) > 0.85


def test_labels_are_never_mixed():
    labels = np.repeat(np.array([[1, 7]], np.int32), 10, axis=1).repeat(10, axis=0)
    frame = Frame({"rgb": np.zeros((10, 20, 3), np.uint8), "labels": labels, "product": labels > 3})
    resized = apply_frame("layout.resize", frame, width=33)
    assert set(np.unique(resized.planes["labels"])) == {1, 7}
    assert np.array_equal(resized.planes["product"], resized.planes["labels"] > 3)
