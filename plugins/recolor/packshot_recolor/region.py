"""`recolor.region`: a product, or a part of it, in another colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field, JsonValue

from packshot.errors import BadParameters
from packshot.imaging.cielab import delta_e, to_lab
from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.imaging.mask import MASK_INPUT, Where, blended, find_region
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_recolor.clusters import distance, dominant, main_colour
from packshot_recolor.hexes import to_hex
from packshot_recolor.repaint import Floats, Paint, lab_of, repainted, to_rgb, typical


class RegionParams(Where):
    """What `recolor.region` takes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"color": "#24569c"}]})

    color: HexColour | None = Field(None, description="The colour it shall have, #rrggbb")
    hue_shift: float = Field(0.0, ge=-180, le=180, description="Instead of a colour: turns all hues by this many degrees")
    part: Literal["all", "main"] = Field("all", description="main: only what has the region's most frequent colour")
    pick: HexColour | None = Field(None, description="Only what has about this colour, #rrggbb, whatever the light on it")
    tolerance: float = Field(18.0, ge=1, le=100, description="How far from the picked or main colour, in units of CIELAB")
    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")


class Region(Operation[RegionParams]):
    """Gives the cut-out product, or a region of it, another colour; folds, shadows and highlights stay.

    White, black and grey products too: lightness moves with the colour, in CIELAB (after E. Reinhard et al., "Color transfer
    between images", 2001). The colour that most of the region has becomes the new one; print and parts of other colours stay. The
    finding tells the colours and, as delta_e (CIEDE2000), how near the median of what had that colour comes. Takes up to half a
    second a megapixel and 133 bytes a pixel: the pictures before and after are held in CIELAB, with a weight for each pixel.
    """

    name, version, stage, Params = "recolor.region", "1.0.0", "edit", RegionParams
    title = "Recolour"
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: RegionParams, run: Run) -> Frame:
        """Outside the region every bit stays. BadParameters if it is told neither where nor what."""
        if params.color is None and params.hue_shift == 0:
            raise BadParameters(
                "recolor.region needs the new colour: give `color` as #rrggbb, or turn the hues with `hue_shift`."
            )
        region = find_region(frame, run.inputs.get("mask"), params, self.name)
        lab = to_lab(frame.rgb)
        weight = region * _part(lab, region, params)
        if params.strength == 0 or not weight.any():
            return frame.with_finding(
                self.name, {"covered": 0.0, "note": "Nothing was recoloured: no pixel belongs to the region."}
            )
        main = weight * main_colour(lab, weight)
        old = typical(lab, main)
        if params.color is None:
            rgb, wanted = to_rgb(_turned(lab, params.hue_shift)), _turned(old, params.hue_shift)
        else:
            wanted = lab_of(parse_colour(params.color))
            rgb = repainted(lab, Paint.for_region(lab, main, wanted))
        changed = blended(frame.rgb, rgb, weight * np.float32(params.strength))
        found = _finding(old, wanted, typical(to_lab(changed), main), weight)
        return frame.with_rgb(changed).with_finding(self.name, found)


def _part(lab: Floats, region: Floats, params: RegionParams) -> Floats:
    """H×W: 1 for the picked colour, softly to 0 at one and a half times the tolerance."""
    if params.pick is not None:
        colour = lab_of(parse_colour(params.pick))
    elif params.part == "main" and (clusters := dominant(lab, region, count=5, merge=10)):
        colour = clusters[0].lab
    else:
        return np.ones(region.shape, np.float32)
    beyond = (distance(lab, colour) - params.tolerance) / (0.5 * params.tolerance)
    return np.asarray(np.clip(1 - beyond, 0, 1), np.float32)


def _turned(lab: Floats, degrees: float) -> Floats:
    angle = np.radians(degrees)
    turned = lab.copy()
    turned[..., 1] = np.cos(angle) * lab[..., 1] - np.sin(angle) * lab[..., 2]
    turned[..., 2] = np.sin(angle) * lab[..., 1] + np.cos(angle) * lab[..., 2]
    return turned


def _finding(old: Floats, wanted: Floats, reached: Floats, weight: Floats) -> dict[str, JsonValue]:
    return {
        "from": to_hex(old),
        "to": to_hex(wanted),
        "reached": to_hex(reached),
        "delta_e": round(float(delta_e(reached[None, None], wanted[None, None])[0, 0]), 2),
        "covered": round(float(weight.mean()), 4),
    }
