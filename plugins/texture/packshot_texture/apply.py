"""`texture.apply`: another material on a product, under the light of the photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from packshot.errors import BadParameters
from packshot.imaging.mask import MASK_INPUT, Where, find_region
from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_texture.placing import Corners, laid
from packshot_texture.quilt import scaled
from packshot_texture.seams import Floats
from packshot_texture.shading import shading


class ApplyParams(Where):
    """What `texture.apply` takes."""

    scale: float = Field(1.0, ge=0.05, le=8, description="Size of the texture: 1 takes its pixels as they are")
    rotation: float = Field(0.0, ge=-180, le=180, description="Turns the texture clockwise by this many degrees")
    corners: Corners | None = Field(
        None,
        description="For a face seen from the side: its four corners x, y (top left, top right, bottom right, bottom left) as "
        "shares of width and height; they may lie outside the photo",
    )
    repeat: Literal["tile", "mirror"] = Field(
        "mirror", description="tile: as texture.tile made it; mirror: every other one mirrored, so that no texture shows a seam"
    )
    shading: float = Field(1.0, ge=0, le=2, description="How strongly the photo's light falls on the texture; 0: flat")
    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")

    @field_validator("corners")
    @classmethod
    def _spread(cls, corners: Corners | None) -> Corners | None:
        if corners is not None and not cv2.isContourConvex(np.array(corners, np.float32)):
            raise ValueError("the four corners must follow each other around the face")
        return corners


class Apply(Operation[ApplyParams]):
    """Puts the further input `texture` on a region, or on the cut-out product, and keeps its light, folds and shadows.

    Print on the product is taken out of its shading by colour retinex (R. Grosse et al., ICCV 2009). Outside the region every
    bit stays.
    """

    name, version, stage, Params = "texture.apply", "1.0.0", "edit", ApplyParams
    title = "Put a texture on the product"
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"texture": "The material to put on", "mask": MASK_INPUT}

    def run(self, frame: Frame, params: ApplyParams, run: Run) -> Frame:
        """Other colours in the region. BadParameters without a texture or a region."""
        if "texture" not in run.inputs:
            raise BadParameters("texture.apply needs the material: give a picture of it as the further input `texture`.")
        region = find_region(frame, run.inputs.get("mask"), params, self.name)
        if params.strength == 0 or not region.any():
            return frame.with_finding(self.name, {"covered": 0.0})
        left, top, width, height = cv2.boundingRect((region > 0).astype(np.uint8))
        window = np.s_[top : top + height, left : left + width]
        inside = np.ascontiguousarray(region[window])
        before = np.ascontiguousarray(frame.rgb[window])
        material = _material(run.inputs["texture"].rgb, params, frame, (left, top), inside)
        light = shading(before, inside > 0) ** np.float32(params.shading)
        lit = np.clip(linear_to_srgb(srgb_to_linear(material) * light[..., None]), 0, 1)
        weight = (inside * np.float32(params.strength))[..., None]
        rgb = frame.rgb.copy()
        rgb[window] = np.where(weight > 0, before + weight * (lit - before), before)
        return frame.with_rgb(rgb).with_finding(self.name, {"covered": round(float((region > 0).mean()), 4)})


def _material(
    texture: Floats, params: ApplyParams, frame: Frame, corner: tuple[int, int], inside: npt.NDArray[np.float32]
) -> Floats:
    """The texture on the region's window, whose top left corner is at `corner` (x, y)."""
    left, top = corner
    corners = None
    if params.corners is not None:
        a, b, c, d = ((x * frame.width - left, y * frame.height - top) for x, y in params.corners)
        corners = a, b, c, d
    material = np.clip(scaled(texture, params.scale), 0, 1)
    return laid(material, inside.shape, params.rotation, corners, params.repeat)
