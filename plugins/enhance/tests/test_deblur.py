"""`enhance.deblur` finds what blurred a photo, undoes it better than scikit-image, and leaves sharp photos alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data, restoration
from skimage.metrics import peak_signal_noise_ratio as psnr

from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame
from packshot_enhance.deconvolution import richardson_lucy
from packshot_enhance.kernels import defocus, gaussian, motion

PHOTO = data.astronaut()[:288, 60:380]
KERNELS = {
    "defocus": ({"radius": 2.5}, defocus(2.5)),
    "gaussian": ({"radius": 1.5}, gaussian(1.5)),
    "motion": ({"length": 9, "angle": 30}, motion(9, 30)),
}


def blurred(kernel: np.ndarray, noise: float = 1.0, rgb: np.ndarray = PHOTO) -> np.ndarray:
    """As a camera does it: in linear light, then noise and rounding."""
    light = cv2.filter2D(srgb_to_linear(rgb / 255), -1, kernel[::-1, ::-1].copy(), borderType=cv2.BORDER_REFLECT)
    encoded = linear_to_srgb(light) * 255 + np.random.default_rng(0).normal(0, noise, rgb.shape)
    return np.clip(np.rint(encoded), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", KERNELS)
def test_kernels_are_whole_and_centred(kind):
    kernel = KERNELS[kind][1]
    side = np.arange(kernel.shape[0]) - kernel.shape[0] // 2
    assert kernel.sum() == pytest.approx(1, abs=1e-5)
    assert kernel.min() >= 0
    assert kernel.sum(axis=0) @ side == pytest.approx(0, abs=1e-3)
    assert kernel.sum(axis=1) @ side == pytest.approx(0, abs=1e-3)


def test_motion_turns_anticlockwise():
    kernel = motion(9, 45)
    half = kernel.shape[0] // 2
    assert kernel[:half, half + 1 :].sum() > 10 * kernel[:half, :half].sum()


@pytest.mark.parametrize("method", ["richardson_lucy", "wiener"])
@pytest.mark.parametrize("kind", KERNELS)
def test_a_given_blur_is_undone_better_than_scikit_image_does(kind, method):
    params, kernel = KERNELS[kind]
    photo = blurred(kernel)
    channels = [photo[..., channel] / 255 for channel in range(3)]
    if method == "wiener":
        libraries = [
            np.dstack([restoration.wiener(plane, kernel, balance) for plane in channels]) for balance in (0.003, 0.01, 0.03)
        ]
    else:
        libraries = [
            np.dstack([restoration.richardson_lucy(plane, kernel, num_iter=rounds) for plane in channels]) for rounds in (10, 30)
        ]
    library = max(psnr(PHOTO, np.clip(np.rint(result * 255), 0, 255).astype(np.uint8)) for result in libraries)
    ours = psnr(PHOTO, apply("enhance.deblur", photo, kernel=kind, method=method, **params))
    assert ours > library
    assert ours > psnr(PHOTO, photo) + 1.5


@pytest.mark.parametrize("noise", [0.5, 2])
@pytest.mark.parametrize("kind", KERNELS)
def test_the_blur_is_found_from_the_photo(kind, noise):
    params, kernel = KERNELS[kind]
    frame = apply_frame("enhance.deblur", Frame.of(blurred(kernel, noise)))
    found = frame.findings["enhance.deblur"]["blur"]
    assert found["kind"] == kind
    assert found["size"] == pytest.approx(params.get("length", params.get("radius")), rel=0.15)
    assert found["angle"] == pytest.approx(params.get("angle", 0), abs=6)
    assert psnr(PHOTO, frame.rgb) > psnr(PHOTO, blurred(kernel, noise)) + 1.5


@pytest.mark.parametrize("kind", ["defocus", "motion"])
def test_it_is_found_from_a_good_jpeg_too(kind):
    params, kernel = KERNELS[kind]
    content = cv2.imencode(".jpg", blurred(kernel), [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
    found = apply_frame("enhance.deblur", Frame.of(cv2.imdecode(content, cv2.IMREAD_COLOR))).findings["enhance.deblur"]["blur"]
    assert found["kind"] == kind
    assert found["size"] == pytest.approx(params.get("length", params.get("radius")), rel=0.15)


@pytest.mark.parametrize("photo", [PHOTO, data.coffee()[:300, :400], data.chelsea()], ids=["astronaut", "coffee", "cat"])
@pytest.mark.parametrize("noise", [0, 3])
def test_a_sharp_photo_is_left_alone_and_the_finding_says_so(photo, noise):
    photo = blurred(gaussian(0.2), noise, photo)
    frame = apply_frame("enhance.deblur", Frame.of(photo))
    assert np.array_equal(frame.rgb, photo)
    assert "nothing can be gained" in frame.findings["enhance.deblur"]["why"]


def test_a_small_picture_says_why_nothing_was_found():
    assert "too small" in apply_frame("enhance.deblur", Frame.of(PHOTO[:40, :40])).findings["enhance.deblur"]["why"]


@pytest.mark.parametrize("method", ["richardson_lucy", "wiener"])
@pytest.mark.parametrize("kind", KERNELS)
def test_rings_stay_faint(kind, method):
    step = np.full((120, 120, 3), 60, np.uint8)
    step[:, 60:] = 200
    restored = apply("enhance.deblur", blurred(KERNELS[kind][1], 0, step), kernel=kind, method=method, **KERNELS[kind][0])
    low, high = srgb_to_linear(np.array([[60, 200]]) / 255)[0]
    after = srgb_to_linear(restored / 255)
    assert after.max() < high + 0.21 * (high - low)
    assert after.min() > low - 0.21 * (high - low)


def test_ten_accelerated_rounds_do_more_than_twenty_plain_ones():
    kernel = defocus(2.5)
    plane = cv2.filter2D(srgb_to_linear(PHOTO[..., 1] / 255), -1, kernel, borderType=cv2.BORDER_REFLECT)
    plain = plane
    for _ in range(20):
        ratio = plane / np.maximum(cv2.filter2D(plain, -1, kernel, borderType=cv2.BORDER_REFLECT), 1e-4)
        plain = plain * cv2.filter2D(ratio, -1, kernel, borderType=cv2.BORDER_REFLECT)
    truth = srgb_to_linear(PHOTO[..., 1] / 255)
    assert np.square(richardson_lucy(plane, kernel, 10) - truth).mean() < np.square(plain - truth).mean()


def test_the_old_ground_does_not_ring_into_a_cutout():
    alpha = np.zeros(PHOTO.shape[:2], np.uint8)
    alpha[60:200, 80:240] = 255
    grounds = [np.where(alpha[..., None] > 0, PHOTO, np.uint8(level)) for level in (0, 255)]
    inside = np.s_[60:200, 80:240, :3]
    dark, bright = (apply("enhance.deblur", picture, alpha=alpha, kernel="defocus", radius=2)[inside] for picture in grounds)
    assert np.array_equal(dark, bright)
