"""From light to file: lens, exposure, sensor, development, JPEG.

Noise is Poissonian and Gaussian (A. Foi et al., "Practical Poissonian-Gaussian noise modeling and fitting for single-image
raw-data", IEEE TIP 17, 2008): its variance is a·light + b.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from packshot.imaging.pixels import linear_to_srgb
from packshot.plugin.frame import Plane
from packshot.studio.noise import Floats

Random = np.random.Generator


@dataclass(frozen=True)
class Exposure:
    """How a picture was taken."""

    blur: float
    """Sigma in pixels of the lens, at 320 pixels."""
    motion: tuple[float, float]
    """Length in pixels at 320 pixels, and angle in radians, of what the hand moved."""
    light: float
    """Factor of the exposure that a camera would choose."""
    balance: tuple[float, float, float]
    """Factors of red, green and blue that the white balance was wrong by."""
    vignette: float
    """Share of light that is lost in the corners."""
    shot: float
    """a of the noise's variance."""
    read: float
    """b of the noise's variance, as a deviation."""
    grain: float
    """0: noise of single pixels; 1: smeared by the development."""
    contrast: float
    saturation: float
    sharpen: float
    quality: int
    """JPEG; 0: none."""


def exposure(random: Random, noise: float = 1.0) -> Exposure:
    """How someone takes a picture with a phone; `noise` is a factor of the noise."""
    iso = float(np.exp(random.uniform(np.log(0.4), np.log(4.0)))) * noise
    tone, tint = random.normal(0, 0.06), random.normal(0, 0.02)
    shaken = random.uniform() < 0.10
    return Exposure(
        blur=float(random.choice([random.uniform(0.35, 0.65), random.uniform(0.6, 1.3)], p=[0.75, 0.25])),
        motion=(float(random.uniform(1.5, 4)) if shaken else 0.0, float(random.uniform(0, np.pi))),
        light=float(np.exp(random.normal(0.0, 0.22))),
        balance=(float(1 + tone), float(1 - tint), float(1 - tone)),
        vignette=float(random.uniform(0, 0.25)),
        shot=0.00035 * iso,
        read=0.0025 * iso,
        grain=float(random.uniform(0.2, 0.8)),
        contrast=float(random.uniform(0.95, 1.18)),
        saturation=float(random.uniform(0.85, 1.2)),
        sharpen=float(random.choice([0, random.uniform(0.2, 0.9)])),
        quality=int(random.integers(55, 97)) if random.uniform() < 0.85 else 0,
    )


def through_lens(plane: Floats, taken: Exposure) -> Floats:
    """A picture or coverage, H×W or H×W×C, as blurred by lens and hand."""
    scale = max(plane.shape[:2]) / 320
    soft = np.asarray(cv2.GaussianBlur(plane, (0, 0), taken.blur * scale, borderType=cv2.BORDER_REPLICATE), np.float32)
    length, angle = taken.motion
    if length == 0:
        return soft
    return np.asarray(cv2.filter2D(soft, -1, _streak(length * scale, angle), borderType=cv2.BORDER_REPLICATE), np.float32)


def gain_of(light: Floats, weight: Floats, taken: Exposure) -> float:
    """The factor that a camera exposes H×W×3 linear light with: brightest parts near white, the middle near grey."""
    level = light[::4, ::4].mean(axis=2)
    # The product counts more: phones look for what is in focus.
    values = np.concatenate((level.ravel(), np.repeat(level[weight[::4, ::4] > 0.5], 2)))
    high, middle = np.percentile(values, 97), np.percentile(values, 50)
    return float(
        taken.light * min(0.78 / max(high, 1e-4), 1.5 * 0.30 / max(middle, 1e-4)) ** 0.7 * (0.38 / max(middle, 1e-4)) ** 0.3
    )


def developed(light: Floats, gain: float, taken: Exposure) -> Floats:
    """H×W×3 sRGB-encoded values 0..1 of linear light, without noise."""
    return _toned(_on_sensor(light, gain, taken), taken)


def photographed(light: Floats, gain: float, taken: Exposure, random: Random) -> Plane:
    """H×W×3 uint8 sRGB as the file has it: with noise, sharpened, compressed."""
    signal = _on_sensor(light, gain, taken)
    white = random.standard_normal(signal.shape, np.float32)
    smeared = np.asarray(cv2.GaussianBlur(white, (0, 0), 0.9), np.float32) * np.float32(2.4)
    noise = white * np.float32(1 - taken.grain) + smeared * np.float32(taken.grain)
    signal = signal + np.sqrt(np.maximum(signal, 0) * np.float32(taken.shot) + np.float32(taken.read**2)) * noise
    picture = _toned(signal, taken)
    if taken.sharpen:
        picture = picture + np.float32(taken.sharpen) * (picture - cv2.GaussianBlur(picture, (0, 0), 1.2))
    return compressed(eight_bit(picture), taken.quality)


def eight_bit(values: Floats) -> Plane:
    """uint8 of 0..1."""
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), np.uint8)


def compressed(picture: Plane, quality: int) -> Plane:
    """H×W×3 uint8 after JPEG at `quality`; 0: as it is."""
    if quality == 0:
        return picture
    content = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR_RGB), np.uint8)


def _on_sensor(light: Floats, gain: float, taken: Exposure) -> Floats:
    height, width = light.shape[:2]
    y = (np.arange(height, dtype=np.float32) - height / 2) / max(height, width)
    x = (np.arange(width, dtype=np.float32) - width / 2) / max(height, width)
    fall = 1 - np.float32(2 * taken.vignette) * (x * x + (y * y)[:, None])
    return np.asarray(light * (fall[:, :, None] * np.array(taken.balance, np.float32) * np.float32(gain)), np.float32)


def _toned(signal: Floats, taken: Exposure) -> Floats:
    place = np.sqrt(np.minimum(np.maximum(signal, 0), np.float32(_BRIGHTEST)))
    place *= np.float32((len(_CURVE) - 1) / _BRIGHTEST**0.5)
    encoded = _CURVE.take(np.rint(place, out=place).astype(np.int32))
    grey = cv2.transform(encoded, np.full((1, 3), 1 / 3, np.float32))[:, :, None]
    encoded = grey + (encoded - grey) * np.float32(taken.saturation)
    return np.asarray(np.float32(0.5) + (encoded - np.float32(0.5)) * np.float32(taken.contrast), np.float32)


def _curve() -> Floats:
    """sRGB values of light from 0 to _BRIGHTEST, by its root, with a soft shoulder: finer than a hundredth of an 8-bit step."""
    light = np.linspace(0, _BRIGHTEST**0.5, 1 << 14) ** 2
    shoulder = np.where(light < 0.75, light, 0.75 + 0.25 * np.tanh((light - 0.75) / 0.25))
    return np.asarray(linear_to_srgb(shoulder[None].astype(np.float32))[0], np.float32)


_BRIGHTEST = 2.5
"""Light above this is white."""
_CURVE = _curve()


def _streak(length: float, angle: float) -> Floats:
    """A kernel of a straight movement."""
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for t in np.linspace(-length / 2, length / 2, 33):
        x, y = half + t * np.cos(angle), half + t * np.sin(angle)
        left, top = int(np.floor(x)), int(np.floor(y))
        fx, fy = x - left, y - top
        kernel[top, left] += (1 - fx) * (1 - fy)
        kernel[top, left + 1] += fx * (1 - fy)
        kernel[top + 1, left] += (1 - fx) * fy
        kernel[top + 1, left + 1] += fx * fy
    return np.asarray(kernel / kernel.sum(), np.float32)
