"""`onnx.inpaint.NAME`: a user's network that fills what a mask covers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import cv2
import numpy as np
from pydantic import Field

from packshot.errors import BadParameters, OperationFailed
from packshot.imaging.mask import MASK_INPUT, Where, find_mask
from packshot.imaging.patch import Mask, filled
from packshot.plugin import Frame, Pixels, Run, Touch
from packshot.plugin.models import ModelOperation
from packshot_onnx.session import Session
from packshot_onnx.tensor import Floats, mask_tensor, picture_tensor, planes_of
from packshot_onnx.use import InpaintUse


class InpaintParams(Where):
    """Where to fill, and how much of the picture to show the model."""

    grow: int = Field(0, ge=0, le=100, description="Fill this many pixels more on every side of the mask")
    context: float = Field(
        1.0, ge=0.25, le=8, description="How much around the hole the model sees, as a share of the hole's longer side"
    )


class OnnxInpaint(ModelOperation[InpaintParams, InpaintUse]):
    """Lets a model of your own fill what a mask covers; every pixel outside the mask, and alpha, stays as it is."""

    family = "onnx.inpaint"
    prefix = "onnx.inpaint"
    handling = "1"
    stage = "edit"
    title = "Inpaint"
    Params = InpaintParams
    Use = InpaintUse
    takes = Pixels.FLOAT
    touch = Touch.COMPOSITE
    inputs: ClassVar[Mapping[str, str]] = {"mask": MASK_INPUT}

    def load(self, device: str) -> None:
        """Raises ModelMissing, ModelDamaged or BadSettings."""
        self._session = Session(self.card, device, self.use.layout, self.use.output)
        self._session.expect((3,), (1,))

    def run(self, frame: Frame, params: InpaintParams, run: Run) -> Frame:
        """The frame with other colours in the mask only. BadParameters if nobody says where."""
        weight = find_mask(frame, run.inputs.get("mask"), params)
        if weight is None:
            raise BadParameters(f"{self.name} must be told where to fill: give the input mask, a box or a polygon.")
        weight = _grown(weight, params.grow)
        rgb = filled(frame.rgb, weight, params.context, self._made)
        return frame if rgb is frame.rgb else frame.with_rgb(rgb)

    def _made(self, rgb: Floats, given: Mask, part: int) -> Floats:
        """What the model makes of a window, at the window's size."""
        height, width = rgb.shape[:2]
        rows, columns = self._size(height, width)
        hole = _fitted(given.astype(np.float32), rows, columns) > 0
        seen = np.clip(_fitted(rgb, rows, columns), 0, 1)
        if self.use.blank:
            seen = np.where(hole[..., None], 0, seen)
        picture, mask = self._session.inputs
        told = (hole if self.use.hole == 1 else ~hole).astype(np.float32)
        answer = self._session.run(picture_tensor(seen, self.use, picture.dtype), mask_tensor(told, self.use, mask.dtype))
        made = planes_of(answer, self.use)
        if made.shape != seen.shape:
            raise OperationFailed(
                f"The model {self.card.name} made {'×'.join(map(str, made.shape))} of {rows}×{columns}×3: "
                "correct layout or multiple on its card."
            )
        return np.asarray(cv2.resize(made, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)

    def _size(self, height: int, width: int) -> tuple[int, int]:
        """The model's own size, or else the window's, shrunk to the card's size and rounded up to what the model takes."""
        fixed = self._session.inputs[0].size
        if fixed is not None:
            return fixed
        scale = min(1.0, self.use.size / max(height, width))
        multiple = self.use.multiple
        rows, columns = (max(multiple, -(-round(side * scale) // multiple) * multiple) for side in (height, width))
        return rows, columns


def _grown(weight: Floats, pixels: int) -> Floats:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return np.asarray(cv2.dilate(weight, kernel), np.float32) if pixels else weight


def _fitted(plane: Floats, rows: int, columns: int) -> Floats:
    smaller = rows < plane.shape[0] or columns < plane.shape[1]
    return np.asarray(
        cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR), np.float32
    )
