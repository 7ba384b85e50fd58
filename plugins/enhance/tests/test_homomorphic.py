"""`enhance.homomorphic` evens out light and keeps colours, by the filter that its paper defines."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.fft import dctn, idctn
from skimage import data

from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin.local import apply

PHOTO = (data.coffee()[:200, :300] / 255).astype(np.float32)
WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)


def unevenly_lit() -> np.ndarray:
    light = np.linspace(0.25, 1.0, PHOTO.shape[1], dtype=np.float32)[None, :, None]
    return linear_to_srgb(srgb_to_linear(PHOTO) * light)


def sides(rgb: np.ndarray) -> float:
    """How much brighter the right half is than the left, in linear light."""
    brightness = srgb_to_linear(rgb) @ WEIGHTS
    return float(brightness[:, 150:].mean() / brightness[:, :150].mean())


def test_light_that_falls_off_is_evened_out():
    even, before, after = sides(PHOTO), sides(unevenly_lit()), sides(apply("enhance.homomorphic", unevenly_lit()))
    assert abs(np.log(after / even)) < 0.65 * abs(np.log(before / even))


def test_it_is_the_butterworth_high_emphasis_of_log_luminance():
    rgb = srgb_to_linear(np.clip(unevenly_lit(), 0.02, 0.9))
    brightness = np.log(rgb @ WEIGHTS + 0.01)
    down, across = np.meshgrid(np.arange(200) / 2 * 300 / 200, np.arange(300) / 2, indexing="ij")
    low_pass = 1 / (1 + (np.hypot(down, across) / 2) ** 4)
    slow = idctn(dctn(brightness, norm="ortho") * low_pass, norm="ortho")
    gain = 0.2 * (brightness - slow) - 0.5 * (slow - slow.mean())
    gain -= max(np.percentile(brightness + gain, 99.5) - np.percentile(brightness, 99.5), 0)
    ours = srgb_to_linear(apply("enhance.homomorphic", linear_to_srgb(rgb), gamma_low=0.5, gamma_high=1.2, cutoff=2, order=2))
    assert np.allclose(ours, rgb * np.exp(gain)[..., None], atol=2e-3)


def test_hues_stay():
    before, after = srgb_to_linear(PHOTO), srgb_to_linear(apply("enhance.homomorphic", PHOTO))
    bright = before.min(axis=2) > 0.02
    shares = [picture[bright] / picture[bright].sum(axis=1, keepdims=True) for picture in (before, after)]
    assert np.allclose(*shares, atol=1e-3)


def test_highlights_get_no_brighter():
    after = srgb_to_linear(apply("enhance.homomorphic", PHOTO, gamma_high=2)) @ WEIGHTS
    assert np.percentile(after, 99.5) <= 1.02 * np.percentile(srgb_to_linear(PHOTO) @ WEIGHTS, 99.5)


def test_a_bright_ground_does_not_darken_the_product():
    alpha = np.zeros(PHOTO.shape[:2], np.float32)
    alpha[50:150, 80:220] = 1
    grounds = [np.where(alpha[..., None] > 0, PHOTO, np.float32(level)) for level in (0.05, 1.0)]
    dark, bright = (apply("enhance.homomorphic", picture, alpha=alpha)[50:150, 80:220] for picture in grounds)
    assert np.allclose(dark, bright, atol=1e-4)


def test_a_white_ground_stays_white():
    picture = np.ones((200, 300, 3), np.float32)
    picture[50:150, 80:220] = PHOTO[50:150, 80:220]
    after = apply("enhance.homomorphic", picture)
    assert np.allclose(after[:50], 1, atol=1e-5)


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_a_plain_picture_stays(level):
    plain = np.full((30, 40, 3), level, np.float32)
    assert np.allclose(apply("enhance.homomorphic", plain), plain, atol=1e-4)
