"""`enhance.clahe`: local contrast."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from packshot.imaging.adjustment import Adjustment
from packshot.imaging.mask import Where
from packshot.plugin import Frame, Pixels, Run
from packshot_enhance.colour import lab, mix, with_lightness


class ClaheParams(Where):
    """What `enhance.clahe` takes."""

    clip_limit: float = Field(
        2.0, ge=1, le=40, description="How much steeper than average a tile's curve may get; 1 changes little"
    )
    tiles: int = Field(8, ge=1, le=64, description="Tiles across and down")
    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")


class Clahe(Adjustment[ClaheParams]):
    """Contrast-limited adaptive histogram equalisation of the lightness; hue and chroma stay.

    K. Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994, with 256 levels of L* (D65).
    """

    name, version, stage, Params = "enhance.clahe", "1.1.0", "edit", ClaheParams
    title = "Local contrast (CLAHE)"
    takes = Pixels.FLOAT

    def adjusted(self, frame: Frame, params: ClaheParams, run: Run) -> Frame:
        """Colours outside 0..1 are clipped, except at strength 0."""
        if params.strength == 0:
            return frame
        before = lab(frame.rgb)
        levels = np.rint(before[..., 0] * 2.55).astype(np.uint8)
        grid = (min(params.tiles, frame.width), min(params.tiles, frame.height))
        equalised = cv2.createCLAHE(params.clip_limit, grid).apply(levels)
        # The finer parts of L* that the 256 levels dropped are put back, so a 16-bit photo keeps its gradations.
        lightness = np.subtract(equalised, levels, dtype=np.float32)
        lightness *= np.float32(1 / 2.55)
        lightness += before[..., 0]
        np.clip(lightness, 0, 100, out=lightness)
        return frame.with_rgb(mix(frame.rgb, with_lightness(before, lightness), params.strength))
