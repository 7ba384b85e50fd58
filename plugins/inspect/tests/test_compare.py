"""Comparisons give the figures that scikit-image gives."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import color, data
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from packshot.errors import BadParameters
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

PHOTO = data.chelsea()
WORSE = np.clip(
    cv2.GaussianBlur(PHOTO, (0, 0), 1.2).astype(int) + np.random.default_rng(1).normal(0, 6, PHOTO.shape), 0, 255
).astype(np.uint8)


def compared(operation, picture=WORSE, reference=PHOTO):
    return apply_frame(operation, Frame.of(picture), inputs={"reference": Frame.of(reference)}).findings[operation]


def test_psnr_is_that_of_scikit_image():
    assert compared("inspect.psnr")["psnr_db"] == pytest.approx(peak_signal_noise_ratio(PHOTO, WORSE), abs=1e-4)
    assert compared("inspect.psnr", PHOTO) == {"psnr_db": None, "identical": True}


def test_ssim_is_that_of_scikit_image():
    weights = np.array([0.2126, 0.7152, 0.0722])
    expected = structural_similarity(
        PHOTO @ weights, WORSE @ weights, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert compared("inspect.ssim")["ssim"] == pytest.approx(expected, abs=1e-5)
    assert compared("inspect.ssim", PHOTO)["ssim"] == 1


def test_ms_ssim_is_the_product_of_its_scales():
    weights = np.array([0.2126, 0.7152, 0.0722])
    one, other = (picture.astype(np.float64) @ weights / 255 for picture in (PHOTO, WORSE))
    exponents, expected = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333), 1.0
    for scale, exponent in enumerate(exponents):
        settings = {"data_range": 1, "gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
        _, likeness = structural_similarity(one, other, full=True, **settings)
        means = [cv2.GaussianBlur(each, (11, 11), 1.5, borderType=cv2.BORDER_REFLECT) for each in (one, other)]
        luminance = (2 * means[0] * means[1] + 1e-4) / (means[0] ** 2 + means[1] ** 2 + 1e-4)
        factor = likeness if scale == 4 else likeness / luminance
        expected *= factor[5:-5, 5:-5].mean() ** exponent
        size = one.shape[1] // 2, one.shape[0] // 2
        one, other = (cv2.resize(each[: 2 * size[1], : 2 * size[0]], size, interpolation=cv2.INTER_AREA) for each in (one, other))
    found = compared("inspect.ms_ssim")
    assert found["scales"] == 5
    assert found["ms_ssim"] == pytest.approx(expected, abs=1e-4)
    assert compared("inspect.ms_ssim", PHOTO)["ms_ssim"] == 1


def test_a_small_picture_has_fewer_scales():
    assert compared("inspect.ms_ssim", WORSE[:60, :60], PHOTO[:60, :60])["scales"] == 3
    assert 0 <= compared("inspect.ms_ssim", 255 - PHOTO)["ms_ssim"] < 0.1


def test_colour_differences_are_those_of_scikit_image():
    expected = color.deltaE_ciede2000(color.rgb2lab(WORSE), color.rgb2lab(PHOTO))
    found = compared("inspect.delta_e")
    assert found["delta_e_mean"] == pytest.approx(expected.mean(), abs=2e-3)
    assert found["delta_e_p95"] == pytest.approx(np.percentile(expected, 95), abs=5e-3)


def test_compare_has_every_figure():
    assert {"psnr_db", "ssim", "ms_ssim", "delta_e_mean"} <= set(compared("inspect.compare"))


def test_what_cannot_be_compared_is_said():
    with pytest.raises(BadParameters, match=r"layout\.resize"):
        compared("inspect.ssim", WORSE[:50, :50])
    with pytest.raises(BadParameters, match="`reference`"):
        apply_frame("inspect.psnr", Frame.of(PHOTO))
