"""Each algorithm against its definition, written out slowly, and against the libraries that a user would reach for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.fft import dctn, idctn
from skimage import data
from skimage.metrics import peak_signal_noise_ratio
from skimage.restoration import denoise_nl_means

from packshot.plugin.local import apply
from packshot_denoise.dct import cut
from packshot_denoise.opponent import from_opponent, to_opponent
from packshot_denoise.sliding import over_all_phases
from packshot_denoise.wavelet import _gains, _split

PHOTO = data.astronaut()[0:192, 128:320]


def noisy(sigma: float, seed: int = 0) -> np.ndarray:
    return (PHOTO / 255 + np.random.default_rng(seed).normal(0, sigma / 255, PHOTO.shape)).astype(np.float32)


def psnr(picture: np.ndarray) -> float:
    return peak_signal_noise_ratio(PHOTO, np.clip(np.rint(picture * 255), 0, 255).astype(np.uint8))


def test_opponent_planes_are_orthonormal_and_come_back():
    picture = noisy(10)
    planes = to_opponent(picture)
    assert np.allclose(from_opponent(planes), picture, atol=1e-6)
    assert sum(np.square(plane).sum() for plane in planes) == pytest.approx(np.square(picture).sum(), rel=1e-5)


def test_the_sliding_transform_is_that_of_scipy():
    plane = noisy(30)[:24, :32, 0].copy()
    ours = over_all_phases([plane], lambda blocks: cut(blocks, np.float32(0.3)), ((0, 0),))
    expected = np.empty_like(plane)
    for top in range(0, 24, 8):
        for left in range(0, 32, 8):
            block = dctn(plane[top : top + 8, left : left + 8], norm="ortho")
            kept = np.abs(block) > 0.3
            kept[0, 0] = True
            expected[top : top + 8, left : left + 8] = idctn(block * kept, norm="ortho")
    assert np.allclose(ours, expected, atol=1e-5)


def test_overlapping_blocks_are_weighted_by_their_sparseness():
    plane = noisy(30)[:16, :24, 1].copy()
    phases = ((0, 0), (2, 5))
    total, weights = np.zeros((40, 48)), np.zeros((40, 48))
    framed = np.pad(plane, ((8, 16), (8, 16)), mode="symmetric")
    for down, right in phases:
        for top in range(down, down + 24, 8):
            for left in range(right, right + 32, 8):
                block = dctn(framed[top : top + 8, left : left + 8], norm="ortho")
                kept = np.abs(block) > 0.2
                kept[0, 0] = True
                total[top : top + 8, left : left + 8] += idctn(block * kept, norm="ortho") / kept.sum()
                weights[top : top + 8, left : left + 8] += 1 / kept.sum()
    expected = (total / np.maximum(weights, 1e-9))[8:24, 8:32]
    assert np.allclose(over_all_phases([plane], lambda blocks: cut(blocks, np.float32(0.2)), phases), expected, atol=1e-5)


@pytest.mark.parametrize(("patch", "reach"), [(1, 2), (3, 1), (5, 3)])
def test_non_local_means_is_what_its_paper_says(patch, reach):
    picture, sigma = noisy(20)[:14, :11].copy(), 20 / 255
    rim, (height, width) = patch // 2, picture.shape[:2]
    margin = reach + rim
    framed = np.pad(picture.astype(np.float64), ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")
    expected = np.empty_like(picture)
    for y in range(height):
        for x in range(width):
            here = framed[y + margin - rim : y + margin + rim + 1, x + margin - rim : x + margin + rim + 1]
            total, weights = np.zeros(3), 0.0
            for dy in range(-reach, reach + 1):
                for dx in range(-reach, reach + 1):
                    row, column = y + margin + dy, x + margin + dx
                    there = framed[row - rim : row + rim + 1, column - rim : column + rim + 1]
                    distance = np.square(here - there).sum(axis=2).mean()
                    weight = np.exp(-max(distance - 6 * sigma**2, 0) / (0.64 * 3 * sigma**2))
                    total, weights = total + weight * framed[row, column], weights + weight
            expected[y, x] = total / weights
    ours = apply("denoise.nlm", picture, sigma=20, patch_size=patch, patch_distance=reach)
    assert np.allclose(ours, expected, atol=1e-4)


def test_wavelet_bands_add_up_and_have_the_gain_that_is_reckoned_with():
    noise = np.random.default_rng(0).normal(0, 1, (400, 400)).astype(np.float32)
    plane = noise
    for level in range(3):
        smooth, *details = _split(plane, level)
        assert np.allclose(smooth + sum(details), plane, atol=1e-5)
        for band, gain in zip(details, _gains(level), strict=True):
            assert band[50:-50, 50:-50].std() == pytest.approx(gain, rel=0.06)
        plane = smooth


def test_the_bilateral_filter_is_opencvs():
    expected = cv2.bilateralFilter(noisy(20), 9, 2.3 * 3**0.5 * 20 / 255, 3.0, borderType=cv2.BORDER_REFLECT)
    assert np.allclose(apply("denoise.bilateral", noisy(20), sigma=20), expected, atol=1e-5)


@pytest.mark.parametrize("sigma", [15, 25, 50])
def test_dct_beats_the_libraries_by_a_decibel(sigma):
    picture = noisy(sigma)
    eight = np.clip(np.rint(picture * 255), 0, 255).astype(np.uint8)
    opencv = max(psnr(cv2.fastNlMeansDenoisingColored(eight, None, h, h, 7, 21) / 255) for h in (0.6 * sigma, 0.9 * sigma))
    skimage = denoise_nl_means(picture, 5, 6, h=0.6 * sigma / 255, sigma=sigma / 255, fast_mode=True, channel_axis=-1)
    ours = psnr(apply("denoise.dct", picture, sigma=sigma))
    assert ours > opencv + 1
    assert ours > psnr(skimage) + 1


@pytest.mark.parametrize("sigma", [15, 25, 50])
def test_nlm_is_as_good_as_the_libraries(sigma):
    picture = noisy(sigma)
    skimage = denoise_nl_means(picture, 5, 6, h=0.6 * sigma / 255, sigma=sigma / 255, fast_mode=True, channel_axis=-1)
    assert psnr(apply("denoise.nlm", picture, sigma=sigma)) > psnr(skimage)


def test_noise_that_is_alike_in_neighbours_is_measured_and_taken_out_too():
    noise = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 1, (256, 256, 3)), (0, 0), 0.45)
    flat = (0.5 + 10 / 255 * noise / noise.std()).astype(np.float32)
    assert apply("denoise.dct", flat).std() < 0.2 * flat.std()
