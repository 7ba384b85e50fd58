"""SSIM agrees with scikit-image's."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data
from skimage.metrics import structural_similarity

from packshot.imaging.ssim import ssim


def theirs(one, other, full_scale, channel_axis=None):
    settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "full": True}
    _, likeness = structural_similarity(one, other, data_range=full_scale, channel_axis=channel_axis, **settings)
    return likeness.mean()


@pytest.mark.parametrize("noise", [0, 1, 10, 80])
@pytest.mark.parametrize(("scale", "dtype"), [(255, np.uint8), (65535, np.uint16)])
def test_it_is_the_figure_of_wang_2004(noise, scale, dtype):
    photo = (data.chelsea().astype(np.float64) / 255 * scale).astype(dtype)
    worse = photo + np.random.default_rng(0).normal(0, noise * scale / 255, photo.shape)
    worse = np.clip(worse, 0, scale).astype(dtype)
    assert ssim(photo, worse, scale) == pytest.approx(theirs(photo, worse, scale, channel_axis=2), abs=2e-4)
    assert ssim(photo[..., 0], worse[..., 0], scale) == pytest.approx(theirs(photo[..., 0], worse[..., 0], scale), abs=2e-4)


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (40, 50, 3)])
def test_a_picture_is_like_itself(shape):
    picture = np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8)
    assert ssim(picture, picture, 255) == pytest.approx(1)


def test_pictures_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="shapes"):
        ssim(np.zeros((2, 2)), np.zeros((3, 3)), 1)
