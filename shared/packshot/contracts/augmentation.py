"""How pictures of a data set are varied: a list of steps, each with its ranges and how often it happens.

packshot.datasets.augment carries it out. Equal seeds, names and copies give equal pictures.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from packshot.contracts.model import Authored

Chance = Annotated[float, Field(ge=0, le=1, description="How often the step happens")]


class Flip(Authored):
    """Mirror left and right, or (`upright: false`) up and down."""

    do: Literal["flip"] = "flip"
    chance: Chance = 0.5
    upright: bool = Field(True, description="Mirror left and right; else up and down")


class Rotate(Authored):
    """Turn about the middle; what comes in at the corners repeats the edge."""

    do: Literal["rotate"] = "rotate"
    chance: Chance = 1.0
    degrees: float = Field(10.0, ge=0, le=180, description="Up to so far, either way")


class Crop(Authored):
    """Keep a part of the picture, of its own proportions."""

    do: Literal["crop"] = "crop"
    chance: Chance = 1.0
    least: float = Field(0.8, gt=0, le=1, description="The smallest part of each side that is kept")


class Scale(Authored):
    """Make the picture smaller or larger."""

    do: Literal["scale"] = "scale"
    chance: Chance = 1.0
    least: float = Field(0.5, gt=0, le=4)
    most: float = Field(1.0, gt=0, le=4)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise ValueError("`least` must not be larger than `most`")
        return self


class WhiteBalance(Authored):
    """Tint the light: each channel of linear light is multiplied by its own factor."""

    do: Literal["white-balance"] = "white-balance"
    chance: Chance = 1.0
    strength: float = Field(0.1, ge=0, le=0.5, description="Factors lie in 1 ± strength")


class Colour(Authored):
    """Change brightness, contrast and saturation."""

    do: Literal["colour"] = "colour"
    chance: Chance = 1.0
    brightness: float = Field(0.1, ge=0, le=1, description="Factors lie in 1 ± this")
    contrast: float = Field(0.1, ge=0, le=1, description="Factors lie in 1 ± this")
    saturation: float = Field(0.1, ge=0, le=1, description="Factors lie in 1 ± this")


class Blur(Authored):
    """Blur with a Gaussian."""

    do: Literal["blur"] = "blur"
    chance: Chance = 0.3
    sigma: float = Field(1.5, gt=0, le=20, description="Up to so many pixels")


class Noise(Authored):
    """Add Gaussian noise."""

    do: Literal["noise"] = "noise"
    chance: Chance = 0.3
    sigma: float = Field(8.0, gt=0, le=100, description="Standard deviation, up to so much of 255")


class Jpeg(Authored):
    """Save as JPEG and open again."""

    do: Literal["jpeg"] = "jpeg"
    chance: Chance = 0.3
    worst: int = Field(40, ge=1, le=100, description="The lowest quality")
    best: int = Field(95, ge=1, le=100, description="The highest quality")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.worst > self.best:
            raise ValueError("`worst` must not be larger than `best`")
        return self


Step = Annotated[
    Flip | Rotate | Crop | Scale | WhiteBalance | Colour | Blur | Noise | Jpeg,
    Field(discriminator="do"),
]


class Augmentation(Authored):
    """A pipeline of steps, carried out in their order."""

    steps: tuple[Step, ...] = Field(min_length=1)
    seed: int = 0
