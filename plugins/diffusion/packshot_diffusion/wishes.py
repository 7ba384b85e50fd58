"""What merchants can say to every pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, Field

from packshot.plugin import Run


@dataclass(frozen=True)
class Wish:
    """What to ask a pipeline for."""

    prompt: str
    negative_prompt: str
    steps: int
    guidance_scale: float
    strength: float
    seed: int
    progress: Callable[..., None]


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
