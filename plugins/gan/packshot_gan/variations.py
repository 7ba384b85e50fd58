"""`gan.variations`: designs near a given product."""

from __future__ import annotations

from pydantic import Field

from packshot.plugin import Frame, Run
from packshot_gan.generating import laid_out
from packshot_gan.inverting import Inverting, InvertParams
from packshot_gan.latents import varied


class VariationsParams(InvertParams):
    """What `gan.variations` takes."""

    count: int = Field(8, ge=1, le=100, description="How many, on one picture side by side")
    columns: int | None = Field(None, ge=1, le=100, description="How many beside each other; none: as nearly square as it goes")
    difference: float = Field(0.4, ge=0, le=1, description="How much they differ from it: 0 not at all, 1 as any other does")


class Variations(Inverting[VariationsParams]):
    """Makes designs that resemble a given product, by a generator; each seed makes others. Alpha goes.

    The photo is found among what the generator can make: by the encoder, and with `refine` by some steps of optimisation, which
    need torch. Then its neighbours are made. The result has the generator's size.
    """

    verb = "variations"
    stage = "edit"
    title = "Variations by a generator"
    Params = VariationsParams

    def run(self, frame: Frame, params: VariationsParams, run: Run) -> Frame:
        """The finding says what the photo was taken for, and how nearly the generator can make it."""
        found = self.inverted(frame, params)
        latents = varied(found.latent, params.count, params.difference, run.seed)
        made = self.pictures(latents, found.label[None].repeat(params.count, axis=0))
        sheet = Frame({"rgb": laid_out(made, params.columns)}, findings=frame.findings)
        return sheet.with_finding(self.name, self.finding(found))
