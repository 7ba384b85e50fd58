"""`recolor.brand`: colours a little off are brought to the brand's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict, Field, JsonValue

from packshot.imaging.cielab import delta_e, to_lab
from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.imaging.mask import MASK_INPUT, Where, blended, find_region
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_recolor.clusters import Cluster, belonging, dominant
from packshot_recolor.hexes import to_hex
from packshot_recolor.repaint import Floats, Paint, lab_of, repainted, typical


class BrandParams(Where):
    """What `recolor.brand` takes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"palette": ["#a03c28"]}]})

    palette: list[HexColour] = Field(min_length=1, max_length=24, description="The brand's colours, #rrggbb")
    max_delta_e: float = Field(
        20.0, ge=0, le=100, description="A colour of the product that is further (CIEDE2000) from every brand colour stays"
    )
    count: int = Field(6, ge=1, le=16, description="At most so many colours are told apart on the product")
    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")


class Brand(Operation[BrandParams]):
    """Moves each colour of the cut-out product, or of a region, to the nearest colour of a brand's palette, shading kept.

    The finding lists each colour with its share, the brand colour, and the difference (CIEDE2000) before and after.
    Takes about a third of a second a megapixel for each colour that is moved, and up to 182 bytes a pixel: each is painted over
    the whole product, and the pictures before and after are held in CIELAB.
    """

    name, version, stage, Params = "recolor.brand", "1.0.0", "edit", BrandParams
    title = "Brand colours"
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: BrandParams, run: Run) -> Frame:
        """Outside the region every bit stays. BadParameters without a region."""
        region = find_region(frame, run.inputs.get("mask"), params, self.name)
        lab = to_lab(frame.rgb)
        clusters = dominant(lab, region, params.count, merge=8)
        if not clusters:
            return frame.with_finding(self.name, {"colors": [], "note": "The region is empty, so nothing was recoloured."})
        palette = np.array([lab_of(parse_colour(colour)) for colour in params.palette], np.float32)
        weights = belonging(lab, clusters) * region[..., None]
        rgb, colours = frame.rgb, []
        for index, cluster in enumerate(clusters):
            weight = weights[..., index]
            wanted, before = _nearest(cluster, palette)
            if before <= params.max_delta_e and params.strength > 0 and weight.any():
                painted = repainted(lab, Paint.for_region(lab, weight, wanted))
                rgb = blended(rgb, rgb + painted - frame.rgb, weight * np.float32(params.strength))
                colours.append(_finding(cluster, wanted, before, typical(to_lab(rgb), weight)))
            else:
                colours.append(_finding(cluster, wanted, before, None))
        rgb = rgb if rgb is frame.rgb else np.where((region > 0)[..., None], np.clip(rgb, 0, 1), frame.rgb)
        return frame.with_rgb(rgb).with_finding(self.name, {"colors": colours})


def _nearest(cluster: Cluster, palette: Floats) -> tuple[Floats, float]:
    apart = delta_e(palette[None], cluster.lab[None, None])[0]
    best = int(np.argmin(apart))
    return palette[best], float(apart[best])


def _finding(cluster: Cluster, wanted: Floats, before: float, reached: Floats | None) -> JsonValue:
    after = before if reached is None else float(delta_e(reached[None, None], wanted[None, None])[0, 0])
    return {
        "color": to_hex(cluster.lab),
        "share": round(cluster.share, 4),
        "brand": to_hex(wanted),
        "delta_e_before": round(before, 2),
        "delta_e": round(after, 2),
        "changed": reached is not None,
    }
