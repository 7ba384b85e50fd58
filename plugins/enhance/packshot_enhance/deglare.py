"""`enhance.deglare`: highlights on glossy packaging toned down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import cv2
import numpy as np
from pydantic import Field, JsonValue

from packshot.imaging.mask import MASK_INPUT, Where, find_mask
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.colour import product
from packshot_enhance.spots import Mask, brighter_than_around, grown, only, painted_over, spots_of

_RISE = 0.06
"""Linear light by which a highlight's darkest channel rises above its surroundings at the least."""
_GLARING = 0.85
"""Linear light that the darkest channel of a highlight reaches: white print is seldom so bright, mirrored lamps are brighter."""
_SOFT = 2.0
"""Area of a highlight at a quarter of its height, beside that at three quarters: print has sharp edges, reflections fade."""
_COMPACT = 0.7
"""Share of its convex hull that a highlight fills: letters and lines of print fill less."""
_LONGEST = 3
"""Times the widest highlight."""
_SMALLEST = 6
"""Pixels: below, edges cannot be told from areas."""


class DeglareParams(Where):
    """What `enhance.deglare` takes."""

    strength: float = Field(0.6, ge=0, le=1, description="How much of the glare to take away; 1 fills it, 0 leaves the picture")
    size: float = Field(0.08, gt=0, le=0.3, description="Width of the widest highlight, as a share of the longer side")


class Deglare(Operation[DeglareParams]):
    """Tones down small white reflections of lamps on glossy products, and fills blown-out ones from around them.

    By the dichromatic model (S. A. Shafer, "Using color to separate reflection components", 1985) a highlight adds the lamp's
    white to all channels: it is where the least channel rises above its surroundings, close to white, compact, with a soft edge.
    It is mixed with the colours around it. Print, labels and white products stay, because they are wide, not bright enough, of
    many strokes or sharply bounded; where a mask, box or polygon is given, all that is brighter than around it is taken. Up to 42
    bytes a pixel are needed: the surroundings are known for every pixel at once.
    """

    name, version, stage, Params = "enhance.deglare", "1.0.0", "edit", DeglareParams
    title = "Tone down glare"
    takes = Pixels.LINEAR
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: DeglareParams, run: Run) -> Frame:
        """The finding gives the number of highlights and their share of the product."""
        if params.strength == 0:
            return frame
        where = find_mask(frame, run.inputs.get("mask"), params)
        across = max(3, round(params.size * max(frame.height, frame.width)))
        least = frame.rgb.min(axis=2)
        rise = brighter_than_around(least, across)
        allowed = product(frame) if where is None else product(frame) & (where > 0.5)
        if where is None:
            glare, count = _highlights(least, rise, allowed, across)
        else:
            glare = (rise > _RISE) & allowed
            count = len(spots_of(glare)[1])
        finding: dict[str, JsonValue] = {
            "highlights": count,
            "share": round(float(glare[allowed].mean()) if allowed.any() else 0.0, 5),
        }
        if not count:
            return frame.with_finding(self.name, finding)
        reach = max(1, across // 6)
        del least, rise, allowed
        return frame.with_rgb(_toned(frame, grown(glare, reach), reach, params.strength)).with_finding(self.name, finding)


def _toned(frame: Frame, glare: Mask, reach: int, strength: float) -> Plane:
    """H×W×3, channel by channel, to hold little at a time."""
    weight: Plane = cv2.GaussianBlur(glare.astype(np.float32), (0, 0), reach / 2)
    weight *= np.float32(strength)
    if frame.alpha is not None:
        weight[frame.alpha <= 0] = 0
    covered = glare | _clear(frame)
    toned = []
    for channel in range(3):
        before = frame.rgb[..., channel : channel + 1]
        light = painted_over(before, covered)
        light = np.subtract(light, before, out=light if light is not before else None)
        # A highlight is light added: what is darker than the colours around, as print under it, stays.
        np.minimum(light, 0, out=light)
        light *= weight[..., None]
        light += before
        toned.append(light)
    return cv2.merge(toned)


def _highlights(least: Plane, rise: Plane, allowed: Mask, across: int) -> tuple[Mask, int]:
    """Where highlights are in the whole product, and how many."""
    labels, spots = spots_of((rise > _RISE) & allowed)
    fitting = [spot for spot in spots if spot.area >= _SMALLEST and spot.extent <= _LONGEST * across]
    kept = [spot.label for spot in fitting if _is_highlight(labels[spot.box] == spot.label, least[spot.box], rise[spot.box])]
    return only(labels, kept), len(kept)


def _is_highlight(inside: Mask, least: Plane, rise: Plane) -> bool:
    """Whether a spot, in its box, is bright, compact and soft."""
    if least[inside].max() < _GLARING:
        return False
    hull = cv2.convexHull(cv2.findNonZero(inside.astype(np.uint8)))
    # Pixels have an extent that the hull of their centres lacks.
    if inside.sum() < _COMPACT * (cv2.contourArea(hull) + cv2.arcLength(hull, True) / 2 + 1):
        return False
    heights = rise[inside]
    top = float(heights.max())
    return bool(np.count_nonzero(heights > 0.25 * top) >= _SOFT * np.count_nonzero(heights > 0.75 * top))


def _clear(frame: Frame) -> Mask:
    return np.zeros(frame.rgb.shape[:2], np.bool_) if frame.alpha is None else np.asarray(frame.alpha <= 0, np.bool_)
