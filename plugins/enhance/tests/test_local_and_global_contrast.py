"""CLAHE, equalisation and sharpening against what they are defined to do."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.errors import BadParameters
from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin.local import apply

PHOTO = data.chelsea()


def lab(rgb):
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)


def dull(rgb):
    return (rgb * 0.4 + 70).astype(np.uint8)


def test_clahe_is_opencvs_on_lightness():
    levels = np.rint(lab(PHOTO)[..., 0] * 2.55).astype(np.uint8)
    expected = cv2.createCLAHE(2.0, (8, 8)).apply(levels)
    after = lab(apply("enhance.clahe", PHOTO, clip_limit=2.0))[..., 0] * 2.55
    assert np.abs(after - expected).mean() < 1


def test_clahe_brings_out_local_contrast_without_turning_colours():
    before, after = lab(dull(PHOTO)), lab(apply("enhance.clahe", dull(PHOTO), clip_limit=3))
    assert after[..., 0].std() > 1.3 * before[..., 0].std()
    assert np.abs(after[..., 1:] - before[..., 1:]).mean() < 0.6


def test_clahe_keeps_the_gradations_of_sixteen_bits():
    ramp = np.repeat(np.linspace(20000, 30000, 4000).astype(np.uint16)[None, :, None], 3, axis=2).repeat(40, axis=0)
    assert len(np.unique(apply("enhance.clahe", ramp)[0, :, 0])) > 2000


def test_a_higher_clip_limit_gives_more():
    mild, strong = (lab(apply("enhance.clahe", dull(PHOTO), clip_limit=limit))[..., 0].std() for limit in (1.5, 4))
    assert strong > mild


def test_equalising_makes_the_histogram_flat():
    lightness = lab(apply("enhance.equalize", dull(PHOTO)))[..., 0]
    deciles = np.percentile(lightness, np.arange(10, 100, 10))
    assert np.abs(deciles - np.arange(10, 100, 10)).max() < 3


def test_equalising_looks_at_the_product_only():
    alpha = np.zeros(PHOTO.shape[:2], np.uint8)
    alpha[100:200, 100:300] = 255
    equalised = apply("enhance.equalize", dull(PHOTO), alpha=alpha)[..., :3]
    inside = lab(np.ascontiguousarray(equalised))[100:200, 100:300, 0]
    assert np.abs(np.percentile(inside, [25, 50, 75]) - [25, 50, 75]).max() < 3


def test_sharpening_is_the_unsharp_mask_of_luma():
    picture = (PHOTO / 255).astype(np.float32)
    luma = picture @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    expected = picture + 0.7 * (luma - cv2.GaussianBlur(luma, (0, 0), 2, borderType=cv2.BORDER_REFLECT))[..., None]
    assert np.allclose(apply("enhance.sharpen", picture, radius=2, amount=0.7), expected, atol=1e-5)


def test_sharpening_leaves_noise_below_the_threshold_alone():
    noise = np.full((40, 40, 3), 0.5, np.float32) + np.random.default_rng(0).normal(0, 0.004, (40, 40, 1)).astype(np.float32)
    assert np.array_equal(apply("enhance.sharpen", noise, amount=2, threshold=0.05), noise)


def test_the_old_background_does_not_shine_into_a_sharpened_cutout():
    alpha = np.zeros((40, 40), np.float32)
    alpha[10:30, 10:30] = 1
    flat = np.where(alpha[..., None] > 0, np.float32(0.5), np.float32(1.0)).repeat(3, axis=2)
    sharpened = apply("enhance.sharpen", flat, alpha=alpha, radius=3, amount=2)[..., :3]
    assert np.abs(sharpened[10:30, 10:30] - 0.5).max() < 1e-3


def test_deconvolution_brings_a_soft_photo_nearer_to_the_sharp_one_and_makes_no_halo():
    sharp = (PHOTO / 255).astype(np.float32)
    soft = cv2.GaussianBlur(sharp, (0, 0), 1.2)
    sharpened = apply("enhance.sharpen", soft, method="deconvolution", radius=1.2, amount=1)
    assert np.square(sharpened - sharp).mean() < 0.7 * np.square(soft - sharp).mean()
    step = np.full((40, 40, 3), 0.2, np.float32)
    step[:, 20:] = 0.7
    edge = apply("enhance.sharpen", cv2.GaussianBlur(step, (0, 0), 1.2), method="deconvolution", radius=1.2, amount=1)
    assert edge.max() < 0.7 + 0.2 * 0.5
    assert edge.min() > 0.2 - 0.2 * 0.5


def test_deconvolution_refuses_a_large_radius():
    with pytest.raises(BadParameters, match="at most 5 pixels"):
        apply("enhance.sharpen", PHOTO, method="deconvolution", radius=20)


@pytest.mark.parametrize("operation", ["enhance.clahe", "enhance.equalize", "enhance.homomorphic"])
def test_half_strength_is_half_way(operation):
    picture = (dull(PHOTO) / 255).astype(np.float32)
    whole, half = apply(operation, picture), apply(operation, picture, strength=0.5)
    # The homomorphic filter works in linear light.
    mixed = linear_to_srgb((srgb_to_linear(whole) + srgb_to_linear(picture)) / 2)
    assert np.allclose(half, mixed if operation == "enhance.homomorphic" else (whole + picture) / 2, atol=1e-5)
