"""How large a picture may be before anything decodes it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """The most that a picture may have. A real 60 megapixel photo passes."""

    model_config = ConfigDict(frozen=True)

    max_bytes: int = Field(60_000_000, gt=0)
    max_pixels: int = Field(100_000_000, gt=0)
    max_side: int = Field(32_000, gt=0)
    """Pixels along the longer side."""


DEFAULT_LIMITS = Limits()
