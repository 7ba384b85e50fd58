"""Photographic sets: a wall, a floor and what stands there, around a product that stands already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from packshot.imaging.hex_colour import parse_colour
from packshot_compose.grounds import Floats, table
from packshot_compose.harmony import Palette
from packshot_compose.materials import fabric, marble, wood
from packshot_compose.props import arch, leaves, plaster, podium, window
from packshot_compose.standing import Standing

Style = Literal["any", "studio", "podium", "window", "leaves", "table"]

_TABLES = {
    "wood": (wood, "#c89a68", "#5f3d22"),
    "marble": (marble, "#f3f1ee", "#8d8a86"),
    "linen": (fabric, "#ece4d6", "#a99c88"),
}
_SHARPEST = 0.004
"""Of the height: how soft the line between wall and floor is, which lies behind what is in focus."""


@dataclass(frozen=True)
class Set:
    """A set before the product's own shadow falls on it."""

    picture: Floats
    """H×W×3, sRGB-encoded."""
    top: Floats | None = None
    """H×W, 0..1: what the product stands on, where its shadow ends there; None where it falls on a floor."""
    made_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Order:
    """What a set is made for."""

    shape: tuple[int, int]
    standing: Standing
    palette: Palette
    lit_from: float
    random: np.random.Generator

    def often(self, share: float) -> bool:
        """Yes in this share of all sets."""
        return bool(self.random.random() < share)

    def horizon(self, foot: float) -> float:
        """The row where a floor ends behind what stands at the row `foot`."""
        away = float(self.random.uniform(1.0, 1.7)) * max(self.standing.width, 0.8 * self.standing.height)
        return float(np.clip(foot - self.standing.rise * away, 0.12 * self.shape[0], 0.92 * self.shape[0]))


def made_set(style: Style, order: Order) -> Set:
    """A set of one style; of any, as the seed draws."""
    styles = list(_STYLES)
    drawn = styles[int(order.random.integers(len(styles)))]
    chosen = drawn if style == "any" else style
    made = _STYLES[chosen](order)
    return Set(np.clip(made.picture, 0, 1).astype(np.float32), made.top, tuple(dict.fromkeys((chosen, *made.made_of))))


def _room(order: Order, horizon: float) -> Floats:
    """Wall and floor of one paint."""
    height = order.shape[0]
    wall = plaster(order.random, order.shape, order.palette.wall, order.lit_from, 0.008)
    floor = plaster(order.random, order.shape, order.palette.floor, order.lit_from, 0.006)
    down = np.arange(height, dtype=np.float32) - horizon
    below = np.clip(down / (_SHARPEST * height) + 0.5, 0, 1)[:, None, None]
    # Light from above falls on a floor more the nearer it is, and little into the corner.
    floor = floor * (0.95 + 0.12 * np.clip(down / max(height - horizon, 1), 0, 1))[:, None, None]
    corner = 1 - 0.07 * np.exp(-np.abs(down) / (0.05 * height))[:, None, None]
    return np.asarray((wall + (floor - wall) * below) * corner, np.float32)


def _studio(order: Order) -> Set:
    room = _room(order, order.horizon(order.standing.base))
    return _with_arch(order, room, order.standing.base, 0.5)


def _with_arch(order: Order, room: Floats, foot: float, share: float) -> Set:
    if not order.often(share):
        return Set(room)
    standing = order.standing
    half = float(order.random.uniform(0.62, 0.85)) * max(standing.width, 0.6 * standing.height)
    middle = standing.middle + float(order.random.uniform(-0.12, 0.12)) * half
    top = standing.base - standing.height - float(order.random.uniform(-0.15, 0.2)) * half
    behind = foot - 0.7 * standing.rise * max(standing.width, standing.height)
    return Set(arch(room, order.palette.prop, middle, half, rows=(top, behind), lit_from=order.lit_from), made_of=("arch",))


def _podium(order: Order) -> Set:
    standing, height = order.standing, order.shape[0]
    half = max(standing.foot * float(order.random.uniform(0.66, 0.85)), 0.42 * standing.width, 0.2 * standing.height)
    middle = standing.middle, standing.base - 0.5 * standing.foot * standing.rise
    tall = half * float(order.random.uniform(0.45, 0.9))
    foot = middle[1] + tall + half * standing.rise
    # One whose foot would nearly touch the picture's edge goes on beyond it.
    if foot > 0.94 * height:
        tall, foot = float(height), float(height)
    behind = _with_arch(order, _room(order, order.horizon(min(foot, 0.97 * height))), min(foot, float(height)), 0.45)
    picture, top = podium(
        behind.picture,
        order.palette.prop if order.often(0.6) else order.palette.wall,
        middle,
        half,
        rise=standing.rise,
        tall=tall,
        round_=order.often(0.7),
        lit_from=order.lit_from,
    )
    return Set(picture, top, behind.made_of)


def _window(order: Order) -> Set:
    horizon = order.horizon(order.standing.base)
    room = _room(order, horizon)
    light = window(order.random, order.shape, order.lit_from, horizon)
    dim = float(order.random.uniform(0.8, 0.88))
    return Set(room * (dim + (1.08 - dim) * light)[..., None] * np.array([1.0, 0.995, 0.985], np.float32))


def _leaves(order: Order) -> Set:
    room = _room(order, order.horizon(order.standing.base))
    shadow = leaves(order.random, order.shape, order.lit_from)
    return Set(room * (1 - float(order.random.uniform(0.13, 0.22)) * shadow)[..., None])


def _table(order: Order) -> Set:
    name = list(_TABLES)[int(order.random.integers(len(_TABLES)))]
    make, light, dark = _TABLES[name]
    side = max(order.shape)
    surface = make(order.random, side, side, parse_colour(light), parse_colour(dark))
    wall = plaster(order.random, order.shape, order.palette.wall, order.lit_from, 0.008)
    horizon = order.horizon(order.standing.base) / order.shape[0]
    across = 1 + 0.07 * order.lit_from * np.linspace(-1, 1, order.shape[1], dtype=np.float32)[None, :, None]
    laid = table(surface, wall / across, horizon) * across
    shadow = leaves(order.random, order.shape, order.lit_from) if order.often(0.4) else None
    return Set(laid if shadow is None else laid * (1 - 0.16 * shadow[..., None]), made_of=(name,))


_STYLES: dict[str, Callable[[Order], Set]] = {
    "studio": _studio,
    "podium": _podium,
    "window": _window,
    "leaves": _leaves,
    "table": _table,
}
