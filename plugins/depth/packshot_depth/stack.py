"""`depth.stack`: depth from photos focused at different distances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import cv2
import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters, BadPhoto
from packshot.imaging.align import align
from packshot.imaging.focus import focus_measure
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_depth.plane import Floats, filled, with_depth

_SIDE = 1000
"""Sharpness is compared at most this large."""


class StackParams(BaseModel):
    """How the photos were taken."""

    order: Literal["near_first", "far_first"] = Field(
        "near_first", description="Whether the first photo is focused nearest or farthest"
    )
    align: bool = Field(
        True, description="Lay the photos over each other first; off for a tripod with a lens that does not breathe"
    )
    window: float = Field(0.006, gt=0, le=0.05, description="How coarsely sharpness is compared, as a share of the longer side")


class Stack(Operation[StackParams]):
    """Tells depth from a focus stack: each part of the product is as far away as the photo in which it is sharpest.

    The other photos are the further input `photos`, in their order. S. K. Nayar and Y. Nakagawa, "Shape from focus", PAMI
    1994: the peak of the sum-modified Laplacian over the photos, by a Gaussian through three of them. Where nothing has
    texture, depth comes from its surroundings. Steps of focus are taken for equal.
    Three photos take two seconds and 150 MB on one core, whatever the size (156 bytes a pixel for one megapixel):
    they are aligned and compared at most 1000 pixels large.
    """

    name = "depth.stack"
    version = "1.0.0"
    stage = "preprocess"
    title = "Depth from a focus stack"
    Params = StackParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"photos": "The other photos of the stack, in order"}
    several: ClassVar[tuple[str, ...]] = ("photos",)
    timeout_s = 180.0

    def run(self, frame: Frame, params: StackParams, run: Run) -> Frame:
        """The frame with `depth` (1 near, 0 far). BadParameters without further photos, BadPhoto if they do not show the same."""
        photos = run.several("photos")
        if not photos:
            raise BadParameters(
                "depth.stack needs at least two photos of different focus: hand in the others as the input `photos`."
            )
        scale = min(1.0, _SIDE / max(frame.width, frame.height))
        size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        first = _small(frame.rgb, size)
        stack = [first, *(_laid_over(first, _small(photo.rgb, size), params.align, n) for n, photo in enumerate(photos, start=1))]
        measures = np.stack([focus_measure(rgb, max(0.8, params.window * max(size))) for rgb in stack])
        place, sure = _peak(measures)
        along = place / np.float32(len(stack) - 1)
        depth = filled(1 - along if params.order == "near_first" else along, sure, first)
        finding: dict[str, JsonValue] = {"photos": len(stack), "sure": round(float(sure.mean()), 3)}
        return with_depth(frame, depth).with_finding(self.name, finding)


def _small(rgb: Floats, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(np.clip(rgb, 0, 1), size, interpolation=cv2.INTER_AREA), np.float32)


def _laid_over(first: Floats, photo: Floats, aligned: bool, number: int) -> Floats:
    if not aligned:
        return photo
    found = align(first, photo)
    if found is None:
        raise BadPhoto(f"Photo {number + 1} of the focus stack does not show the same as the first from the same side.")
    warped, _ = found.warped(photo, *first.shape[:2])
    return np.asarray(warped, np.float32)


def _peak(measures: Floats) -> tuple[Floats, Floats]:
    """H×W: at which photo (0.., with fractions) sharpness peaks, and how sure that is, 0..1."""
    count = len(measures)
    logs = np.log(measures + 1e-5)
    best = np.argmax(measures, axis=0)
    middle = np.clip(best, 1, max(1, count - 2))
    before, at, after = (np.take_along_axis(logs, np.clip(middle + step, 0, count - 1)[None], axis=0)[0] for step in (-1, 0, 1))
    curve = before - 2 * at + after
    inside = (best == middle) & (curve < -1e-6) & (count > 2)
    offset = np.where(inside, np.clip(0.5 * (before - after) / np.where(inside, curve, 1), -0.5, 0.5), 0)
    highest, mean = measures.max(axis=0), measures.mean(axis=0)
    textured = np.clip((highest - 0.002) / 0.006, 0, 1)
    distinct = np.clip((highest / np.maximum(mean, 1e-6) - 1) / 0.15, 0, 1)
    return (best + offset).astype(np.float32), (textured * distinct).astype(np.float32)
