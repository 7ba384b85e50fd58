"""`recolor.palette`: which colours a product has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, JsonValue

from packshot.imaging.cielab import to_lab
from packshot.imaging.mask import MASK_INPUT, Where, find_region
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_recolor.clusters import dominant
from packshot_recolor.hexes import to_hex


class PaletteParams(Where):
    """What `recolor.palette` takes."""

    count: int = Field(5, ge=1, le=16, description="At most so many colours")
    merge: float = Field(10.0, ge=0, le=50, description="Colours that differ by less (CIEDE2000) are taken for one")


class Palette(Operation[PaletteParams]):
    """Finds the colours of the cut-out product, or of a region, by how much of it has them; the picture stays as it is.

    k-means on CIELAB (S. Lloyd, "Least squares quantization in PCM", 1982), in which light and shadow count less than hue.
    """

    name, version, stage, Params = "recolor.palette", "1.0.0", "quality-check", PaletteParams
    title = "Find the palette"
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: PaletteParams, run: Run) -> Frame:
        """The finding colours: color, lab and share of each. BadParameters without a region."""
        region = find_region(frame, run.inputs.get("mask"), params, self.name)
        clusters = dominant(to_lab(frame.rgb), region, params.count, params.merge)
        colours: list[JsonValue] = [
            {"color": to_hex(each.lab), "lab": [round(float(value), 2) for value in each.lab], "share": round(each.share, 4)}
            for each in clusters
        ]
        return frame.with_finding(self.name, {"colors": colours})
