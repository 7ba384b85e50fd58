"""`compose.fuse`: several photos of one product become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.pyramid import Floats, mixed, most_bands
from packshot_compose.stacking import (
    Layer,
    exposure_weight,
    focus_weight,
    laid_over,
    right_level,
    shares,
    unaligned,
    without_ghosts,
)

_BLUR = {"exposure": 0.001, "focus": 0.01}
"""How coarse a difference must be to be a ghost, as a share of the longer side: the detail of a focus stack differs by design."""


class FuseParams(BaseModel):
    """How the photos are fused."""

    mode: Literal["exposure", "focus"] = Field(
        "exposure", description="exposure: photos of different brightness; focus: photos focused at different distances"
    )
    align: bool = Field(True, description="Lay the photos over each other first; off for a tripod or a scanner")
    ghosts: float = Field(
        1.0, ge=0, le=1, description="How firmly what moved between the photos is taken from the first one only"
    )
    contrast: float = Field(1.0, ge=0, le=4, description="exposure: how much local contrast counts")
    saturation: float = Field(1.0, ge=0, le=4, description="exposure: how much colour counts")
    exposedness: float = Field(1.0, ge=0, le=4, description="exposure: how much being neither dark nor burnt out counts")


class Fuse(Operation[FuseParams]):
    """Makes one photo of several: exposure fusion for bracketed photos, focus stacking for photos focused at different
    distances.

    The other photos (the further input `photos`, any number) are aligned to the first and fused in a Laplacian pyramid. T.
    Mertens, J. Kautz and F. Van Reeth, "Exposure fusion", 2007, about the first photo's own level instead of middle grey, so
    that bright grounds stay bright; sharpness by S. K. Nayar and Y. Nakagawa, 1994. A photo that does not show the same is left
    out and named in the finding. Alpha and other planes are those of the first. Each photo takes 0.6 s a megapixel on one core, a
    part of which, for the alignment, does not grow with the size, and 40 bytes a pixel: all are laid over each other at once.
    """

    name = "compose.fuse"
    version = "1.0.0"
    stage = "preprocess"
    title = "Fuse photos"
    Params = FuseParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"photos": "The other photos of the same product"}
    several: ClassVar[tuple[str, ...]] = ("photos",)
    timeout_s = 180.0

    def run(self, frame: Frame, params: FuseParams, run: Run) -> Frame:
        """The frame with fused colours. BadParameters without further photos, BadPhoto if none shows what the first does."""
        photos = run.several("photos")
        if not photos:
            raise BadParameters("compose.fuse needs at least two photos: hand in the others as the input `photos`.")
        first = np.clip(frame.rgb, 0, 1).astype(np.float32)
        lay = laid_over if params.align else unaligned
        found = [lay(first, np.clip(photo.rgb, 0, 1).astype(np.float32)) for photo in photos]
        layers = [layer for layer in found if layer is not None]
        if not layers:
            raise BadPhoto("The photos do not show the same thing from the same side, so they cannot be fused.")
        finding: dict[str, JsonValue] = {
            "photos": len(layers) + 1,
            "left_out": [place for place, layer in enumerate(found, start=1) if layer is None],
            "correlation": [round(layer.correlation, 3) for layer in layers],
        }
        return frame.with_rgb(_fused(first, layers, params)).with_finding(self.name, finding)


def _fused(first: Floats, layers: list[Layer], params: FuseParams) -> Floats:
    if params.ghosts:
        layers = [without_ghosts(first, layer, params.ghosts, _BLUR[params.mode]) for layer in layers]
    layers = [Layer(first, np.ones(first.shape[:2], np.float32)), *layers]
    level = right_level(first)
    weights = shares([_weight(layer.rgb, level, params) * layer.seen for layer in layers])
    pictures = zip((layer.rgb for layer in layers), weights, strict=True)
    return np.clip(mixed(pictures, most_bands(*first.shape[:2])), 0, 1)


def _weight(rgb: Floats, level: float, params: FuseParams) -> Floats:
    if params.mode == "focus":
        return focus_weight(rgb)
    return exposure_weight(rgb, level, params.contrast, params.saturation, params.exposedness)
