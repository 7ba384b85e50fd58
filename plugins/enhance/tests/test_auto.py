"""`enhance.auto` mends dull photos gently, leaves good ones alone, and says why."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

PHOTO = data.chelsea()


def auto(rgb, alpha=None, **params):
    frame = apply_frame("enhance.auto", Frame.of(rgb, alpha), **params)
    return frame.rgb, frame.findings["enhance.auto"]


def luma(rgb):
    return rgb @ np.array([0.2126, 0.7152, 0.0722]) / 255


def test_an_underlit_photo_gets_brighter_and_the_finding_says_so():
    dark = (PHOTO * 0.6).astype(np.uint8)
    lit, found = auto(dark)
    assert luma(lit).mean() > 1.1 * luma(dark).mean()
    exposure = next(change for change in found["changes"] if change["what"] == "exposure")
    assert 0 < exposure["by"] <= 0.7
    assert "brightest" in exposure["why"]


def test_a_flat_photo_gets_contrast():
    flat = (PHOTO * 0.5 + 60).astype(np.uint8)
    assert luma(auto(flat)[0]).std() > 1.08 * luma(flat).std()


@pytest.mark.parametrize("factor", [0.3, 0.6, 0.9, 1.0, 1.3])
def test_at_most_half_a_percent_is_newly_clipped(factor):
    photo = np.clip(PHOTO * factor, 0, 255).astype(np.uint8)
    after, _ = auto(photo)
    ends = [(picture.max(axis=2) == 255) | (picture.min(axis=2) == 0) for picture in (photo, after)]
    assert np.mean(ends[1] & ~ends[0]) <= 0.005


def test_a_black_product_before_a_bright_ground_stays_black():
    rgb = np.full((80, 80, 3), 225, np.uint8)
    alpha = np.zeros((80, 80), np.uint8)
    rgb[20:60, 20:60] = np.random.default_rng(0).integers(10, 60, (40, 40, 3))
    alpha[20:60, 20:60] = 255
    after, _ = auto(rgb, alpha)
    assert luma(after)[20:60, 20:60].mean() < luma(rgb)[20:60, 20:60].mean() + 0.02


def test_a_good_photo_hardly_changes():
    good = np.clip(PHOTO * 1.3, 0, 250).astype(np.uint8)
    assert np.abs(auto(good)[0].astype(int) - good).mean() < 5


def test_a_white_ground_stays_white():
    rgb = np.full((200, 200, 3), 255, np.uint8)
    rgb[60:140, 60:140] = PHOTO[60:140, 60:140]
    assert auto(rgb)[0][:50].min() == 255


def test_grey_products_get_no_colour():
    grey = np.repeat(PHOTO[..., :1], 3, axis=2)
    assert np.ptp(auto(grey)[0].astype(int), axis=2).max() <= 1


def test_every_change_has_a_reason_and_no_change_is_listed_that_was_not_made():
    _, found = auto((PHOTO * 0.6).astype(np.uint8))
    assert all(change["why"] and change["by"] for change in found["changes"])
    assert auto(PHOTO, strength=0)[1]["changes"] == []
