"""What merchants can say to every pipeline."""

from __future__ import annotations

from pydantic import BaseModel, Field

from packshot.plugin import Run
from packshot_diffusion.pipeline import Wish


class Wishes(BaseModel):
    """How to make it."""

    negative_prompt: str = Field("", max_length=2000, description="What must not be in the picture")
    steps: int = Field(30, ge=1, le=150, description="Steps of the diffusion; more take longer and are more exact")
    guidance_scale: float = Field(7.0, ge=0, le=30, description="How closely to keep to the prompt; few-step models want 0 or 1")

    def wish(self, prompt: str, strength: float, run: Run, part: int = 0) -> Wish:
        """What to ask for; `part` numbers the pictures that one run asks for."""
        # Seeds are 63 bits in torch.
        seed = (run.seed + part) % (1 << 63)
        return Wish(prompt, self.negative_prompt, self.steps, self.guidance_scale, strength, seed, run.progress)
