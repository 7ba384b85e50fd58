"""`depth.compose`: what depth adds to a picture: what hides what, light on its relief, and depth of field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters, BadPhoto
from packshot.imaging.covering import covering
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_depth.lens import defocused
from packshot_depth.lighting import relit
from packshot_depth.plane import Floats, depth_of

_SOFT = 0.02
"""Depths this near to each other mix instead of jumping."""


class DepthComposeParams(BaseModel):
    """What to do with the depth."""

    distance: float = Field(
        0.6, ge=0, le=1, description="With a ground: how near the product's middle stands in it: 0 far, 1 near"
    )
    thickness: float = Field(0.2, ge=0, le=1, description="With a ground: how much of its depth the product takes")
    light: float = Field(0.0, ge=0, le=1, description="Relief light: 0 none, 1 as a single lamp")
    light_from: float = Field(
        225, ge=0, lt=360, description="Where that light comes from: 0 right, 90 below, 180 left, 270 above"
    )
    blur: float = Field(0.0, ge=0, le=1, description="Depth of field: 0 all sharp, 1 far things blurred by 4 % of the picture")
    focus: float | None = Field(
        None, ge=0, le=1, description="The depth that is sharp: 0 far, 1 near; else the product's, or the middle's"
    )


class DepthCompose(Operation[DepthComposeParams]):
    """Uses depth: puts the product among the things of a ground (inputs `ground` and `ground_depth`), lights its relief, blurs
    what is out of focus.

    The picture has a depth from depth.relief, depth.stack, depth.stereo or depth.given; a cutout on a ground may do without.
    Nearer hides farther, pixel by pixel. Without a ground alpha stays as it is. At light 0 and blur 0 nothing but the ground
    is added. Blurred, it takes 1.5 s a megapixel on one core and 140 bytes a pixel (80 otherwise): nine layers, each with its
    hidden part filled in, keep sharp things out of the blur.
    """

    name = "depth.compose"
    version = "1.0.0"
    stage = "edit"
    title = "Compose by depth"
    Params = DepthComposeParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {
        "ground": "A picture to put the product into",
        "ground_depth": "That picture's depth in grey, near is bright",
    }

    def run(self, frame: Frame, params: DepthComposeParams, run: Run) -> Frame:
        """The frame with `depth`; on a ground without alpha. BadPhoto without depth or alpha where they are needed."""
        rgb = frame.rgb
        depth = None if "ground" in run.inputs and "depth" not in frame.planes else depth_of(frame, self.name)
        if params.light and depth is not None:
            rgb = relit(rgb, depth, params.light_from, params.light)
        if "ground" in run.inputs:
            frame, depth = _among(frame.with_rgb(rgb), depth, params, run.inputs)
            rgb = frame.rgb
        assert depth is not None
        focus = params.focus if params.focus is not None else _focus(frame, depth, params, "ground" in run.inputs)
        if params.blur:
            rgb = defocused(rgb, depth, focus, params.blur * 0.04 * max(depth.shape))
        finding: dict[str, JsonValue] = {"focus": round(focus, 3)}
        return frame.with_planes(rgb=rgb, depth=depth).with_finding(self.name, finding)


def _focus(frame: Frame, depth: Floats, params: DepthComposeParams, on_ground: bool) -> float:
    if on_ground:
        return params.distance
    height, width = depth.shape
    middle = depth[height // 4 : height - height // 4, width // 4 : width - width // 4]
    solid = depth[frame.alpha > 0.5] if frame.alpha is not None else middle
    return float(np.median(solid if solid.size else middle))


def _among(frame: Frame, depth: Floats | None, params: DepthComposeParams, inputs: Mapping[str, Frame]) -> tuple[Frame, Floats]:
    """The product among the ground's things: the frame without alpha, and the depth of both."""
    if frame.alpha is None:
        raise BadPhoto("depth.compose needs a cut-out product to put on a ground: add cutout.classical before depth.compose.")
    if "ground_depth" not in inputs:
        raise BadParameters(
            "depth.compose needs to know the ground's depth: give it as the input `ground_depth`, near is bright."
        )
    ground = covering(inputs["ground"].rgb, frame.height, frame.width)
    behind = covering(inputs["ground_depth"].rgb, frame.height, frame.width).mean(axis=2)
    own = np.full_like(behind, 0.5) if depth is None else depth
    stands = np.clip(params.distance + params.thickness * (own - 0.5), 0, 1).astype(np.float32)
    shown = np.clip(frame.alpha, 0, 1) * np.clip((stands - behind) / _SOFT + 0.5, 0, 1)
    rgb = frame.rgb * shown[..., None] + ground * (1 - shown[..., None])
    both = np.where(shown > 0.5, stands, behind).astype(np.float32)
    return frame.with_planes(rgb=rgb.astype(np.float32), alpha=None, shadow=None, reflection=None), both
