"""`cutout.classical`: the product cut out of its photo, with no learned model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field, JsonValue

from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_cutout.matte import refine
from packshot_cutout.segment import Segmentation, segment, segment_within

Floats = npt.NDArray[Any]
Bytes = npt.NDArray[Any]

UNSURE = 0.35


class Edge(BaseModel):
    """The edge of the cutout."""

    feather: float = Field(0.0, ge=0, le=50, description="Softens the edge over this many pixels")
    erode: float = Field(0.0, ge=0, le=50, description="Moves the edge inward by this many pixels")


class ClassicalParams(BaseModel):
    """How to cut."""

    edge: Edge = Field(Edge(), description="The edge of the cutout")
    keep_holes: bool = Field(True, description="Keep holes, as in a mug's handle; off: the product is solid")
    max_side: int = Field(
        320, ge=96, le=800, description="Longer side at which the product is looked for; the edge is always refined at full size"
    )


class ClassicalCutout(Operation[ClassicalParams]):
    """Cuts out one product that lies, stands or hangs before a ground of its own, by colour, edges and place; no learned model.

    Adds `alpha` and leaves the colours. A further input `mask` (white: product; or a cutout's alpha) is taken as a rough mask and
    refined. If no product can be told from the ground, all is kept and the finding's confidence is 0.
    """

    name = "cutout.classical"
    version = "1.0.0"
    stage = "preprocess"
    title = "Cut out (classical)"
    Params = ClassicalParams
    takes = Pixels.UINT8
    inputs: ClassVar[Mapping[str, str]] = {"mask": "A rough mask of the product: white where it is, or a cutout"}

    def run(self, frame: Frame, params: ClassicalParams, run: Run) -> Frame:
        """The frame with `alpha` (uint8, 0 outside, 255 inside) and the finding subject_box, area, confidence, touches_border."""
        found = _segmentation(frame.rgb, params, run.inputs.get("mask"))
        if found.mask.mean() < 0.0005 or found.mask.all():
            alpha = np.full(frame.rgb.shape[:2], 255, np.uint8)
            return frame.with_planes(alpha=alpha).with_finding(self.name, _finding(alpha, 0.0))
        soft = _edge(refine(frame.rgb, found.mask.astype(np.float32)), params.edge)
        alpha = np.rint(soft * 255).astype(np.uint8)
        return frame.with_planes(alpha=alpha).with_finding(self.name, _finding(alpha, found.confidence))


def _segmentation(rgb: Bytes, params: ClassicalParams, mask: Frame | None) -> Segmentation:
    height, width = rgb.shape[:2]
    scale = min(1.0, params.max_side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.ascontiguousarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))
    if mask is None:
        return segment(small, params.keep_holes)
    rough = mask.alpha if mask.alpha is not None else mask.rgb.mean(axis=2)
    rough = cv2.resize(rough.astype(np.float32) / 255, size, interpolation=cv2.INTER_AREA)
    return segment_within(small, rough, params.keep_holes)


def _edge(alpha: Floats, edge: Edge) -> Floats:
    """Erode, then feather; what was 0 stays 0."""
    result = alpha
    if edge.erode > 0:
        whole = int(np.ceil(edge.erode))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * whole + 1, 2 * whole + 1))
        less = cv2.erode(alpha, kernel)
        result = alpha + (less - alpha) * np.float32(edge.erode / whole)
    if edge.feather > 0:
        result = np.minimum(cv2.GaussianBlur(result, (0, 0), edge.feather / 2), alpha)
    return result


def _finding(alpha: Bytes, confidence: float) -> dict[str, JsonValue]:
    solid = alpha >= 128
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    height, width = alpha.shape
    box = [0, 0, width, height]
    if rows.size:
        box = [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]
    touches = box[0] == 0 or box[1] == 0 or box[2] == width or box[3] == height
    found: dict[str, JsonValue] = {
        "subject_box": list(box),
        "area": round(float(alpha.mean()) / 255, 4),
        "confidence": round(confidence, 3),
        "touches_border": touches,
    }
    if confidence == 0:
        found["note"] = (
            "No product could be told from the ground, so all of the picture was kept. Photograph it on a plainer ground."
        )
    elif confidence < UNSURE:
        found["note"] = "The product hardly differs from the ground: look at the cutout, or give a rough mask."
    return found
