"""`layout.normalize`: a known working depth and a bounded size."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, Field

from packshot.imaging.pixels import to_depth
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_layout.planes import moved, resampled


class NormalizeParams(BaseModel):
    """What `layout.normalize` takes."""

    depth: Literal["source", "8", "16"] = Field(
        "source", description="Bits of a channel to go on with; `source` keeps the photo's"
    )
    max_side: int = Field(4096, ge=1, le=32_000, description="The longer side is shrunk to this many pixels; never enlarged")


class Normalize(Operation[NormalizeParams]):
    """Brings photos of any camera to one working depth and a bounded size. They are sRGB already: reading a photo converts it."""

    name, version, stage, Params = "layout.normalize", "1.0.0", "preprocess", NormalizeParams
    title = "Normalise"
    takes = Pixels.ANY

    def run(self, frame: Frame, params: NormalizeParams, run: Run) -> Frame:
        """Shrink by area average, then convert. A frame that is float already stays float."""
        scale = params.max_side / max(frame.width, frame.height)
        if scale < 1:
            width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
            frame = moved(frame, lambda plane: resampled(plane, width, height))
        if params.depth == "source" or not np.issubdtype(frame.rgb.dtype, np.integer):
            return frame
        return to_depth(frame, np.uint8 if params.depth == "8" else np.uint16)
