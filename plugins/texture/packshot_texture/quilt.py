"""`texture.quilt` makes more of a texture; `texture.ground` puts a cutout on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadParameters, BadPhoto
from packshot.imaging.mask import Where, find_mask
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_texture.quilting import Blocks, quilt
from packshot_texture.seams import Floats

_LEAST = 16
"""A sample of fewer pixels across shows no texture."""


class BlockParams(BaseModel):
    """How blocks are laid."""

    block: float = Field(0.25, ge=0.02, le=0.9, description="Side of a block as a share of the sample's shorter side")
    overlap: float = Field(0.17, ge=0.05, le=0.5, description="How far blocks overlap, as a share of a block")
    tolerance: float = Field(0.1, ge=0, le=2, description="How much worse than the best a block may fit and still be drawn")


class QuiltParams(BlockParams, Where):
    """What `texture.quilt` takes."""

    width: int | None = Field(None, ge=1, le=8000, description="Pixels; none: as wide as the photo")
    height: int | None = Field(None, ge=1, le=8000, description="Pixels; none: as high as the photo")


class Quilt(Operation[QuiltParams]):
    """Makes a ground of any size from a texture: the further input `texture`, a box of the photo, or all of it. Alpha goes.

    Image quilting with minimum-cut seams: A. Efros, W. Freeman, SIGGRAPH 2001. The seed draws the blocks. Half a second a
    megapixel on one core.
    """

    name, version, stage, Params = "texture.quilt", "1.0.0", "generate", QuiltParams
    title = "Quilt a texture"
    takes = Pixels.FLOAT
    timeout_s = 120.0
    inputs: ClassVar[Mapping[str, str]] = {"texture": "A sample of the texture; without it the photo itself is"}

    def run(self, frame: Frame, params: QuiltParams, run: Run) -> Frame:
        """A frame with `rgb` only, height × width. BadPhoto if the sample is smaller than 16 pixels."""
        sample = run.inputs["texture"].rgb if "texture" in run.inputs else within(frame, params)
        size = params.height or frame.height, params.width or frame.width
        return Frame({"rgb": quilted(sample, size, params, run)}, findings=frame.findings, dpi=frame.dpi)


class GroundParams(BlockParams):
    """What `texture.ground` takes."""

    scale: float = Field(1.0, ge=0.05, le=8, description="Size of the texture: 1 takes its pixels as they are")


class TexturedGround(Operation[GroundParams]):
    """Puts a cut-out product on a ground quilted from the further input `texture`, in the photo's size. Alpha goes.

    Image quilting with minimum-cut seams: A. Efros, W. Freeman, SIGGRAPH 2001. A plane `shadow` darkens the ground.
    """

    name, version, stage, Params = "texture.ground", "1.0.0", "edit", GroundParams
    title = "Put on a textured ground"
    takes = Pixels.FLOAT
    timeout_s = 120.0
    inputs: ClassVar[Mapping[str, str]] = {"texture": "A sample of the ground's texture"}

    def run(self, frame: Frame, params: GroundParams, run: Run) -> Frame:
        """The frame without alpha and shadow. BadPhoto if it was not cut out, BadParameters without a texture."""
        if frame.alpha is None:
            raise BadPhoto("texture.ground needs a cut-out product: add cutout.classical before texture.ground.")
        if "texture" not in run.inputs:
            raise BadParameters("texture.ground needs a sample of the ground: give a picture as the further input `texture`.")
        ground = quilted(scaled(run.inputs["texture"].rgb, params.scale), (frame.height, frame.width), params, run)
        if "shadow" in frame.planes:
            ground = ground * (1 - np.clip(frame.planes["shadow"], 0, 1)[..., None])
        alpha = np.clip(frame.alpha, 0, 1)[..., None]
        return frame.with_planes(
            rgb=np.where(alpha >= 1, frame.rgb, ground + alpha * (frame.rgb - ground)), alpha=None, shadow=None
        )


def quilted(sample: Floats, size: tuple[int, int], params: BlockParams, run: Run) -> Floats:
    """height × width × 3 (`size`), 0..1. Raises BadPhoto if the sample is too small."""
    if min(sample.shape[:2]) < _LEAST:
        raise BadPhoto(f"The sample has {sample.shape[1]}×{sample.shape[0]} pixels; a texture needs at least {_LEAST} each way.")
    blocks = Blocks.of(sample, params.block, params.overlap, params.tolerance)
    return np.clip(quilt(np.ascontiguousarray(sample), size, blocks, run.random, run.progress), 0, 1)


def scaled(texture: Floats, scale: float) -> Floats:
    """`texture` at `scale` of its size, at least one pixel."""
    size = tuple(max(1, round(length * scale)) for length in texture.shape[1::-1])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(np.ascontiguousarray(texture), size, interpolation=method), np.float32)


def within(frame: Frame, where: Where) -> Floats:
    """The smallest rectangle around the region that is shown; all of the picture if none is."""
    mask = find_mask(frame, None, where) if where.box or where.polygon else None
    if mask is None:
        return frame.rgb
    left, top, width, height = cv2.boundingRect((mask > 0).astype(np.uint8))
    return frame.rgb[top : top + height, left : left + width]
