"""`enhance.equalize`: global histogram equalisation."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from packshot.imaging.adjustment import Adjustment
from packshot.imaging.mask import Where
from packshot.imaging.pixels import bands_of
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.colour import lab, mix, product, with_lightness

_BINS = 1024


class EqualizeParams(Where):
    """What `enhance.equalize` takes."""

    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")


class Equalize(Adjustment[EqualizeParams]):
    """Spreads the lightness of the product evenly from black to white; hue and chroma stay. Strong: often half is enough.

    R. Hummel, "Image enhancement by histogram transformation", 1977, on L* (D65). Up to 47 bytes a pixel are needed: lightness is
    spread by all pixels' ranks, so that the whole picture is held in CIELAB.
    """

    name, version, stage, Params = "enhance.equalize", "1.1.0", "edit", EqualizeParams
    title = "Equalise"
    takes = Pixels.FLOAT

    def adjusted(self, frame: Frame, params: EqualizeParams, run: Run) -> Frame:
        """The histogram counts opaque pixels only. A product of one lightness stays as it is."""
        if params.strength == 0:
            return frame
        before = lab(frame.rgb)
        counted = before[..., 0][product(frame)]
        if counted.min() == counted.max():
            return frame
        equalised = with_lightness(before, _equalised(before[..., 0], counted))
        return frame.with_rgb(mix(frame.rgb, equalised, params.strength))


def _equalised(lightness: Plane, counted: Plane) -> Plane:
    counts, edges = np.histogram(counted, bins=_BINS, range=(0, 100))
    cumulative = np.concatenate([[0], np.cumsum(counts)]) / counted.size
    # The darkest product tone becomes black, not its own share of the picture (OpenCV and Hummel do the same).
    floor = cumulative[np.searchsorted(edges, counted.min(), side="right")]
    spread = np.clip((cumulative - floor) / max(1 - floor, 1e-9), 0, 1)
    equalised = np.empty(lightness.shape, np.float32)
    for rows in bands_of(lightness):
        equalised[rows] = np.interp(lightness[rows], edges, spread) * 100
    return equalised
