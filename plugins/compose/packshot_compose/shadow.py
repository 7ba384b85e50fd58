"""`compose.shadow`: a shadow for a cut-out product."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.imaging.hex_colour import HexColour
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.casting import Light, shadow_of
from packshot_compose.overlay import SHADOW, Floats, alpha_of

_VISIBLE = 0.04


class ShadowParams(BaseModel):
    """The shadow."""

    mode: Literal["none", "contact", "drop", "floating", "cast"] = Field(
        "contact",
        description="contact: where a standing product meets the floor; cast: a standing product under a lamp; "
        "drop: behind a product that lies flat or hangs on a wall; floating: below a product that hovers",
    )
    intensity: float = Field(0.5, ge=0, le=1, description="0 none, 1 as dark as the shadow's colour")
    softness: float = Field(0.5, ge=0, le=1, description="0 crisp, 1 very soft")
    direction: float = Field(90, ge=0, lt=360, description="Where the shadow falls, degrees: 0 right, 90 down, 180 left, 270 up")
    offset: float = Field(
        0.03, ge=0, le=0.5, description="drop, floating: how far it falls, as a share of the product's longer side"
    )
    spread: float = Field(0.6, ge=0.05, le=2, description="cast: how long it is, as a share of the product's height")
    color: HexColour = Field("#000000", description="#rrggbb")


class Shadow(Operation[ShadowParams]):
    """Adds a shadow under a cut-out product, as a plane of its own that the ground operations lay on their ground.

    The plane `shadow` is H×W float32, 0 none to 1 full. The canvas does not grow: make room before, with layout.margin; the
    finding says whether the shadow is cut off.
    """

    name = SHADOW
    version = "1.0.0"
    stage = "edit"
    title = "Shadow"
    Params = ShadowParams
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: ShadowParams, run: Run) -> Frame:
        """The frame with `shadow`; colours and alpha as they were. BadPhoto if it was not cut out."""
        alpha = alpha_of(frame, self.name)
        if params.mode == "none" or params.intensity == 0 or not (alpha > 0.5).any():
            return frame
        light = Light(params.softness, params.direction, params.offset, params.spread)
        plane = shadow_of(alpha, params.mode, light) * np.float32(params.intensity)
        finding: dict[str, JsonValue] = {"color": params.color, "cut_off": _cut_off(plane)}
        return frame.with_planes(shadow=plane.astype(np.float32)).with_finding(self.name, finding)


def _cut_off(shadow: Floats) -> bool:
    """Whether the shadow visibly ends at the picture's edge, for want of room."""
    return bool(max(edge.max() for edge in (shadow[0], shadow[-1], shadow[:, 0], shadow[:, -1])) > _VISIBLE)
