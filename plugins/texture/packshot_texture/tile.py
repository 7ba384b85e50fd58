"""`texture.tile`: a texture that repeats without a seam."""

from __future__ import annotations

import numpy as np
from pydantic import Field, JsonValue

from packshot.errors import BadPhoto
from packshot.imaging.mask import Where
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_texture.quilt import within
from packshot_texture.seams import seam_energy
from packshot_texture.tiling import evened, tileable


class TileParams(Where):
    """What `texture.tile` takes."""

    flatten: float = Field(1.0, ge=0, le=1, description="How much of broad differences of light is taken out; 0 leaves them")


class Tile(Operation[TileParams]):
    """Makes a texture, the photo or a box of it, repeat without a seam. It gets up to a third smaller each way; alpha goes.

    The finding's seam_energy is the difference across the joints over that of neighbouring pixels: near 1 nobody sees them.
    Minimum-cut seams after A. Efros, W. Freeman, "Image quilting", SIGGRAPH 2001. Up to 44 bytes a pixel are needed.
    """

    name, version, stage, Params = "texture.tile", "1.0.0", "edit", TileParams
    title = "Make a texture tileable"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: TileParams, run: Run) -> Frame:
        """A frame with `rgb` only. BadPhoto if it has fewer than 8 pixels either way."""
        sample = within(frame, params)
        if min(sample.shape[:2]) < 8:
            raise BadPhoto("There are fewer than 8 pixels across: take a larger photo, or a larger box of it.")
        tile = np.clip(tileable(evened(np.ascontiguousarray(sample), params.flatten)), 0, 1)
        found: dict[str, JsonValue] = {
            "seam_energy": round(seam_energy(tile), 3),
            "seam_energy_before": round(seam_energy(sample), 3),
        }
        made = Frame({"rgb": tile}, findings=frame.findings, dpi=frame.dpi)
        return made.with_finding(self.name, found)
