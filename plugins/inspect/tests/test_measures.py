"""The measures tell what they say they tell."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

PHOTO = data.camera()
MEASURES = ["inspect.sharpness", "inspect.exposure", "inspect.noise", "inspect.measures"]


def measured(operation, grey, alpha=None):
    return apply_frame(operation, Frame.of(np.repeat(grey[..., None], 3, axis=2), alpha)).findings[operation]


def test_blur_lowers_the_variance_and_widens_the_edges():
    found = [measured("inspect.sharpness", cv2.GaussianBlur(PHOTO, (0, 0), sigma) if sigma else PHOTO) for sigma in (0, 1, 2, 4)]
    variances = [one["laplacian_variance"] for one in found]
    widths = [one["edge_width_px"] for one in found]
    assert variances == sorted(variances, reverse=True)
    assert widths == sorted(widths)
    assert widths[0] < 2


@pytest.mark.parametrize("sigma", [1.0, 1.5, 2.0])
def test_the_edge_width_is_two_sigma_of_a_blurred_step(sigma):
    step = np.zeros((80, 80), np.float32)
    step[:, 40:] = 0.8
    blurred = np.repeat(cv2.GaussianBlur(step, (0, 0), sigma)[..., None], 3, axis=2)
    width = apply_frame("inspect.sharpness", Frame.of(blurred)).findings["inspect.sharpness"]["edge_width_px"]
    assert width == pytest.approx(2 * sigma, rel=0.2)


def test_the_variance_is_that_of_opencv():
    luma = PHOTO.astype(np.float32)
    expected = cv2.Laplacian(luma, cv2.CV_32F, borderType=cv2.BORDER_REFLECT).var()
    assert measured("inspect.sharpness", PHOTO)["laplacian_variance"] == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("sigma", [2, 5, 10])
def test_the_noise_of_a_flat_picture_is_found(sigma):
    flat = np.clip(128 + np.random.default_rng(0).normal(0, sigma, (300, 300)), 0, 255).astype(np.uint8)
    assert measured("inspect.noise", flat)["sigma"] == pytest.approx(sigma, rel=0.06)


def test_white_ground_does_not_hide_the_noise_of_the_product():
    rng = np.random.default_rng(0)
    picture = np.full((300, 300), 255, np.uint8)
    picture[80:220, 80:220] = np.clip(128 + rng.normal(0, 8, (140, 140)), 0, 255)
    assert measured("inspect.noise", picture)["sigma"] == pytest.approx(8, rel=0.15)


def test_noise_of_pure_white_cannot_be_known():
    assert measured("inspect.noise", np.full((40, 40), 255, np.uint8))["sigma"] is None


def test_exposure_is_that_of_the_product():
    picture = np.full((100, 100), 255, np.uint8)
    picture[20:80, 20:80] = 51
    picture[20:80, 20:35] = 255
    alpha = np.zeros((100, 100), np.uint8)
    alpha[20:80, 20:80] = 255
    found = measured("inspect.exposure", picture, alpha)
    assert found["p50"] == pytest.approx(0.2, abs=0.001)
    assert found["clipped_high"] == pytest.approx(0.25, abs=0.001)
    assert found["clipped_low"] == 0


@pytest.mark.parametrize("operation", MEASURES)
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 40), (50, 60)])
@pytest.mark.parametrize("level", [0, 128, 255, "noise"])
@pytest.mark.parametrize("alpha", [None, 0, 255])
def test_any_picture_can_be_measured_and_none_is_changed(operation, size, level, alpha):
    grey = np.random.default_rng(1).integers(0, 256, size) if level == "noise" else np.full(size, level)
    rgb = np.repeat(grey[..., None], 3, axis=2).astype(np.uint16) * 257
    frame = Frame.of(rgb, None if alpha is None else np.full(size, alpha * 257, np.uint16))
    after = apply_frame(operation, frame)
    assert after.rgb is frame.rgb
    assert operation in after.findings
