"""`inpaint.uncrop`: more canvas, filled as the picture would go on."""

from __future__ import annotations

from typing import Literal, NamedTuple

import cv2
import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_inpaint.exemplar import fill
from packshot_inpaint.plain import extended, interruptions, plain_pixels

_PLAIN_SHARE = 0.4
_INTERRUPTIONS = 2
_BEYOND, _BEYOND_SHARE = 32, 0.03
"""Pixels, or share of the longer side, filled beyond the canvas: what the coarsest picture's edge is worth."""


class Margins(NamedTuple):
    """New pixels on each side."""

    left: int
    top: int
    right: int
    bottom: int


class UncropParams(BaseModel):
    """What `inpaint.uncrop` takes."""

    left: int = Field(0, ge=0, le=4000, description="New pixels on the left")
    top: int = Field(0, ge=0, le=4000, description="New pixels above")
    right: int = Field(0, ge=0, le=4000, description="New pixels on the right")
    bottom: int = Field(0, ge=0, le=4000, description="New pixels below")
    aspect_ratio: str | None = Field(
        None, pattern=r"^[1-9]\d{0,3}:[1-9]\d{0,3}$", description="W:H that the picture then grows to, evenly on both sides"
    )
    ground: Literal["auto", "plain", "textured"] = Field(
        "auto", description="plain: light and colour run on softly, with the same grain; textured: filled like inpaint.patch"
    )


class Uncrop(Operation[UncropParams]):
    """Extends the canvas: a plain studio ground runs on with its light and grain, a textured ground with its own texture.

    A product that the picture's edge cuts stays cut; the finding says on which sides. Of a cutout the new canvas is clear: alpha
    is 0 there. The photo's own pixels stay bit for bit. A textured ground takes inpaint.patch's time, 11 s for each megapixel of
    new canvas and a rim around it on one core, and 400 bytes a pixel.
    """

    name, version, stage, Params = "inpaint.uncrop", "1.1.0", "edit", UncropParams
    title = "Extend the canvas"
    takes = Pixels.FLOAT
    timeout_s = 180.0

    def run(self, frame: Frame, params: UncropParams, run: Run) -> Frame:
        """A larger frame; planes other than the colours are 0 in the new canvas."""
        margins = margins_of(frame, params)
        if not any(margins):
            return frame
        planes = {name: _padded(plane, margins) for name, plane in frame.planes.items() if name != "rgb"}
        if frame.alpha is not None:
            return frame.with_planes(rgb=_padded(frame.rgb, margins), **planes).with_finding(self.name, {"ground": "clear"})
        rgb, found = _continued(frame.rgb, margins, params.ground, run)
        return frame.with_planes(rgb=rgb, **planes).with_finding(self.name, found)


def margins_of(frame: Frame, params: UncropParams) -> Margins:
    """The margins asked for, and what the aspect ratio needs beyond them."""
    left, top, right, bottom = params.left, params.top, params.right, params.bottom
    if params.aspect_ratio is not None:
        wide, high = (int(part) for part in params.aspect_ratio.split(":"))
        width, height = frame.width + left + right, frame.height + top + bottom
        across = max(0, round(height * wide / high) - width)
        down = max(0, round(width * high / wide) - height)
        left, right = left + across // 2, right + across - across // 2
        top, bottom = top + down // 2, bottom + down - down // 2
    return Margins(left, top, right, bottom)


def _continued(rgb: Plane, margins: Margins, ground: str, run: Run) -> tuple[Plane, dict[str, JsonValue]]:
    plain = plain_pixels(rgb)
    sides = _sides(plain, margins)
    if ground == "auto":
        ground = "plain" if all(_is_plain(strip) for strip in sides.values()) else "textured"
    window = np.s_[margins.top : margins.top + rgb.shape[0], margins.left : margins.left + rgb.shape[1]]
    canvas = extended(rgb, plain, margins, run.random) if ground == "plain" else _textured(rgb, margins, run)
    canvas = np.clip(canvas, 0, 1)
    canvas[window] = rgb
    found: dict[str, JsonValue] = {"ground": ground, "margins": list(margins)}
    cut = [side for side, strip in sides.items() if max(interruptions(strip), default=0) > 0.05 * len(strip)]
    if cut and ground == "plain":
        found["note"] = f"Something touches the photo's edge ({', '.join(cut)}) and is cut off there: it cannot be continued."
    return canvas, found


def _textured(rgb: Plane, margins: Margins, run: Run) -> Plane:
    """Filled somewhat beyond the new canvas, and cut: at the edge of all nothing tells which patch fits."""
    height, width = rgb.shape[0] + margins.top + margins.bottom, rgb.shape[1] + margins.left + margins.right
    beyond = max(_BEYOND, round(_BEYOND_SHARE * max(height, width)))
    wider = Margins(*(margin + beyond for margin in margins))
    hole = np.ones((height + 2 * beyond, width + 2 * beyond), np.bool_)
    hole[wider.top : wider.top + rgb.shape[0], wider.left : wider.left + rgb.shape[1]] = False
    filled = fill(_padded(rgb, wider), hole, run.random, run.progress, run_on)
    return np.ascontiguousarray(filled[beyond : beyond + height, beyond : beyond + width])


def run_on(channels: Plane, known: Plane) -> Plane:
    """H×W×C: what is not known is as the nearest known pixel, so that a table's edge or a joint of planks runs on straight across
    the new canvas; a membrane would round it off before patches are looked for.
    """
    _, labels = cv2.distanceTransformWithLabels((~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    nearest = np.zeros((int(labels.max()) + 1, channels.shape[2]), channels.dtype)
    nearest[labels[known]] = channels[known]
    return np.asarray(nearest[labels])


def _is_plain(strip: Plane) -> bool:
    """A product that is cut off interrupts a plain ground once or twice; joints and planks do it often."""
    return bool(strip.mean() >= _PLAIN_SHARE) and len(interruptions(strip)) <= _INTERRUPTIONS


def _sides(plain: Plane, margins: Margins) -> dict[str, Plane]:
    """The outermost pixels of the sides that grow."""
    strips = {"left": plain[:, 0], "top": plain[0], "right": plain[:, -1], "bottom": plain[-1]}
    return {side: strips[side] for side, new in zip(strips, margins, strict=True) if new}


def _padded(plane: Plane, margins: Margins) -> Plane:
    around = ((margins.top, margins.bottom), (margins.left, margins.right), *(((0, 0),) * (plane.ndim - 2)))
    return np.pad(plane, around)
