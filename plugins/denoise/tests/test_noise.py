"""The noise of a photo is measured within a few percent, and texture is not taken for noise."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

PHOTOS = {"astronaut": data.astronaut(), "coffee": data.coffee(), "cat": data.chelsea()}


def found(rgb, alpha=None):
    return apply_frame("denoise.bilateral", Frame.of(rgb, alpha)).findings["denoise.bilateral"]


def with_noise(rgb, sigmas, seed=0):
    noise = np.random.default_rng(seed).normal(0, 1, rgb.shape) * sigmas
    return (rgb / 255 + noise / 255).astype(np.float32)


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("sigma", [5, 15, 25, 50])
def test_white_noise_is_measured_within_a_tenth(photo, sigma):
    own = np.array(found(PHOTOS[photo])["sigma"])
    measured = found(with_noise(PHOTOS[photo], sigma))["sigma"]
    assert measured == pytest.approx(np.hypot(own, sigma), rel=0.1)


def test_each_channel_has_its_own():
    measured = found(with_noise(PHOTOS["coffee"], np.array([4, 8, 16])))["sigma"]
    assert measured == pytest.approx([4, 8, 16], rel=0.15)


@pytest.mark.parametrize("photo", PHOTOS)
def test_texture_is_not_noise(photo):
    assert max(found(PHOTOS[photo])["sigma"]) < 3


def test_only_the_product_counts():
    rgb = with_noise(np.full((200, 200, 3), 120.0), 4)
    alpha = np.zeros((200, 200), np.float32)
    alpha[50:150, 50:150] = 1
    rgb[alpha == 0] += np.random.default_rng(1).normal(0, 0.2, (int((alpha == 0).sum()), 3)).astype(np.float32)
    assert found(rgb, alpha)["sigma"] == pytest.approx([4] * 3, rel=0.15)


def test_a_blown_out_ground_does_not_hide_the_noise():
    rgb = np.clip(
        with_noise(np.full((200, 300, 3), 110.0), 10) + np.r_[np.zeros(150), np.ones(150)].astype(np.float32)[None, :, None], 0, 1
    )
    assert found(rgb)["sigma"] == pytest.approx([10] * 3, rel=0.15)


def test_nothing_is_done_where_there_is_no_noise_or_too_little_to_see():
    smooth = np.linspace(0.2, 0.8, 300, dtype=np.float32)[None, :, None].repeat(200, axis=0).repeat(3, axis=2)
    frame = apply_frame("denoise.dct", Frame.of(smooth))
    assert np.array_equal(frame.rgb, smooth)
    assert frame.findings["denoise.dct"]["changed"] is False
    assert "no noise" in frame.findings["denoise.dct"]["why"]


def test_a_painted_picture_has_no_noise_that_could_be_measured():
    assert "too plain" in found(np.full((60, 60, 3), 200, np.uint8))["why"]
