"""Colours that things are sold in."""

from __future__ import annotations

import colorsys

import numpy as np

from packshot.studio.material import Colour

Random = np.random.Generator

_EARTH = ((0.42, 0.27, 0.15), (0.30, 0.16, 0.08), (0.55, 0.42, 0.28), (0.22, 0.24, 0.12), (0.36, 0.10, 0.06), (0.62, 0.50, 0.33))


def linear(red: float, green: float, blue: float) -> Colour:
    """A linear colour of sRGB values 0..1."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue))
    return r, g, b


def paint(random: Random) -> Colour:
    """Any colour: white, black and greys often, then pastels, earth and strong colours."""
    kind = random.choice(
        ["white", "black", "grey", "pastel", "strong", "deep", "earth"], p=[0.16, 0.12, 0.10, 0.18, 0.20, 0.12, 0.12]
    )
    if kind == "earth":
        return _varied(_EARTH[int(random.integers(len(_EARTH)))], random)
    hue = float(random.uniform())
    saturation, value = {
        "white": (random.uniform(0, 0.05), random.uniform(0.90, 0.97)),
        "black": (random.uniform(0, 0.25), random.uniform(0.06, 0.17)),
        "grey": (random.uniform(0, 0.08), random.uniform(0.3, 0.75)),
        "pastel": (random.uniform(0.12, 0.40), random.uniform(0.75, 0.95)),
        "strong": (random.uniform(0.6, 0.95), random.uniform(0.55, 0.95)),
        "deep": (random.uniform(0.5, 0.95), random.uniform(0.2, 0.45)),
    }[str(kind)]
    return linear(*colorsys.hsv_to_rgb(hue, float(saturation), float(value)))


def muted(random: Random) -> Colour:
    """A colour of floors and walls: mostly greyed, light or dark."""
    tone = np.array(paint(random))
    if random.uniform() < 0.8:
        tone = tone + (tone.mean() - tone) * random.uniform(0.4, 0.9)
    r, g, b = (float(c) for c in tone)
    return r, g, b


def white(random: Random) -> Colour:
    """A white: never quite, never the same."""
    level, warm = float(random.uniform(0.70, 0.86)), float(random.normal(0, 0.015))
    return level * (1 + warm), level, level * (1 - warm)


def beside(colour: Colour, random: Random) -> Colour:
    """A colour that is seen on `colour`: much lighter or darker, or of another hue."""
    light = 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
    for _ in range(8):
        other = paint(random)
        if abs(np.log((0.2126 * other[0] + 0.7152 * other[1] + 0.0722 * other[2] + 0.03) / (light + 0.03))) > 0.9:
            return other
    return (0.02, 0.02, 0.02) if light > 0.2 else (0.8, 0.8, 0.78)


def _varied(colour: Colour, random: Random) -> Colour:
    r, g, b = (float(c * random.uniform(0.8, 1.25)) for c in colour)
    return r, g, b
