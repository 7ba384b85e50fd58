"""Settings of the training service."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from packshot.settings import Settings


class TrainSettings(Settings):
    """What the training service reads beside the settings of every service."""

    train_leg_s: float = Field(60.0, gt=0, description="Length of a leg: what a killed service loses at most")
    train_attempts: int = Field(3, ge=1, description="How often a leg is tried that ends its process or the device's memory")

    @classmethod
    def beside(cls, settings: Settings) -> Self:
        """These settings on top of those that the system was given."""
        return cls.read(**settings.model_dump(exclude_unset=True))
