"""Grounds: gradients, the studio sweep, lights out of focus, and a table before a wall."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.pixels import bands_of, linear_to_srgb, srgb_to_linear
from packshot_compose.noise import clouds

Floats = npt.NDArray[np.float32]

HORIZON = 0.58
"""Where a table's far edge lies, as a share of the height."""


def linear(height: int, width: int, top: Floats, bottom: Floats) -> Floats:
    """H×W×3: from `top` to `bottom`, eased at both ends so that no line shows."""
    share = _eased(np.linspace(0, 1, height, dtype=np.float32))[:, None, None]
    return np.broadcast_to(top + (bottom - top) * share, (height, width, 3)).astype(np.float32)


def radial(height: int, width: int, middle: Floats, rim: Floats) -> Floats:
    """H×W×3: from `middle` to `rim`, the corners' colour."""
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    share = np.clip(np.sqrt((x[None] ** 2 + y[:, None] ** 2) / 2), 0, 1)
    return (middle + (rim - middle) * _eased(share)[..., None]).astype(np.float32)


def sweep(random: np.random.Generator, height: int, width: int, wall: Floats, floor: Floats) -> Floats:
    """H×W×3: a studio's paper sweep. The wall bends softly into the floor at two thirds, lit around a random place."""
    down = np.linspace(0, 1, height, dtype=np.float32)
    bend = _eased(np.clip((down - 0.5) / 0.3, 0, 1))[:, None, None]
    return ((wall + (floor - wall) * bend) * lit(random, height, width)[..., None]).astype(np.float32)


def lit(random: np.random.Generator, height: int, width: int) -> Floats:
    """H×W about 1: a lamp's soft pool of light at a random place."""
    light = float(random.uniform(0.3, 0.7)), float(random.uniform(0.2, 0.5))
    x, y = np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32)
    away = (x[None] - light[0]) ** 2 + (y[:, None] - light[1]) ** 2
    return (0.86 + 0.14 * np.exp(-away / (2 * 0.45**2))).astype(np.float32)


def bokeh(random: np.random.Generator, height: int, width: int, light: Floats, dark: Floats) -> Floats:
    """H×W×3: lights far out of focus before a dim room, discs with a brighter rim as a lens draws them."""
    size = max(height, width)
    room = cv2.GaussianBlur(0.5 + 0.25 * clouds(random, height // 8 + 1, width // 8 + 1, size / 16, 3), (0, 0), size / 160 + 0.5)
    dim = cv2.resize(np.clip(room, 0, 1), (width, height), interpolation=cv2.INTER_CUBIC)
    scene = srgb_to_linear((dark + (light - dark) * (0.35 * dim)[..., None]).astype(np.float32))
    glow, whole = srgb_to_linear(light[None, None])[0, 0], random.uniform(0.018, 0.045) * size
    for _ in range(int(random.integers(28, 45))):
        radius = max(1.0, whole * float(random.uniform(0.6, 1.4)))
        centre = random.uniform(0, width), height * float(np.clip(random.normal(0.4, 0.22), 0, 1))
        tint = glow * random.uniform(0.75, 1.25, 3) * random.uniform(0.06, 0.38)
        _add_disc(scene, centre, radius, tint.astype(np.float32))
    return np.clip(linear_to_srgb(np.clip(scene, 0, 1)), 0, 1)


def _add_disc(scene: Floats, centre: tuple[float, float], radius: float, tint: Floats) -> None:
    reach = int(radius) + 2
    left, top = int(centre[0]) - reach, int(centre[1]) - reach
    rows = slice(max(0, top), min(scene.shape[0], top + 2 * reach))
    columns = slice(max(0, left), min(scene.shape[1], left + 2 * reach))
    y, x = np.mgrid[rows, columns].astype(np.float32)
    away = np.hypot(x - centre[0], y - centre[1])
    disc = np.clip(radius - away + 0.5, 0, 1) * (0.75 + 0.25 * np.clip(away / radius, 0, 1) ** 6)
    scene[rows, columns] += disc[..., None] * tint


def table(surface: Floats, wall: Floats, horizon: float = HORIZON) -> Floats:
    """H×W×3: `surface` (square, seen from above) as a table before `wall` (H×W×3), sharp in front and softer behind.

    The far edge of the table is half as wide as its front edge.
    """
    height, width = wall.shape[:2]
    above, side = int(horizon * height), surface.shape[0]
    deep = height - above
    corners = np.array([[0, side], [side, side], [side, 0], [0, 0]], np.float32)
    front = np.array([[-0.5 * width, deep], [1.5 * width, deep], [width, 0], [0, 0]], np.float32)
    lies = cv2.getPerspectiveTransform(corners, front)
    laid = cv2.warpPerspective(surface, lies, (width, deep), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(laid, (0, 0), max(0.5, 0.006 * height))
    rows = np.arange(deep, dtype=np.float32)[:, None, None]
    top = soft + (laid - soft) * np.clip(rows / (0.55 * deep), 0, 1)
    on_table = np.clip(rows / max(1.0, 0.006 * height), 0, 1)
    out = wall.copy()
    out[above:] += (top - out[above:]) * on_table
    return out


def dithered(ground: Floats, random: np.random.Generator) -> Floats:
    """`ground` with triangular noise of one 8-bit level, so that eight bits show no bands; pure white and black stay pure."""
    height, width = ground.shape[:2]
    noise = random.random((height, width, 1), np.float32)
    noise -= random.random((height, width, 1), np.float32)
    out = np.empty(ground.shape, np.float32)
    for rows in bands_of(ground):
        pure = ((ground[rows] <= 0) | (ground[rows] >= 1)).all(axis=2, keepdims=True)
        out[rows] = np.clip(ground[rows] + np.where(pure, 0, noise[rows] / 255), 0, 1)
    return out


def _eased(share: Floats) -> Floats:
    return share * share * (3 - 2 * share)
