"""A rendered product put down somewhere and photographed as merchants do: by hand, by a window, with a phone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from packshot.imaging.pixels import linear_to_srgb
from packshot.plugin.frame import Plane
from packshot.samples.drawing import colour
from packshot.samples.surface import Layer, shrink
from packshot.studio.noise import Floats, fractal, smoothstep

WIDTH, HEIGHT = 1600, 1200


@dataclass(frozen=True)
class Setting:
    """Where a product stands and how it is lit."""

    ground: str
    """wood, linen, stone or paper."""
    foot: tuple[float, float]
    """Where the middle of the product's foot is, as shares of width and height."""
    cast: tuple[float, float, float]
    """Gain of red, green and blue: the colour cast of the light."""
    light: float = 1.0
    shadow: float = 0.62
    reach: float = 0.55
    """Length of the shadow as a share of the product's height."""


def photograph(layer: Layer, setting: Setting, random: np.random.Generator) -> tuple[Plane, Plane]:
    """H×W×3 uint8 sRGB as a camera gives it, and the product's H×W alpha, uint8, through the same lens."""
    rgb, alpha, clear = _placed(layer, setting)
    scene = ground(setting.ground, random)
    scene = scene * (1 - _shadow(alpha, setting, clear)[:, :, None])
    behind = scene if clear is None else rgb + clear[:, :, None] * _lensed(scene, alpha) * colour(0.95, 0.99, 0.98)
    product = rgb if clear is None else behind
    picture = scene * (1 - alpha[:, :, None]) + product * alpha[:, :, None]
    picture = _blurred(picture * _light(random) * colour(*setting.cast) * np.float32(setting.light), 0.7)
    return _developed(picture, random), np.rint(np.clip(_blurred(alpha, 0.7), 0, 1) * 255).astype(np.uint8)


def ground(kind: str, random: np.random.Generator) -> Floats:
    """H×W×3 linear: a table top before a wall, or a cloth that fills the picture."""
    if kind == "linen":
        return _linen(random)
    horizon = 0.30 * HEIGHT
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    depth = 520 / np.maximum(y - horizon + 160, 1)
    # Off the middle, where a mirrored texture would show its mirror.
    across, along = (x - WIDTH / 2) * depth + 1100, depth * 900
    table = {"wood": _wood, "stone": _stone, "paper": _paper}[kind](across, along, random)
    wall = (colour(0.78, 0.77, 0.74) if kind == "paper" else colour(0.44, 0.41, 0.37)) * (
        1 + 0.02 * fractal(random, HEIGHT, WIDTH, (400, 400), 3)[:, :, None] + 0.10 * (x / WIDTH - 0.5)[:, :, None]
    )
    softness = 220 if kind == "paper" else 5
    here = smoothstep(horizon - softness, horizon + softness, y)[:, :, None]
    return np.asarray(_blurred(wall, 4) * (1 - here) + table * here, np.float32)


def _wood(across: Floats, along: Floats, random: np.random.Generator) -> Floats:
    side = 2048
    fibre = fractal(random, side, side, (22, 900), 5)
    rings = np.sin(fractal(random, side, side, (260, 1400), 3) * 9)
    plank = along / 150
    shift = np.floor(plank) * 613
    grain = _tiled(fibre, across + shift, along * 2.4 + shift)
    growth = _tiled(rings, across + shift, along * 2.4 + shift)
    tone = colour(0.36, 0.20, 0.10) * np.exp(0.13 * grain + 0.10 * growth + 0.10 * np.sin(np.floor(plank) * 2.1))[:, :, None]
    seam = smoothstep(0.016, 0.006, np.minimum(plank % 1, 1 - plank % 1))
    return np.asarray(tone * (1 - 0.65 * seam)[:, :, None], np.float32)


def _stone(across: Floats, along: Floats, random: np.random.Generator) -> Floats:
    side = 2048
    veins = np.abs(fractal(random, side, side, (520, 640), 6))
    cloud = fractal(random, side, side, (700, 700), 4)
    vein = smoothstep(0.14, 0.0, _tiled(veins, across, along * 1.6))
    tone = 0.52 + 0.03 * _tiled(cloud, across, along * 1.6) - 0.13 * vein
    return np.asarray(colour(1.0, 0.985, 0.96) * tone[:, :, None], np.float32)


def _paper(across: Floats, along: Floats, random: np.random.Generator) -> Floats:
    fibres = _tiled(fractal(random, 1024, 1024, (5, 5), 2), across, along)
    return np.asarray(colour(0.80, 0.795, 0.77) * (1 + 0.006 * fibres)[:, :, None], np.float32)


def _linen(random: np.random.Generator) -> Floats:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    warp = fractal(random, HEIGHT, WIDTH, (420, 420), 3) * 60
    folds = fractal(random, HEIGHT, WIDTH, (260, 700), 3) * 26 + 18 * np.abs(np.sin((x * 0.35 + y + warp) / 140)) ** 0.8
    folds = _blurred(folds, 7)
    slope_x, slope_y = cv2.Sobel(folds, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(folds, cv2.CV_32F, 0, 1, scale=1 / 8)
    light = np.clip(0.92 - 0.22 * slope_x - 0.32 * slope_y, 0.5, 1.2)
    weave = 1 + 0.035 * np.sin(x * 1.9 + warp * 0.1) * np.sin(y * 1.9) + 0.02 * fractal(random, HEIGHT, WIDTH, (3, 3), 1)
    return np.asarray(colour(0.62, 0.59, 0.55) * (light * weave)[:, :, None], np.float32)


def _tiled(texture: Floats, across: Floats, down: Floats) -> Floats:
    """`texture` repeated without seams by mirroring."""
    height, width = texture.shape
    fold_x, fold_y = np.mod(across, 2 * (width - 1)), np.mod(down, 2 * (height - 1))
    fold_x, fold_y = np.minimum(fold_x, 2 * (width - 1) - fold_x), np.minimum(fold_y, 2 * (height - 1) - fold_y)
    return np.asarray(cv2.remap(texture, fold_x.astype(np.float32), fold_y.astype(np.float32), cv2.INTER_LINEAR), np.float32)


def _placed(layer: Layer, setting: Setting) -> tuple[Floats, Floats, Floats | None]:
    """The layer's planes on the picture's canvas, at their final size."""
    alpha = shrink(layer.alpha)
    rows = np.flatnonzero(alpha.max(axis=1) > 0)
    top = round(setting.foot[1] * HEIGHT) - int(rows[-1])
    left = round(setting.foot[0] * WIDTH) - alpha.shape[1] // 2

    def put(plane: Floats) -> Floats:
        canvas = np.zeros((HEIGHT, WIDTH, *plane.shape[2:]), np.float32)
        canvas[top : top + plane.shape[0], left : left + plane.shape[1]] = plane
        return canvas

    # Colours are weighted by coverage when shrunk, so that no black creeps in at the edge.
    weighted = shrink(layer.rgb * layer.alpha[:, :, None]) / np.maximum(alpha, 1e-4)[:, :, None]
    return put(weighted), put(alpha), None if layer.clear is None else put(shrink(layer.clear))


def _shadow(alpha: Floats, setting: Setting, clear: Floats | None) -> Floats:
    """How much light the product takes from the ground: a soft shadow to the right, and a dark line where it touches."""
    rows = np.flatnonzero(alpha.max(axis=1) > 0.5)
    foot, tall = int(rows[-1]), int(rows[-1] - rows[0])
    lying = 0.22
    # The outline laid down on the ground: squeezed in height, sheared away from the window.
    lay = np.array([[1, -setting.reach, setting.reach * foot], [0, lying, foot * (1 - lying) - 0.05 * tall * lying]])
    lain = np.asarray(cv2.warpAffine(alpha, lay, (WIDTH, HEIGHT)), np.float32)
    y = np.arange(HEIGHT, dtype=np.float32)[:, None]
    near = smoothstep(foot - 0.24 * tall, foot, y)
    soft = _blurred(lain, 9) * near + _blurred(lain, 34) * (1 - near)
    sunk = np.array([[1.0, 0, 3], [0, 1, 9]])
    touch = _blurred(np.asarray(cv2.warpAffine(alpha, sunk, (WIDTH, HEIGHT)), np.float32), 8) * smoothstep(
        foot - 0.22 * tall, foot - 0.08 * tall, y
    )
    strength = setting.shadow * (1 if clear is None else 0.45)
    return np.asarray(np.clip(1 - (1 - strength * soft) * (1 - 0.55 * strength / 0.62 * touch), 0, 0.92), np.float32)


def _lensed(scene: Floats, alpha: Floats) -> Floats:
    """What is seen through a glass: the ground behind it, squeezed together and bent at the rim."""
    columns = np.flatnonzero(alpha.max(axis=0) > 0.5)
    middle, half = (columns[0] + columns[-1]) / 2, (columns[-1] - columns[0]) / 2
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    offset = np.clip((x - middle) / half, -1, 1)
    bent = x + half * 0.35 * offset**5
    return _blurred(np.asarray(cv2.remap(scene, bent.astype(np.float32), y - 12, cv2.INTER_LINEAR), np.float32), 1.5)


def _light(random: np.random.Generator) -> Floats:
    """A window at the left: brighter there, darker in the corners, a little uneven."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    x, y = x / WIDTH - 0.5, y / HEIGHT - 0.5
    fall = 1.08 - 0.42 * x - 0.16 * y - 0.34 * (x**2 + y**2)
    return np.asarray((fall * (1 + 0.02 * fractal(random, HEIGHT, WIDTH, (500, 500), 2)))[:, :, None], np.float32)


def _developed(picture: Floats, random: np.random.Generator) -> Plane:
    """Sensor noise (shot and read), the tone curve of a phone, sRGB."""
    noisy = picture + np.sqrt(np.maximum(picture, 0)) * 0.012 * random.standard_normal(picture.shape, np.float32)
    noisy += 0.0016 * random.standard_normal(picture.shape, np.float32)
    shoulder = np.where(noisy < 0.8, noisy, 0.8 + 0.2 * np.tanh((noisy - 0.8) / 0.2))
    return np.rint(np.clip(linear_to_srgb(shoulder), 0, 1) * 255).astype(np.uint8)


def _blurred(plane: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), np.float32)
