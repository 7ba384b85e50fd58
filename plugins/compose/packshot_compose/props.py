"""What stands and falls in a set: podiums, arches, the light of a window, shadows of leaves. Drawn flat, with smooth outlines."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot_compose.noise import blobs, clouds

Floats = npt.NDArray[np.float32]
Points = npt.NDArray[Any]
"""N×2: columns and rows."""
Point = tuple[float, float]
_FINE = 4
"""Bits by which corners are finer than pixels."""


def plaster(random: np.random.Generator, shape: tuple[int, int], colour: Floats, lit_from: float, rough: float) -> Floats:
    """H×W×3: a painted wall, brighter on the lamp's side and uneven by a trowel."""
    height, width = shape
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32)
    light = 1 + 0.07 * lit_from * x[None] - 0.06 * y[:, None]
    strokes = 0.6 * clouds(random, height, width, max(height, width) * 0.5, 4) + 0.4 * blobs(random, height, width, 6, 2)
    return np.asarray(colour * (light + rough * strokes)[..., None], np.float32)


def podium(
    under: Floats, colour: Floats, middle: Point, half: float, *, rise: float, tall: float, round_: bool, lit_from: float
) -> tuple[Floats, Floats]:
    """`under` (H×W×3) with a podium whose top's centre is at `middle`, `half` as wide, seen under `rise`, `tall` down.

    And its top alone (H×W, 0..1).

    Where it ends within the picture it throws a soft shadow around its foot.
    """
    height, width = under.shape[:2]
    x, y = middle
    deep = half * rise
    outline = _ellipse if round_ else _rectangle
    top = _drawn(under.shape, outline((x, y), half, deep))
    foot = _drawn(under.shape, outline((x, y + tall), half, deep))
    body = np.maximum(np.maximum(top, foot), _drawn(under.shape, _between(x, y, half, tall, 0 if round_ else deep)))
    ground = _shaded_around(under, foot, half) if y + tall < height else under
    across = np.clip((np.arange(width, dtype=np.float32) - x) / half, -1, 1)
    # A cylinder by Lambert's law from one side, with light that comes back from the room; a box has one face.
    facing = (
        np.clip(0.62 + 0.38 * np.cos(np.arcsin(across) - lit_from * 0.9), 0, 1) if round_ else np.full(width, 0.8, np.float32)
    )
    down = np.clip((np.arange(height, dtype=np.float32) - y) / max(tall, 1), 0, 1)[:, None]
    side = colour * (0.93 * facing[None] * (1 - 0.12 * down))[..., None]
    face = colour * np.clip(1.03 + 0.03 * lit_from * across, 0, 1.08)[None, :, None]
    made = ground + (side - ground) * body[..., None]
    return np.asarray(made + (face - made) * top[..., None], np.float32), top


def arch(under: Floats, colour: Floats, middle: float, half: float, *, rows: Point, lit_from: float) -> Floats:
    """`under` with a panel that is round at its top, before the wall, from its top row to its foot; its shadow falls from the
    lamp away."""
    top, foot = rows
    bow = np.linspace(np.pi, 2 * np.pi, 64)
    outline = np.stack((middle + half * np.cos(bow), top + half + half * np.sin(bow)), axis=1)
    shape = _drawn(under.shape, np.concatenate((outline, [(middle + half, foot), (middle - half, foot)])))
    fell = cv2.GaussianBlur(_moved(shape, -lit_from * 0.1 * half, 0.04 * half), (0, 0), max(0.5, 0.06 * half))
    made = under * (1 - 0.22 * fell[..., None] * (1 - shape[..., None]))
    return np.asarray(made + (colour - made) * shape[..., None], np.float32)


def window(random: np.random.Generator, shape: tuple[int, int], lit_from: float, horizon: float) -> Floats:
    """H×W, 0..1: the light that falls through the panes of a window from one side, on the wall and on along the floor."""
    height, width = shape
    lean = lit_from * float(random.uniform(0.25, 0.5))
    columns, rows = int(random.integers(2, 4)), int(random.integers(3, 5))
    pane, gap = 0.24 * width, 0.035 * width
    left = width * float(random.uniform(0.12, 0.3))
    light = np.zeros(shape, np.float32)
    for row in range(rows):
        for column in range(columns):
            top, start = -0.12 * height + row * (pane + gap), left + column * (pane * 0.8 + gap)
            corners = np.array([(start, top), (start + 0.8 * pane, top), (start + 0.8 * pane, top + pane), (start, top + pane)])
            # What falls on the floor bends towards the viewer there.
            beyond = np.maximum(corners[:, 1] - horizon, 0)
            corners[:, 0] -= lean * corners[:, 1] + 0.6 * lit_from * beyond
            light = np.maximum(light, _drawn((*shape, 3), corners))
    return np.asarray(cv2.GaussianBlur(light, (0, 0), max(0.6, 0.006 * max(shape) * float(random.uniform(0.7, 2)))), np.float32)


def leaves(random: np.random.Generator, shape: tuple[int, int], lit_from: float) -> Floats:
    """H×W, 0..1: the shadow of a branch that hangs into the light, softer the farther its leaves are from the wall."""
    height, width = shape
    size = max(shape)
    shadow = np.zeros(shape, np.float32)
    for _ in range(int(random.integers(2, 4))):
        start = np.array(
            [width * (0.5 + 0.5 * lit_from) - lit_from * random.uniform(0, 0.25) * width, random.uniform(-0.1, 0.2) * height]
        )
        angle = np.deg2rad(90 + lit_from * random.uniform(20, 55))
        blur = size * float(random.uniform(0.004, 0.014))
        frond = _frond(random, shape, start, angle, size * float(random.uniform(0.45, 0.75)))
        shadow = np.maximum(shadow, cv2.GaussianBlur(frond, (0, 0), max(0.6, blur)))
    return shadow


def _frond(random: np.random.Generator, shape: tuple[int, int], start: Points, angle: float, length: float) -> Floats:
    """A stem that bends, with leaves in pairs that become smaller towards its end."""
    drawn = np.zeros((shape[0] * 2, shape[1] * 2), np.uint8)
    bend, count = float(random.uniform(-0.5, 0.5)), int(random.integers(9, 14))
    place, step = np.array(start, np.float64), length / count
    for number in range(count):
        heading = angle + bend * number / count
        ahead = place + step * np.array([np.cos(heading), np.sin(heading)])
        _line(drawn, place, ahead, max(1, round(0.004 * length)))
        leaf = length * 0.17 * (1 - 0.6 * number / count)
        for side in (-1, 1):
            turned = heading + side * float(random.uniform(0.6, 0.95))
            centre = ahead + 0.5 * leaf * np.array([np.cos(turned), np.sin(turned)])
            axes = max(1, round(leaf)), max(1, round(0.26 * leaf))
            cv2.ellipse(drawn, _whole(2 * centre), axes, float(np.rad2deg(turned)), 0, 360, 255, cv2.FILLED)
        place = ahead
    small = cv2.resize(drawn, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small / np.float32(255), np.float32)


def _line(canvas: npt.NDArray[np.uint8], one: Points, other: Points, thick: int) -> None:
    cv2.line(canvas, _whole(2 * one), _whole(2 * other), 255, 2 * thick)


def _whole(point: Points) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _ellipse(middle: Point, half: float, deep: float) -> Points:
    turn = np.linspace(0, 2 * np.pi, 128, endpoint=False)
    return np.stack((middle[0] + half * np.cos(turn), middle[1] + deep * np.sin(turn)), axis=1)


def _rectangle(middle: Point, half: float, deep: float) -> Points:
    """A square seen from before: its far edge is a little shorter."""
    x, y = middle
    return np.array([(x - half, y + deep), (x + half, y + deep), (x + 0.86 * half, y - deep), (x - 0.86 * half, y - deep)])


def _between(x: float, y: float, half: float, tall: float, front: float) -> Points:
    """The front of a podium, from where its top is widest."""
    return np.array([(x - half, y + front), (x + half, y + front), (x + half, y + front + tall), (x - half, y + front + tall)])


def _drawn(shape: tuple[int, ...], corners: Points) -> Floats:
    """H×W, 0..1: the polygon, its outline smooth."""
    fine = np.zeros((shape[0], shape[1]), np.uint8)
    cv2.fillPoly(fine, [np.rint(np.asarray(corners) * 2**_FINE).astype(np.int32)], 255, lineType=cv2.LINE_AA, shift=_FINE)
    return np.asarray(fine / np.float32(255), np.float32)


def _shaded_around(under: Floats, foot: Floats, half: float) -> Floats:
    pool = cv2.GaussianBlur(foot, (0, 0), max(0.6, 0.1 * half))
    line = cv2.GaussianBlur(foot, (0, 0), max(0.6, 0.02 * half))
    return np.asarray(under * (1 - 0.3 * pool - 0.25 * line)[..., None], np.float32)


def _moved(plane: Floats, right: float, down: float) -> Floats:
    return np.asarray(cv2.warpAffine(plane, np.array([[1, 0, right], [0, 1, down]], np.float32), plane.shape[::-1]), np.float32)
