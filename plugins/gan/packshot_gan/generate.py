"""`gan.generate`: pictures out of nothing but a seed."""

from __future__ import annotations

from pydantic import BaseModel, Field, JsonValue

from packshot.plugin import Frame, Run
from packshot_gan.generating import Generating, laid_out
from packshot_gan.latents import labels_of, latents_of


class GenerateParams(BaseModel):
    """What `gan.generate` takes."""

    category: str = Field("", description="What to make, of the classes that it has learnt; empty: the seed decides")
    count: int = Field(1, ge=1, le=400, description="How many, on one picture side by side")
    columns: int | None = Field(None, ge=1, le=400, description="How many beside each other; none: as nearly square as it goes")
    truncation: float = Field(1.0, ge=0, le=1, description="Less makes more usual pictures, which differ less")


class Generate(Generating[GenerateParams]):
    """Makes new pictures of the kind that a generator has learnt; each seed makes others.

    The finding names what each shows.
    """

    verb = ""
    stage = "generate"
    title = "Generate"
    source = False
    Params = GenerateParams

    def run(self, frame: Frame, params: GenerateParams, run: Run) -> Frame:
        """BadParameters for a class that it has not learnt."""
        labels = self.classes(params.category, labels_of(run.seed, params.count, self.use.kinds))
        latents = latents_of(run.seed, params.count, self.use.latent, params.truncation)
        shown: list[JsonValue] = [self.use.classes[each] for each in labels.argmax(1)] if self.use.classes else []
        sheet = laid_out(self.pictures(latents, labels), params.columns)
        return Frame({"rgb": sheet}).with_finding(self.name, {"categories": shown, "side": self.use.size})
