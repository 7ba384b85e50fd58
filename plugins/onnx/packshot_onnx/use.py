"""What the cards of this plugin's families say under `use`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Side = Annotated[int, Field(ge=8, le=8192)]
Three = tuple[float, float, float]


class Use(BaseModel):
    """How a picture becomes a model's input, and its output a picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout: Literal["NCHW", "NHWC"] = "NCHW"
    channels: Literal["RGB", "BGR"] = "RGB"
    range: tuple[float, float] = (0.0, 1.0)
    """What black and white are given as, before `mean` and `std`."""
    mean: Three = (0.0, 0.0, 0.0)
    std: Three = (1.0, 1.0, 1.0)
    """The input is (picture - mean) / std, in the order of the channels."""
    output: str = ""
    """The name of the output that counts; empty: the first."""
    output_range: tuple[float, float] = (0.0, 1.0)
    """What the model answers for black and white (for a mask: for outside and inside)."""

    @model_validator(mode="after")
    def _can_be_divided(self) -> Self:
        if 0 in self.std or self.range[0] == self.range[1] or self.output_range[0] == self.output_range[1]:
            raise ValueError("std must not be 0, and the two ends of a range must differ")
        return self


class CutoutUse(Use):
    """Of a model that answers a mask for a picture squeezed to one size (U²-Net, IS-Net, BiRefNet)."""

    size: tuple[Side, Side]
    """Height and width, pixels."""
    by_brightest: bool = False
    """Divide the picture by its brightest value first, as U²-Net was trained."""
    activation: Literal["none", "sigmoid"] = "none"
    stretch: bool = False
    """Stretch the answer so that its least is outside and its most inside, as rembg does."""


class TiledUse(Use):
    """Of a model that answers a picture for a picture, and can be given it in tiles."""

    multiple: Annotated[int, Field(ge=1, le=256)] = 1
    """Sides that the model takes are multiples of it."""
    tile: Side = 512
    """Side of a tile, pixels; a model of fixed size brings its own."""
    overlap: Annotated[int, Field(ge=0, le=1024)] = 64
    """Pixels that neighbouring tiles share. A model that looks no farther than 3/8 of it makes the same of the whole picture."""


class UpscaleUse(TiledUse):
    """Of a model that answers a larger picture (Real-ESRGAN, SwinIR)."""

    scale: Annotated[int, Field(ge=2, le=8)]


class InpaintUse(Use):
    """Of a model that fills what a mask covers (LaMa)."""

    size: Side = 512
    """The longer side at which the surroundings of a hole are given to the model; one of fixed size brings its own."""
    multiple: Annotated[int, Field(ge=1, le=256)] = 8
    hole: Literal[0, 1] = 1
    """What the model's mask says where to fill."""
    blank: bool = False
    """Give the model black where it is to fill, not what is there."""
