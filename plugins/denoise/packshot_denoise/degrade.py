"""Clean pictures made noisy, as cameras and files do it."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.plugin.frame import Plane


def white_noise(clean: Plane, sigma: float, rng: np.random.Generator) -> Plane:
    """`clean` (float32, 0..1) with Gaussian noise of `sigma` (of 1), neither clipped nor rounded."""
    return np.asarray(clean + rng.standard_normal(clean.shape, np.float32) * np.float32(sigma))


def camera_noise(clean: Plane, sigma: float, rng: np.random.Generator) -> Plane:
    """As `white_noise`, but of a variance that grows with the light, as photons have it, and clipped.

    A. Foi et al., "Practical Poissonian-Gaussian noise modeling and fitting for single-image raw-data", IEEE TIP 2008. `sigma` is
    that of a picture of middle brightness.
    """
    linear = np.square(np.clip(clean, 0, 1))
    shot = rng.uniform(0.3, 1)
    variance = np.float32(sigma) ** 2 * ((1 - shot) + shot * linear / np.float32(0.25))
    noisy = linear + np.sqrt(variance) * rng.standard_normal(clean.shape, np.float32)
    return np.asarray(np.sqrt(np.clip(noisy, 0, 1)), np.float32)


def through_jpeg(picture: Plane, rng: np.random.Generator) -> Plane:
    """H×W×3 (0..1) as a JPEG of quality 60 to 95 shows it."""
    eight = np.asarray(np.rint(np.clip(picture, 0, 1) * 255), np.uint8)
    content = cv2.imencode(".jpg", eight, (cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 96))))[1]
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.float32) / 255


def as_jpeg(picture: Plane, quality: int, *, full_colour: bool) -> Plane:
    """H×W×3 uint8 as a JPEG of `quality` shows it; without `full_colour`, colours are stored at half size (4:2:0)."""
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444 if full_colour else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
    options = (cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling)
    content = cv2.imencode(".jpg", np.ascontiguousarray(picture[..., ::-1]), options)[1]
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR_RGB))
