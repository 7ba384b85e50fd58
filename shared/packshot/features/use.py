"""What a card says of a network that classifies pictures, and whose features are used."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, field_validator

from packshot.plugin.models import Floats, NetUse

FAMILY = "features.classifier"

Width = Annotated[int, Field(ge=4, le=1024)]


class FeatureUse(NetUse):
    """The shape of the network, and what it tells apart."""

    built_by = "packshot.features.net:FeatureNet"

    tasks: dict[str, tuple[str, ...]] = Field(
        min_length=1, description="What is told apart: for each task its categories, as the data set has them"
    )
    side: int = Field(64, ge=16, le=512, description="Pixels of the square that it looks at")
    channels: Literal[1, 3] = Field(3, description="1: grey; 3: colours")
    stem: int = Field(4, ge=1, le=8, description="Pixels of a square that its first layer takes as one; divides the side")
    widths: tuple[Width, ...] = Field((48, 96, 160), min_length=1, max_length=5, description="Channels of each stage")
    blocks: int = Field(1, ge=1, le=8, description="Residual blocks of each stage")

    @field_validator("tasks")
    @classmethod
    def _are_told_apart(cls, tasks: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        names = [name for categories in tasks.values() for name in categories]
        if len(set(names)) < len(names) or any(len(categories) < 2 for categories in tasks.values()):
            raise ValueError("each task needs two categories or more, and a category is of one task only")
        return tasks

    @property
    def places(self) -> dict[str, slice]:
        """Where the scores of each task lie among all."""
        found, start = {}, 0
        for task, categories in self.tasks.items():
            found[task] = slice(start, start + len(categories))
            start += len(categories)
        return found

    def example_inputs(self) -> tuple[Floats, ...]:
        """Two pictures."""
        return (np.random.default_rng(0).random((2, self.channels, self.side, self.side), np.float32),)
