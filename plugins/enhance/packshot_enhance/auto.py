"""`enhance.auto`: gentle, and says what it did."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import Field

from packshot.imaging.adjustment import Adjustment
from packshot.imaging.mask import Where
from packshot.imaging.pixels import bands_of, srgb_to_linear
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.colour import luma, product
from packshot_enhance.tone import ToneParams, toned

MAX_CLIPPED = 0.005
"""At most this share of the product's pixels may reach black or white because of the enhancement."""

_HIGHLIGHT = 0.93
"""Where the brightest parts of a well lit product lie (luma)."""

_COUNTED = 250_000
"""Pixels that are looked at, evenly taken; all of a smaller photo."""

_BLACK, _WHITE = 0.5 / 255, 254.5 / 255
"""What 8 bits round to their ends."""


class AutoParams(Where):
    """What `enhance.auto` takes."""

    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")


class Auto(Adjustment[AutoParams]):
    """Looks at the product's own tones and mends exposure, contrast and dull colours a little, with limits on each.

    Dark products stay dark: a background with bright parts shows that the light was right. Use it before cutout.decontaminate,
    which paints that background over. The finding lists each change and its reason.
    """

    name, version, stage, Params = "enhance.auto", "1.1.0", "preprocess", AutoParams
    title = "Automatic enhancement"
    takes = Pixels.FLOAT

    def adjusted(self, frame: Frame, params: AutoParams, run: Run) -> Frame:
        """Changes are halved until at most 0.5 % of the product's pixels are newly clipped."""
        step = max(1, math.isqrt(frame.height * frame.width // _COUNTED))
        seen, mask = frame.rgb[::step, ::step], product(frame)[::step, ::step]
        if not mask.any():
            seen, mask = frame.rgb, product(frame)
        tones = _measure(seen, mask)
        change = _Change.wanted(tones).times(params.strength)
        for _ in range(6):
            if not change.any:
                break
            if _newly_clipped(seen, change.applied(seen), mask) <= MAX_CLIPPED:
                return frame.with_rgb(change.applied(frame.rgb)).with_finding(self.name, _finding(tones, change))
            change = change.times(0.5)
        return frame.with_finding(self.name, _finding(tones, _Change()))


@dataclass(frozen=True)
class _Tones:
    """Luma percentiles and mean chroma of the product; the brightest channel of the whole picture, 99th percentile."""

    dark: float
    middle: float
    bright: float
    chroma: float
    scene: float


def _measure(rgb: Plane, mask: Plane) -> _Tones:
    brightness = luma(np.ascontiguousarray(rgb))
    dark, middle, bright = (float(level) for level in np.percentile(brightness[mask], (1, 50, 99)))
    pixels = rgb[mask]
    scene = float(np.percentile(rgb.max(axis=2), 99))
    return _Tones(dark, middle, bright, float(np.ptp(pixels, axis=1).mean()), scene)


@dataclass(frozen=True)
class _Change:
    exposure: float = 0.0
    black: float = 0.0
    white: float = 1.0
    vibrance: float = 0.0

    @staticmethod
    def wanted(tones: _Tones) -> _Change:
        exposure = _exposure(tones)
        lit = 2 ** (exposure / 2.4)
        dark, bright = tones.dark * lit, tones.bright * lit
        black = 0.6 * min(dark, 0.06) if dark < 0.3 else 0.0
        white = float(np.clip(bright / 0.97, 0.95, 1.0)) if bright > 0.75 else 1.0
        vibrance = 0.12 if 0.04 < tones.chroma < 0.35 else 0.0
        return _Change(exposure, black, white, vibrance)

    @property
    def any(self) -> bool:
        return self.times(1) != _Change()

    def times(self, factor: float) -> _Change:
        """This change, weaker. What cannot be seen is left out."""

        def kept(value: float, least: float) -> float:
            return value * factor if abs(value * factor) >= least else 0.0

        return replace(
            self,
            exposure=kept(self.exposure, 0.02),
            black=kept(self.black, 0.002),
            white=1 - kept(1 - self.white, 0.002),
            vibrance=kept(self.vibrance, 0.01),
        )

    def applied(self, rgb: Plane) -> Plane:
        changed = np.empty(rgb.shape, np.float32)
        for rows in bands_of(rgb):
            lit = toned(rgb[rows], ToneParams(exposure=self.exposure))
            changed[rows] = toned(_stretched(lit, self.black, self.white), ToneParams(vibrance=self.vibrance))
        return changed


def _stretched(rgb: Plane, black: float, white: float) -> Plane:
    """Luma from `black`..`white` to 0..1, the same factor for all channels, so that hues and saturation hold."""
    if black == 0 and white == 1:
        return rgb
    brightness = luma(rgb)
    target = np.maximum(brightness - np.float32(black), 0) * np.float32(1 / (white - black))
    ratio = np.divide(target, brightness, out=np.ones_like(brightness), where=brightness > 1e-4)
    stretched: Plane = rgb * ratio[..., None]
    return stretched


def _exposure(tones: _Tones) -> float:
    """EV that bring the highlights part of the way to where they should be."""
    bright, wanted = (float(level) for level in srgb_to_linear(np.array([[max(tones.bright, 0.02), _HIGHLIGHT]], np.float32))[0])
    full = float(np.log2(wanted / bright))
    if full < 0:
        # What is clipped holds nothing that less light would show: it would only turn grey.
        return 0.0 if tones.bright >= _WHITE else max(0.5 * full, -0.3)
    dark_by_nature = np.clip((tones.bright - 0.2) / 0.4, 0, 1)
    # Where anything in the photo is bright already the light was right, whatever the product's own tones.
    underlit = np.clip((0.92 - tones.scene) / 0.35, 0, 1)
    return float(min(0.6 * full * dark_by_nature * underlit, 0.7))


def _newly_clipped(before: Plane, after: Plane, mask: Plane) -> float:
    def clipped(rgb: Plane) -> Plane:
        pixels = rgb[mask]
        ends: Plane = (pixels.max(axis=1) >= _WHITE) | (pixels.min(axis=1) <= _BLACK)
        return ends

    return float(np.mean(clipped(after) & ~clipped(before)))


def _finding(tones: _Tones, change: _Change) -> dict[str, Any]:
    reasons = {
        "exposure": (
            change.exposure,
            "EV",
            f"The product's brightest parts are at {tones.bright:.0%}, the whole picture's at {tones.scene:.0%}.",
        ),
        "black_point": (change.black, "of white", f"Its darkest parts are at {tones.dark:.0%}."),
        "white_point": (change.white - 1, "of white", f"Its brightest parts are at {tones.bright:.0%}."),
        "vibrance": (change.vibrance, "", f"Its colours are a little dull (mean chroma {tones.chroma:.0%})."),
    }
    changes = [{"what": what, "by": round(by, 4), "unit": unit, "why": why} for what, (by, unit, why) in reasons.items() if by]
    measured = {"dark": tones.dark, "middle": tones.middle, "bright": tones.bright, "chroma": tones.chroma, "scene": tones.scene}
    return {"measured": {name: round(value, 4) for name, value in measured.items()}, "changes": changes}
