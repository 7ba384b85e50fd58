"""`gan.interpolate`: the way from one made picture to another."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, Field

from packshot.plugin import Frame, Run
from packshot_gan.generating import Generating, laid_out
from packshot_gan.latents import along, labels_of, latents_of

_LARGEST = 2**32 - 1


class InterpolateParams(BaseModel):
    """What `gan.interpolate` takes."""

    first: int = Field(0, ge=0, le=_LARGEST, description="The seed of the first picture, as `gan.generate` makes it")
    last: int = Field(1, ge=0, le=_LARGEST, description="The seed of the last picture")
    first_category: str = Field("", description="What the first shows; empty: what its seed decides")
    last_category: str = Field("", description="What the last shows; empty: what its seed decides")
    steps: int = Field(8, ge=2, le=200, description="How many pictures, with both ends")
    columns: int | None = Field(None, ge=1, le=200, description="How many beside each other; none: all in one row")
    truncation: float = Field(1.0, ge=0, le=1, description="Less makes more usual pictures, which differ less")


class Interpolate(Generating[InterpolateParams]):
    """Makes the pictures between two that a generator makes of two seeds, or of two classes: one changes into the other by steps.

    Latents go along the arc between the two (slerp), classes straight.
    """

    verb = "interpolate"
    stage = "generate"
    title = "Interpolate"
    source = False
    Params = InterpolateParams

    def run(self, frame: Frame, params: InterpolateParams, run: Run) -> Frame:
        """BadParameters for a class that it has not learnt."""
        seeds = params.first, params.last
        latents = [latents_of(seed, 1, self.use.latent, params.truncation)[0] for seed in seeds]
        named = zip((params.first_category, params.last_category), seeds, strict=True)
        labels = [self.classes(category, labels_of(seed, 1, self.use.kinds))[0] for category, seed in named]
        shares = np.linspace(0, 1, params.steps, dtype=np.float32)
        between = np.stack([along(latents[0], latents[1], float(share)) for share in shares])
        mixed = labels[0] + shares[:, None] * (labels[1] - labels[0])
        sheet = laid_out(self.pictures(between, mixed), params.columns or params.steps)
        return Frame({"rgb": sheet}).with_finding(self.name, {"steps": params.steps, "side": self.use.size})
