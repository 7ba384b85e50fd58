"""`cutout.classical`: the product cut out of its photo, with no learned model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from packshot.imaging.mask import MASK_INPUT, find_mask
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_cutout.cutting import CutParams, Guess, cut_out
from packshot_cutout.edge import shaped
from packshot_cutout.finding import finding


class ClassicalCutout(Operation[CutParams]):
    """Cuts out one product that lies, stands or hangs before a ground of its own, by colour, edges and place; no learned model.

    Adds `alpha` and leaves the colours. On a ground of one exact colour, as catalogues have it, all that differs from it is
    kept. A mask or polygon is taken for a rough outline and refined; within a box the product is looked for, and around it the
    ground. If none can be told from the ground, all is kept and the finding's confidence is 0. Takes 0.6 to 1 s on one core,
    whatever the size: most of it for the search at `max_side`.
    """

    name = "cutout.classical"
    version = "1.2.0"
    stage = "preprocess"
    title = "Cut out (classical)"
    Params = CutParams
    takes = Pixels.UINT8
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: CutParams, run: Run) -> Frame:
        """The frame with `alpha` (uint8, 0 outside, 255 inside) and the finding subject_box, area, confidence, touches_border."""
        return cut_frame(self.name, frame, params, run)


def cut_frame(operation: str, frame: Frame, params: CutParams, run: Run, guess: Guess | None = None) -> Frame:
    """`frame` (uint8) with alpha, and the finding of `operation`."""
    rough = find_mask(frame, run.inputs.get("mask"), params)
    drawn = run.inputs.get("mask") is not None or params.polygon is not None
    cut = cut_out(frame.rgb, rough, params, drawn=drawn, guess=guess)
    soft = shaped(cut.alpha, params.edge) if cut.confidence > 0 else cut.alpha
    alpha = np.rint(soft * 255).astype(np.uint8)
    return frame.with_planes(alpha=alpha).with_finding(operation, finding(alpha, cut.confidence, cut.how))
