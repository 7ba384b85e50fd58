"""`denoise.jpeg` reads the quality from pixels and brings the picture nearer to what was compressed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data
from skimage.metrics import peak_signal_noise_ratio as psnr

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

PHOTOS = {"astronaut": data.astronaut()[:320, :320], "coffee": data.coffee()[:, :400]}
SAMPLING = {"4:2:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420, "4:4:4": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444}


def compressed(rgb: np.ndarray, quality: int, sampling: str = "4:2:0") -> np.ndarray:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, SAMPLING[sampling]]
    return cv2.imdecode(cv2.imencode(".jpg", rgb[..., ::-1], options)[1], cv2.IMREAD_COLOR_RGB)


def cleaned(rgb, **params):
    frame = apply_frame("denoise.jpeg", Frame.of(rgb), **params)
    return frame.rgb, frame.findings["denoise.jpeg"]


def reapplied(rgb: np.ndarray, quality: int, sampling: str) -> np.ndarray:
    """Nosratinia 2001: the mean over all 64 grids of the picture compressed once more."""
    height, width = rgb.shape[:2]
    total = np.zeros(rgb.shape)
    for down in range(8):
        for right in range(8):
            shifted = cv2.copyMakeBorder(rgb, down, 8, right, 8, cv2.BORDER_REPLICATE)
            total += compressed(shifted, quality, sampling)[down : down + height, right : right + width]
    return np.rint(total / 64).astype(np.uint8)


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("sampling", SAMPLING)
@pytest.mark.parametrize("quality", [10, 20, 40, 60, 75, 85])
def test_the_quality_is_read_from_the_pixels(photo, sampling, quality):
    assert cleaned(compressed(PHOTOS[photo], quality, sampling))[1]["quality"] == pytest.approx(quality, abs=2)


def test_it_is_read_from_a_cropped_picture_too():
    assert cleaned(compressed(PHOTOS["coffee"], 30)[5:, 3:])[1]["quality"] == pytest.approx(30, abs=2)


@pytest.mark.parametrize("sampling", SAMPLING)
@pytest.mark.parametrize("quality", [10, 20, 40])
def test_it_is_better_than_the_classical_bar(sampling, quality):
    photo = PHOTOS["astronaut"][:160, 100:300]
    jpeg = compressed(photo, quality, sampling)
    ours = psnr(photo, cleaned(jpeg)[0])
    assert ours > psnr(photo, jpeg) + 0.5
    assert ours > psnr(photo, reapplied(jpeg, quality, sampling))


@pytest.mark.parametrize("quality", [70, 85, 90])
def test_a_good_jpeg_gets_a_little_better(quality):
    jpeg = compressed(PHOTOS["coffee"], quality)
    assert psnr(PHOTOS["coffee"], cleaned(jpeg)[0]) > psnr(PHOTOS["coffee"], jpeg)


def test_a_very_good_jpeg_is_left_alone():
    jpeg = compressed(PHOTOS["coffee"], 95)
    after, found = cleaned(jpeg)
    assert np.array_equal(after, jpeg)
    assert "nothing to mend" in found["why"]


def test_the_steps_between_blocks_get_smaller():
    photo = PHOTOS["coffee"][:, :, 1].astype(float)

    def step(picture):
        jumps = np.abs(np.diff(picture[..., 1].astype(float), axis=1))
        return jumps[:, 7::8].mean() / jumps[:, 3::8].mean()

    jpeg = compressed(PHOTOS["coffee"], 15)
    after = cleaned(jpeg)[0]
    assert step(after) - 1 < 0.2 * (step(jpeg) - 1)
    assert after[..., 1].std() == pytest.approx(photo.std(), rel=0.05)


@pytest.mark.parametrize(
    "photo", [data.astronaut()[:256, :256], cv2.resize(compressed(data.coffee(), 40), None, fx=0.61, fy=0.61)]
)
def test_without_traces_nothing_is_done_and_the_finding_says_so(photo):
    after, found = cleaned(photo)
    assert np.array_equal(after, photo)
    assert found["quality"] is None
    assert "no trace" in found["why"]


def test_a_quality_that_is_given_is_used():
    after, found = cleaned(data.astronaut()[:128, :128], quality=10)
    assert found == {"quality": 10, "measured": False, "changed": True}
    assert after.std() < data.astronaut()[:128, :128].std()
