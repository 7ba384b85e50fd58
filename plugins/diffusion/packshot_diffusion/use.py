"""What a card of this plugin says under `use`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Task = Literal["inpaint", "background", "relight"]
TASKS: tuple[Task, ...] = ("inpaint", "background", "relight")


class PipelineUse(BaseModel):
    """How a diffusers pipeline is used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offers: Annotated[tuple[Task, ...], Field(min_length=1)] = TASKS
    """The operations that it becomes. A pipeline made for inpainting only (nine input channels) cannot relight."""
    size: Annotated[int, Field(ge=16, le=4096)] = 512
    """The longer side, in pixels, at which it works: what it was trained at."""
    multiple: Annotated[int, Field(ge=1, le=128)] = 8
    """Sides that it takes are multiples of it."""
    dtype: Literal["float32", "float16", "bfloat16"] = "float16"
    """Of the weights on a GPU; on the CPU it is float32."""
    memory: Literal["full", "sliced", "offloaded"] = "full"
    """sliced: attention and VAE in parts, slower; offloaded: on a GPU only the part that runs, slower still."""
    negative_prompt: str = ""
    """Said to it with every prompt, beside what the merchant says."""
