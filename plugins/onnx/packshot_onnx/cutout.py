"""`onnx.cutout.NAME`: a user's network that finds the product, and an edge at full size."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadSettings
from packshot.imaging.ground import box_of
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.models import ModelOperation
from packshot_onnx.matte import refine
from packshot_onnx.session import Session
from packshot_onnx.tensor import Floats, picture_tensor, planes_of
from packshot_onnx.use import CutoutUse

UNSURE = 0.35
SMALLEST = 0.0005
"""Share of the picture below which what was found is no product."""


class CutoutParams(BaseModel):
    """How to treat what the model found."""

    refine: bool = Field(True, description="Draw the edge at full size along the picture's own edges; off: as the model drew it")
    threshold: float = Field(0.0, ge=0, le=0.9, description="What the model is less sure of than this is ground")


class OnnxCutout(ModelOperation[CutoutParams, CutoutUse]):
    """Lets a model of your own cut out the product: adds alpha at full size and leaves the colours.

    If it finds no product, all is kept and the finding's confidence is 0.
    """

    family = "onnx.cutout"
    prefix = "onnx.cutout"
    handling = "1"
    stage = "preprocess"
    title = "Cut out"
    Params = CutoutParams
    Use = CutoutUse
    takes = Pixels.FLOAT

    def load(self, device: str) -> None:
        """Raises ModelMissing, ModelDamaged, or BadSettings for a model of another size than its card says."""
        self._session = Session(self.card, device, self.use.layout, self.use.output)
        self._session.expect((1, 3))
        fixed = self._session.inputs[0].size
        if fixed is not None and fixed != self.use.size:
            raise BadSettings(
                f"The model {self.card.name} takes pictures of {fixed[0]}×{fixed[1]}, "
                f"its card says {self.use.size}: correct the card."
            )

    def run(self, frame: Frame, params: CutoutParams, run: Run) -> Frame:
        """The frame with `alpha` (float32, 0..1) and the finding subject_box, area, confidence, touches_border."""
        coarse = self._mask(np.clip(frame.rgb, 0, 1))
        coarse = np.clip((coarse - params.threshold) / (1 - params.threshold), 0, 1)
        if float((coarse > 0.5).mean()) < SMALLEST:
            whole = np.ones(frame.rgb.shape[:2], np.float32)
            return frame.with_planes(alpha=whole).with_finding(self.name, _finding(whole, 0.0))
        run.progress(0.7, "edge")
        alpha = refine(frame.rgb, coarse) if params.refine else _enlarged(coarse, frame.rgb.shape[:2])
        return frame.with_planes(alpha=alpha).with_finding(self.name, _finding(alpha, _sureness(coarse)))

    def _mask(self, rgb: Floats) -> Floats:
        """What the model answers, at its own size, 0..1."""
        height, width = self.use.size
        method = cv2.INTER_AREA if rgb.shape[0] > height or rgb.shape[1] > width else cv2.INTER_LINEAR
        squeezed = np.asarray(cv2.resize(rgb, (width, height), interpolation=method), np.float32)
        if self.use.by_brightest:
            squeezed = squeezed / max(float(squeezed.max()), 1e-6)
        port = self._session.inputs[0]
        planes = planes_of(self._session.run(picture_tensor(squeezed, self.use, port.dtype, port.channels)), self.use)
        if planes.ndim != 3 or planes.shape[2] != 1:
            raise BadSettings(
                f"The model {self.card.name} answers {'×'.join(map(str, planes.shape))}; a cutout model answers one channel. "
                "Does its card name the right output?"
            )
        mask = planes[..., 0]
        if self.use.activation == "sigmoid":
            mask = np.asarray(1 / (1 + np.exp(-np.clip(mask, -60, 60))), np.float32)
        if self.use.stretch:
            mask = np.asarray((mask - mask.min()) / max(float(np.ptp(mask)), 1e-6), np.float32)
        return np.asarray(np.clip(mask, 0, 1), np.float32)


def _enlarged(mask: Floats, shape: tuple[int, ...]) -> Floats:
    method = cv2.INTER_LINEAR if shape[0] > mask.shape[0] else cv2.INTER_AREA
    return np.asarray(cv2.resize(mask, (shape[1], shape[0]), interpolation=method), np.float32)


def _sureness(mask: Floats) -> float:
    """0..1: how far from undecided the model is where it sees the product at all."""
    seen = mask[mask > 0.1]
    return float(np.abs(seen * 2 - 1).mean()) if seen.size else 0.0


def _finding(alpha: npt.NDArray[Any], confidence: float) -> dict[str, JsonValue]:
    height, width = alpha.shape
    box = box_of(alpha >= 0.5)
    sides = [0, 0, width, height] if box is None else [box.left, box.top, box.right, box.bottom]
    found: dict[str, JsonValue] = {
        "subject_box": list(sides),
        "area": round(float(alpha.mean()), 4),
        "confidence": round(confidence, 3),
        "touches_border": sides[0] == 0 or sides[1] == 0 or sides[2] == width or sides[3] == height,
    }
    if confidence == 0:
        found["note"] = "The model found no product, so all of the picture was kept. Photograph it larger, or try another model."
    elif confidence < UNSURE:
        found["note"] = "The model is unsure where the product ends: look at the cutout."
    return found
