"""Enlarging by calculation."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.errors import BadPhoto
from packshot.evaluation.luma import judged, luma
from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame
from packshot_upscale.bicubic import resized, shrunk

OPERATIONS = ("upscale.lanczos", "upscale.backprojection")
PHOTO = np.ascontiguousarray(data.astronaut()[:240, 60:300])


def small(factor: int) -> np.ndarray:
    return shrunk(PHOTO, factor).astype(np.float32) / 255


def quality(large: np.ndarray, factor: int) -> float:
    return judged(PHOTO, np.rint(np.clip(large, 0, 1) * 255).astype(np.uint8), factor)["psnr_y"]


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_is_nearer_to_the_photo_than_a_bicubic_enlargement(operation, factor):
    bicubic = quality(resized(small(factor), *PHOTO.shape[:2]), factor)
    assert quality(apply(operation, small(factor), factor=factor), factor) > bicubic + 0.3


def test_what_back_projection_makes_would_shrink_to_the_picture_again():
    given = small(2)
    large = apply("upscale.backprojection", given, rounds=20)
    assert np.abs(resized(large, *given.shape[:2]) - given).max() < 5e-3


@pytest.mark.parametrize("operation", OPERATIONS)
def test_tiles_leave_no_seam(operation, monkeypatch):
    whole = apply(operation, small(2))
    monkeypatch.setattr("packshot_upscale.classical._TILE", 80)
    assert np.abs(apply(operation, small(2)) - whole).max() < 1e-3


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_old_ground_does_not_bleed_into_a_cutout(operation):
    alpha = np.zeros((60, 60), np.float32)
    alpha[15:45, 20:40] = 1
    picture = np.where(alpha[..., None] > 0, np.float32(0.3), np.float32(1.0)).repeat(3, axis=2)
    after = apply_frame(operation, Frame.of(picture, alpha))
    assert after.alpha is not None
    assert after.alpha.shape == (120, 120)
    assert np.abs(after.rgb[after.alpha > 0] - 0.3).max() < 1e-3


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_plane_grows_and_labels_stay_labels(operation):
    labels = np.arange(24, dtype=np.int32).reshape(4, 6)
    frame = Frame.of(np.zeros((4, 6, 3), np.uint8)).with_planes(labels=labels, depth=np.ones((4, 6), np.float32))
    after = apply_frame(operation, frame, factor=3)
    assert np.array_equal(after.planes["labels"], labels.repeat(3, axis=0).repeat(3, axis=1))
    assert after.planes["depth"].shape == (12, 18)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (3, 2)])
def test_any_size_comes_out_twice_as_large(operation, size):
    assert apply(operation, np.full((*size, 3), 77, np.uint8)).shape == (2 * size[0], 2 * size[1], 3)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_result_that_nothing_could_open_is_refused(operation):
    huge = np.broadcast_to(np.zeros(3, np.uint8), (5000, 6000, 3))
    with pytest.raises(BadPhoto, match="24000×20000"):
        apply(operation, huge, factor=4)


def test_brightness_is_that_of_bt601():
    greys = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0]]], np.uint8)
    assert luma(greys)[0] == pytest.approx([16, 235, 81.481])


def test_the_border_does_not_count():
    spoilt = PHOTO.copy()
    spoilt[:2] = spoilt[-2:] = 0
    spoilt[:, :2] = spoilt[:, -2:] = 0
    assert judged(PHOTO, spoilt, 2) == {"psnr_y": 100, "ssim_y": pytest.approx(1)}
