"""How large a picture may be before anything decodes it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """The most that a picture may have. A real 60 megapixel photo passes."""

    model_config = ConfigDict(frozen=True)

    max_bytes: int | None = Field(None, gt=0)
    """None: any number. Who lets files in gives one (Settings.max_photo_bytes); what was let in is only held to its pixels."""
    max_pixels: int = Field(100_000_000, gt=0)
    max_side: int = Field(32_000, gt=0)
    """Pixels along the longer side."""


DEFAULT_LIMITS = Limits()
