"""`diffusion.inpaint.NAME`: what a mask covers, generated from words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import ConfigDict, Field

from packshot.errors import BadParameters
from packshot.imaging.mask import MASK_INPUT, Where, find_mask
from packshot.imaging.patch import Floats, Mask, filled
from packshot.plugin import Frame, Pixels, Run
from packshot_diffusion.operation import PipelineOperation
from packshot_diffusion.wishes import Wishes


class InpaintParams(Wishes, Where):
    """What to put where."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"box": [0.3, 0.3, 0.6, 0.7], "steps": 2}]})

    prompt: str = Field("", max_length=2000, description="What to put there; empty: what fits the surroundings")
    strength: float = Field(1.0, gt=0, le=1, description="How much of what is there is given up; 1: all of it")
    context: float = Field(
        1.0, ge=0.25, le=8, description="How much around the hole the model sees, as a share of the hole's longer side"
    )


class DiffusionInpaint(PipelineOperation[InpaintParams]):
    """Generates what a mask covers, by words; every pixel outside the mask, and alpha, stays as it is."""

    prefix = "diffusion.inpaint"
    title = "Inpaint by words"
    Params = InpaintParams
    takes = Pixels.FLOAT
    task = "inpaint"
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def run(self, frame: Frame, params: InpaintParams, run: Run) -> Frame:
        """The frame with other colours in the mask only. BadParameters if nobody says where."""
        weight = find_mask(frame, run.inputs.get("mask"), params)
        if weight is None:
            raise BadParameters(f"{self.name} must be told where: give the input mask, a box or a polygon.")

        def make(window: Floats, hole: Mask, part: int) -> Floats:
            return self._pipeline.inpaint(window, hole, params.wish(params.prompt, params.strength, run, part))

        rgb = filled(frame.rgb, weight, params.context, make)
        return frame if rgb is frame.rgb else frame.with_rgb(rgb)
