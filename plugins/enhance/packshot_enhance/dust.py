"""`enhance.dust`: specks of dust and lint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import Field, JsonValue

from packshot.imaging.mask import MASK_INPUT, Where, find_mask
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.colour import luma
from packshot_enhance.noise import noise_sigma
from packshot_enhance.spots import Mask, Spot, brighter_than_around, grown, only, painted_over, spots_of

_ABOVE_NOISE = 6
"""Times the noise's standard deviation."""
_LONGEST = 5
"""How many times longer than the widest speck a thread of lint may be."""
_WIDE = 6
"""Times the widest speck: how far the surroundings reach that must be calm."""


class DustParams(Where):
    """What `enhance.dust` takes."""

    size: float = Field(0.012, gt=0, le=0.05, description="Width of the widest speck, as a share of the longer side")
    threshold: float = Field(0.06, ge=0.01, le=0.5, description="How much a speck differs from its surroundings, of 1")
    isolation: float = Field(
        2.5, ge=1, le=10, description="How many times more than anything around it a speck stands out; lower finds more"
    )


class Dust(Operation[DustParams]):
    """Finds specks of dust and short threads of lint on product and background, and paints them over.

    A speck is small, brighter or darker than all around it (top-hat and bottom-hat, F. Meyer, 1979), and alone: in lively
    surroundings, as print or cloth, nothing is touched. It is replaced by the colours around it with the photo's own grain.
    """

    name, version, stage, Params = "enhance.dust", "1.0.0", "edit", DustParams
    title = "Remove dust"
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: DustParams, run: Run) -> Frame:
        """The finding gives the number of specks. Where a cutout is clear nothing is looked for."""
        where = find_mask(frame, run.inputs.get("mask"), params)
        across = max(3, round(params.size * max(frame.height, frame.width)))
        brightness = luma(frame.rgb)
        sigma = noise_sigma(brightness)
        height = np.maximum(brighter_than_around(brightness, across), brighter_than_around(-brightness, across))
        allowed = _allowed(frame, where)
        found = _specks(height, across, max(params.threshold, _ABOVE_NOISE * sigma), params.isolation) & allowed
        specks = grown(found, max(1, across // 4)) & allowed
        finding: dict[str, JsonValue] = {"specks": len(spots_of(found)[1]), "share": round(float(specks.mean()), 6)}
        if not specks.any():
            return frame.with_finding(self.name, finding)
        hidden = specks if frame.alpha is None else specks | (frame.alpha <= 0)
        grain = run.random.normal(0, sigma, frame.rgb.shape[:2]).astype(np.float32)[..., None]
        rgb = np.where(specks[..., None], painted_over(frame.rgb, hidden) + grain, frame.rgb)
        return frame.with_rgb(rgb).with_finding(self.name, finding)


def _specks(height: Plane, across: int, least: float, isolation: float) -> Mask:
    """Where `height` (H×W, above the surroundings) stands out alone."""
    labels, spots = spots_of(height > least / 2)
    kept = []
    for spot in spots:
        if spot.extent > _LONGEST * across or spot.area > 3 * across**2:
            continue
        top = float(height[spot.box][labels[spot.box] == spot.label].max())
        if top > least and top > isolation * _around(spot, labels, height, _WIDE * across):
            kept.append(spot.label)
    return only(labels, kept)


def _around(spot: Spot, labels: Plane, height: Plane, reach: int) -> float:
    """How lively the surroundings of `spot` are: the highest of `height` there but for two percent."""
    rows, columns = (slice(max(0, part.start - reach), part.stop + reach) for part in spot.box)
    others = height[rows, columns][labels[rows, columns] != spot.label]
    return float(np.percentile(others, 98)) if others.size else 0.0


def _allowed(frame: Frame, where: Plane | None) -> Mask:
    allowed = np.ones(frame.rgb.shape[:2], np.bool_) if where is None else where > 0.5
    return allowed if frame.alpha is None else allowed & (frame.alpha > 0)
