"""`cutout.refine`: a soft alpha from any rough mask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from packshot.errors import BadPhoto
from packshot.imaging.mask import MASK_INPUT, Where, find_mask
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_cutout.closed_form import closed_form_alpha
from packshot_cutout.finding import finding
from packshot_cutout.knn import knn_alpha
from packshot_cutout.matte import refine
from packshot_cutout.trimap import trimap_of

Floats = npt.NDArray[Any]

LEAST_REACH = 2.0
"""Pixels."""
TAIL = 0.04
"""Alpha this near to either end is taken for it: a haze of one part in thirty shows on white."""


class RefineParams(Where):
    """How the mask is refined."""

    method: Literal["closed-form", "knn", "guided"] = Field(
        "closed-form",
        description="closed-form: for hair, fur and masks that are pixels off; knn: for lace, nets and leaves with many holes, "
        "which the mask may leave grey; guided: quicker, for good masks",
    )
    band: float = Field(
        0.008, ge=0, le=0.1, description="How far the mask's outline may be wrong, as a share of the picture's longer side"
    )


class RefineCutout(Operation[RefineParams]):
    """Makes a soft alpha that follows the product's edge out of any rough mask: a painted one, a polygon, or another cutout's.

    Only a band around the mask's outline and what it leaves grey is looked at; what is thinner than the band is kept. Closed-form
    matting (Levin, Lischinski, Weiss 2008), KNN matting (Chen, Li, Tang 2013) or the guided filter (He, Sun, Tang 2013). Without
    a mask the picture's own alpha is refined. Use it before cutout.decontaminate, which paints over the ground that it compares
    with. closed-form takes half a second a megapixel on one core and 60 bytes a pixel, more for wide bands: all 3×3 windows
    of the band are held at once. knn takes about twice as long.
    """

    name, version, stage, Params = "cutout.refine", "1.0.0", "preprocess", RefineParams
    title = "Refine a cutout"
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: RefineParams, run: Run) -> Frame:
        """The frame with another alpha. BadPhoto where there is neither a mask nor a cutout, or nothing in it."""
        rough = find_mask(frame, run.inputs.get("mask"), params)
        rough = frame.alpha if rough is None else rough
        if rough is None:
            raise BadPhoto("There is nothing to refine: give a mask, a box or a polygon, or cut the product out first.")
        if rough.max() <= 0.5:
            raise BadPhoto("The mask is empty: mark the product with white.")
        alpha = self._matte(frame.rgb, rough.astype(np.float32), params)
        found = finding(np.rint(alpha * 255).astype(np.uint8), 1.0)
        return frame.with_planes(alpha=alpha).with_finding(self.name, found)

    def _matte(self, rgb: Floats, rough: Floats, params: RefineParams) -> Floats:
        if params.band == 0:
            return rough
        colours = np.clip(rgb, 0, 1)
        if params.method == "guided":
            return refine(np.rint(colours * 255).astype(np.uint8), rough)
        reach = max(LEAST_REACH, params.band * max(rough.shape))
        trimap = trimap_of(rough, reach)
        by_knn = params.method == "knn"
        solved = knn_alpha(colours, trimap, rough, reach) if by_knn else closed_form_alpha(colours, trimap, rough)
        return np.clip((solved - TAIL) / (1 - 2 * TAIL), 0, 1).astype(np.float32)
