"""Photos made small as the world does it: blurred, noisy, compressed."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.plugin.frame import Plane
from packshot_upscale.bicubic import shrunk

_SHRINKING = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)


def as_photo(large: Plane, factor: int, rng: np.random.Generator) -> Plane:
    """`large` (H×W×3 uint8, sides multiples of `factor`) as a small photo of it shows it, uint8.

    A short form of K. Zhang et al., "Designing a practical degradation model for deep blind image super-resolution" (BSRGAN),
    ICCV 2021: blur by a Gaussian of any direction, shrinking in one of several ways, noise, JPEG; each of any strength up to what
    photos on the web have, and often none.
    """
    blurred = _blurred(large, factor, rng) if rng.random() < 0.7 else large
    small = _small(blurred, factor, rng)
    if rng.random() < 0.6:
        small = _noisy(small, rng)
    return _compressed(small, rng) if rng.random() < 0.8 else small


def _blurred(picture: Plane, factor: int, rng: np.random.Generator) -> Plane:
    # σ along and across, in pixels of the large picture.
    along, across = rng.uniform(0.2, 0.7, 2) * factor
    angle = rng.uniform(0, np.pi)
    reach = int(np.ceil(3 * max(along, across)))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    kernel = np.exp(-(np.square(u / along) + np.square(v / across)) / 2)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT_101))


def _small(picture: Plane, factor: int, rng: np.random.Generator) -> Plane:
    if rng.random() < 0.4:
        return shrunk(picture, factor)
    height, width = (side // factor for side in picture.shape[:2])
    method = int(rng.choice(_SHRINKING))
    # OpenCV's linear and cubic look at neighbours only: aliasing, as careless programs make it.
    return np.asarray(cv2.resize(picture, (width, height), interpolation=method))


def _noisy(picture: Plane, rng: np.random.Generator) -> Plane:
    sigma = rng.uniform(0, 10)
    channels = 3 if rng.random() < 0.6 else 1
    noise = rng.standard_normal((*picture.shape[:2], channels), np.float32) * np.float32(sigma)
    return np.asarray(np.rint(np.clip(picture + noise, 0, 255)), np.uint8)


def _compressed(picture: Plane, rng: np.random.Generator) -> Plane:
    quality = int(rng.integers(50, 96))
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if rng.random() < 0.6 else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    options = (cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling)
    content = cv2.imencode(".jpg", picture[..., ::-1], options)[1]
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR_RGB))
