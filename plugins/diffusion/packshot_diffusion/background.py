"""`diffusion.background.NAME`: a ground from words, around the product."""

from __future__ import annotations

import numpy as np
from pydantic import ConfigDict, Field

from packshot.errors import BadPhoto
from packshot.plugin import Frame, Pixels, Run
from packshot_diffusion.operation import PipelineOperation
from packshot_diffusion.wishes import Wishes

_GREY = np.float32(0.5)
"""What the model sees where the ground was."""


class BackgroundParams(Wishes):
    """What to put around the product."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"prompt": "on a marble table, soft daylight", "steps": 2}]})

    prompt: str = Field(min_length=1, max_length=2000, description="The ground, and where the product is on it")


class DiffusionBackground(PipelineOperation[BackgroundParams]):
    """Generates a ground, by words, around a cut-out product, whose own pixels stay as they are. The result has no alpha."""

    prefix = "diffusion.background"
    title = "Ground by words"
    Params = BackgroundParams
    takes = Pixels.FLOAT
    task = "background"

    def run(self, frame: Frame, params: BackgroundParams, run: Run) -> Frame:
        """The frame without alpha and shadow. Where alpha is full every bit of the product is kept. BadPhoto without a cutout."""
        if frame.alpha is None:
            raise BadPhoto(f"{self.name} needs a cut-out product: add cutout.classical before it.")
        alpha = np.clip(frame.alpha, 0, 1)[..., None]
        if alpha.max() <= 0 or alpha.min() >= 1:
            raise BadPhoto(f"{self.name} needs a product with ground around it: look at the cutout, or add layout.margin.")
        over_grey = np.clip(frame.rgb, 0, 1) * alpha + _GREY * (1 - alpha)
        wish = params.wish(params.prompt, 1.0, run)
        ground = np.clip(self._pipeline.inpaint(over_grey, alpha[..., 0] < 1, wish), 0, 1)
        if "shadow" in frame.planes:
            ground = ground * (1 - np.clip(frame.planes["shadow"], 0, 1)[..., None])
        mixed = np.where(alpha >= 1, frame.rgb, frame.rgb * alpha + ground * (1 - alpha))
        return frame.with_planes(rgb=mixed.astype(np.float32), alpha=None, shadow=None)
