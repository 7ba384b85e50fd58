"""Surfaces of simple products, seen from a little above, with a normal for every pixel.

Axes: x to the right, y down, z towards the camera. A layer is rendered larger than its final size and shrunk, so that its edges
are smooth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from packshot.studio.noise import Floats, smoothstep

SCALE = 1.5
"""Pixels of a layer for one of the photo."""
_TO_WINDOW = np.array([-0.50, -0.62, 0.60], np.float32)
KEY_LIGHT = _TO_WINDOW / np.float32(np.linalg.norm(_TO_WINDOW))


@dataclass
class Layer:
    """A product without its surroundings, linear light, at SCALE times its final size."""

    rgb: Floats
    alpha: Floats
    """Coverage 0..1."""
    clear: Floats | None = None
    """How much of the ground is seen through the product (glass), 0..1."""

    def over(self, other: Layer) -> Layer:
        """This layer in front of another of the same size."""
        cover = self.alpha[:, :, None]
        return Layer(self.rgb * cover + other.rgb * (1 - cover), self.alpha + other.alpha * (1 - self.alpha), other.clear)


@dataclass
class Surface:
    """A product's visible side."""

    mask: Floats
    normal: Floats
    """H×W×3, unit length."""
    along: Floats
    """0 at the top of the product, 1 at its bottom."""
    around: Floats
    """-1 at the left rim, 1 at the right."""
    top: Floats
    """The opening or lid: the ellipse on top."""


def lathe(size: tuple[int, int], radius: Callable[[Floats], Floats], span: tuple[float, float], tilt: float = 0.16) -> Surface:
    """A turned body. `radius(t)` is its radius in pixels at t = 0 (top) … 1 (bottom); `span` are the rows of top and bottom."""
    height, width = size
    steps = int(span[1] - span[0]) + 1
    t = np.linspace(0, 1, steps).astype(np.float32)
    radii = radius(t).astype(np.float32)
    slopes = np.gradient(radii, (span[1] - span[0]) / (steps - 1)).astype(np.float32)
    order = np.full((height, width), -1.0, np.float32)
    middle = round(width / 2 * 16)
    # Painted from the bottom to the top: what stays visible of each ring is its front.
    for index in range(steps - 1, -1, -1):
        axes = (round(float(radii[index]) * 16), round(float(radii[index]) * tilt * 16))
        cv2.ellipse(order, (middle, round((span[0] + index) * 16)), axes, 0, 0, 360, float(index), -1, cv2.LINE_8, 4)
    mask = (order >= 0).astype(np.float32)
    ring = np.clip(order, 0, steps - 1).astype(np.int32)
    around = np.clip((np.arange(width, dtype=np.float32) - width / 2) / np.maximum(radii[ring], 1), -1, 1)
    front = np.sqrt(1 - around**2)
    normal = _turned_down(np.stack((around, -slopes[ring], front), axis=-1), tilt)
    return Surface(mask, normal, (ring / (steps - 1)).astype(np.float32), around, mask * (order == 0))


def inflate(mask: Floats, roundness: float) -> Floats:
    """Normals of a cushion with the outline `mask`, whose rim is `roundness` pixels wide (after Johnston, Lumo, NPAR 2002)."""
    distance = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    rim = np.clip(distance / roundness, 0, 1)
    bulge = np.asarray(cv2.GaussianBlur(np.sqrt(1 - (1 - rim) ** 2) * roundness, (0, 0), roundness / 6), np.float32)
    slope_x, slope_y = cv2.Sobel(bulge, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(bulge, cv2.CV_32F, 0, 1, scale=1 / 8)
    return _unit(np.stack((-slope_x, -slope_y, np.ones_like(bulge)), axis=-1))


def tube(size: tuple[int, int], path: Floats, thickness: float) -> tuple[Floats, Floats, Floats]:
    """A bent rod along `path` (N×3 points in pixels): mask, normals, and the place 0..1 along the path."""
    tangent = _unit(np.gradient(path, axis=0).astype(np.float32))
    side = _unit(np.cross(tangent, np.array([0.01, 0.02, 1], np.float32)))
    other = np.cross(tangent, side)
    turn = np.linspace(0, 2 * np.pi, round(thickness * 12), dtype=np.float32)[None, :, None]
    normals = (side[:, None] * np.cos(turn) + other[:, None] * np.sin(turn)).reshape(-1, 3)
    points = np.repeat(path, turn.shape[1], axis=0) + normals * np.float32(thickness)
    place = np.repeat(np.linspace(0, 1, len(path), dtype=np.float32), turn.shape[1])
    nearest_last = np.argsort(points[:, 2], kind="stable")
    x, y = np.rint(points[nearest_last, :2]).astype(np.int32).T
    kept = (x >= 0) & (x < size[1]) & (y >= 0) & (y < size[0])
    x, y, chosen = x[kept], y[kept], nearest_last[kept]
    mask, normal, along = (np.zeros((*size, *depth), np.float32) for depth in ((), (3,), ()))
    mask[y, x], normal[y, x], along[y, x] = 1, normals[chosen], place[chosen]
    return mask, normal, along


def shade(albedo: Floats, normal: Floats, gloss: float = 0.0, ambient: float = 0.34) -> Floats:
    """Light of a window at the upper left and of a bright room, on a matt or glossy surface; linear."""
    lit = np.clip(normal @ KEY_LIGHT * 0.85 + 0.15, 0, None)
    room = ambient * (0.75 - 0.25 * normal[:, :, 1])
    colour = albedo * (lit * 0.78 + room)[:, :, None]
    if gloss:
        facing = np.clip(1 - normal[:, :, 2], 0, 1) ** 4
        colour = colour + (gloss * (window(normal) * 0.9 + facing * 0.35))[:, :, None]
    return np.asarray(colour, np.float32)


def metal(tint: Floats, normal: Floats) -> Floats:
    """Polished metal in a photographer's room: bright above, dark below, a window at the left."""
    across, down, _ = _mirrored(normal)
    bands = 0.22 + 0.75 * smoothstep(0.35, -0.45, down) - 0.30 * smoothstep(0.1, 0.0, np.abs(down + 0.05 + 0.1 * across))
    return np.asarray(tint * bands[:, :, None] + (window(normal) * 0.9)[:, :, None], np.float32)


def window(normal: Floats) -> Floats:
    """How much of a tall window a mirror with this normal shows."""
    across, down, towards = _mirrored(normal)
    box = smoothstep(-0.92, -0.84, across) * smoothstep(-0.52, -0.60, across)
    return np.asarray(box * smoothstep(-0.85, -0.7, down) * smoothstep(0.5, 0.3, down) * (towards > -0.6), np.float32)


def shrink(plane: Floats) -> Floats:
    """A plane at its final size."""
    size = (round(plane.shape[1] / SCALE), round(plane.shape[0] / SCALE))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def _mirrored(normal: Floats) -> tuple[Floats, Floats, Floats]:
    facing = normal[:, :, 2]
    return 2 * facing * normal[:, :, 0], 2 * facing * normal[:, :, 1], 2 * facing**2 - 1


def _turned_down(normal: Floats, tilt: float) -> Floats:
    cosine = np.float32(np.sqrt(1 - tilt**2))
    down, towards = normal[:, :, 1], normal[:, :, 2]
    return _unit(np.stack((normal[:, :, 0], down * cosine + towards * tilt, towards * cosine - down * tilt), axis=-1))


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6), np.float32)
