"""What `cutout.decontaminate` promises."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from plugins.cutout.tests import scenes

from packshot.errors import BadPhoto
from packshot.plugin import Frame, Run
from packshot_cutout.decontaminate import Decontaminate, DecontaminateParams

RED, GREEN = (180, 40, 40), (40, 160, 60)


def clean(frame, strength=1.0):
    return Decontaminate().run(frame, DecontaminateParams(strength=strength), Run())


def soft_product():
    """A red disc with a wide soft edge on green, exact alpha."""
    alpha = cv2.GaussianBlur(scenes.drawn(scenes.disc), (0, 0), 2.5)
    rgb = scenes.photo(np.full((*scenes.SIZE, 3), GREEN, np.float32), alpha, RED, noise=0)
    return Frame.of(rgb, np.rint(alpha * 255).astype(np.uint8))


def test_no_old_ground_is_left_in_the_edge():
    """Laid on white, every pixel is within a few levels of the true product laid on white."""
    frame = soft_product()
    alpha = frame.alpha[..., None] / 255

    def error(rgb):
        return np.abs((rgb - np.float32(RED)) * alpha).max()

    assert error(frame.rgb) > 25
    assert error(clean(frame).rgb) < 8


def test_only_colours_outside_the_solid_product_change():
    frame = soft_product()
    result = clean(frame)
    assert result.alpha is frame.alpha
    solid = frame.alpha == 255
    np.testing.assert_array_equal(result.rgb[solid], frame.rgb[solid])


def test_the_product_goes_on_outward():
    result = clean(soft_product())
    assert np.abs(result.rgb.astype(int) - RED).max() < 12


def test_strength_0_changes_nothing_and_one_half_lies_between():
    frame = soft_product()
    assert clean(frame, 0) is frame
    full, half = clean(frame).rgb.astype(float), clean(frame, 0.5).rgb.astype(float)
    assert np.abs(half - (full + frame.rgb) / 2).max() <= 1


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (1, 40), (600, 30)])
@pytest.mark.parametrize("opacity", [0, 100, 255])
def test_tiny_empty_and_full_cutouts(shape, opacity):
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    rgb.flags.writeable = False
    result = clean(Frame.of(rgb, np.full(shape, opacity, np.uint8)))
    assert result.rgb.shape == rgb.shape
    if opacity == 255:
        np.testing.assert_array_equal(result.rgb, rgb)


def test_a_picture_that_was_not_cut_out_is_refused_with_advice():
    with pytest.raises(BadPhoto, match=r"add cutout\.classical before"):
        clean(Frame.of(np.zeros((4, 4, 3), np.uint8)))
