"""`label.mark`: a text or a logo that people see."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Literal

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadParameters
from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.imaging.lettering import lettered
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane

_PLACES = {"left": 0.0, "center": 0.5, "right": 1.0, "top": 0.0, "middle": 0.5, "bottom": 1.0}
_LEAST_HEIGHT = 4
"""Pixels: smaller marks cannot be read."""


class MarkParams(BaseModel):
    """What `label.mark` takes."""

    text: str = Field(
        "AI generated", max_length=200, description="What is written, where no logo is given; China's rule wants AI生成"
    )
    font: str | None = Field(
        None,
        pattern=r"^[^/\\]+\.(ttf|otf|ttc)$",
        description="A font's file name in the system's font folders; none: one that has the letters",
    )
    size: float = Field(0.05, gt=0, le=1, description="Height of the mark as a share of the picture's shorter side")
    position: Literal[
        "top-left", "top-center", "top-right",
        "middle-left", "middle-center", "middle-right",
        "bottom-left", "bottom-center", "bottom-right",
    ] = Field("bottom-right", description="Where it stands")  # fmt: skip
    margin: float = Field(0.02, ge=0, le=0.49, description="Room to the picture's edge, as a share of its shorter side")
    opacity: float = Field(0.6, ge=0, le=1, description="0 leaves the picture as it is")
    color: HexColour | None = Field(None, description="#rrggbb of a text; none: white or black, whichever can be read there")
    angle: float = Field(0.0, ge=-90, le=90, description="Degrees counter-clockwise")
    tile: bool = Field(False, description="Repeat it over the whole picture")
    spacing: float = Field(1.0, ge=0, le=10, description="tile: room between marks, as a share of their size")


class Mark(Operation[MarkParams]):
    """Puts a visible mark on the picture: a text or a logo, once or tiled. Where the picture is transparent, alpha grows with it.

    Marketplaces want main images without marks; shops, previews and countries with labelling rules want them.
    """

    name, version, stage, Params = "label.mark", "1.0.0", "edit", MarkParams
    title = "Visible mark"
    takes = Pixels.FLOAT
    inputs = MappingProxyType({"logo": "A logo, with alpha, instead of a text"})

    def run(self, frame: Frame, params: MarkParams, run: Run) -> Frame:
        """BadParameters when no font of this machine has the text's letters. The finding has the mark's size."""
        if params.opacity == 0:
            return frame
        shorter = min(frame.width, frame.height)
        height = max(_LEAST_HEIGHT, round(params.size * shorter))
        logo = run.inputs.get("logo")
        if logo is None and not params.text.strip():
            raise BadParameters("label.mark has nothing to write: give a text, or a logo as its input.")
        colours, shape = _logo(logo, height) if logo is not None else (None, lettered(params.text, height, params.font))
        colours, shape = _turned(colours, shape, params.angle)
        painted, cover = _spread(frame, colours, shape, params)
        if colours is None:
            painted = np.broadcast_to(_ink(frame, cover, params), frame.rgb.shape)
        finding = {"width": shape.shape[1], "height": shape.shape[0], "covers": round(float((cover > 0).mean()), 5)}
        return _over(frame, painted, cover * np.float32(params.opacity)).with_finding(self.name, finding)


def _logo(logo: Frame, height: int) -> tuple[Plane, Plane]:
    size = max(1, round(logo.width * height / logo.height)), height
    alpha = logo.alpha if logo.alpha is not None else np.ones(logo.rgb.shape[:2], np.float32)
    premultiplied = cv2.resize(logo.rgb * alpha[..., None], size, interpolation=cv2.INTER_AREA)
    shape = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)
    return np.clip(premultiplied / np.maximum(shape, 1e-3)[..., None], 0, 1), shape


def _turned(colours: Plane | None, shape: Plane, angle: float) -> tuple[Plane | None, Plane]:
    if angle == 0:
        return colours, shape
    height, width = shape.shape
    sine, cosine = abs(math.sin(math.radians(angle))), abs(math.cos(math.radians(angle)))
    size = math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine)
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    turned = None if colours is None else cv2.warpAffine(colours, turn, size, borderMode=cv2.BORDER_REPLICATE)
    return turned, np.clip(cv2.warpAffine(shape, turn, size), 0, 1)


def _spread(frame: Frame, colours: Plane | None, shape: Plane, params: MarkParams) -> tuple[Plane, Plane]:
    """The mark, or its repetitions, on a canvas of the frame's size: colours and coverage."""
    painted = np.zeros(frame.rgb.shape, np.float32)
    cover = np.zeros(frame.rgb.shape[:2], np.float32)
    for left, top in _places(frame, shape, params):
        x, y = max(0, left), max(0, top)
        right, bottom = min(frame.width, left + shape.shape[1]), min(frame.height, top + shape.shape[0])
        if right <= x or bottom <= y:
            continue
        part = slice(y - top, bottom - top), slice(x - left, right - left)
        cover[y:bottom, x:right] = shape[part]
        if colours is not None:
            painted[y:bottom, x:right] = colours[part]
    return painted, cover


def _places(frame: Frame, shape: Plane, params: MarkParams) -> list[tuple[int, int]]:
    height, width = shape.shape
    if params.tile:
        step_x, step_y = max(1, round(width * (1 + params.spacing))), max(1, round(height * (1 + params.spacing)))
        rows = range(0, frame.height, step_y)
        # Every second row is moved by half, so that no column stays free.
        return [(x - step_x // 2 * (row % 2), y) for row, y in enumerate(rows) for x in range(0, frame.width + step_x, step_x)]
    down, across = params.position.split("-")
    room = round(params.margin * min(frame.width, frame.height))
    left = room + (frame.width - 2 * room - width) * _PLACES[across]
    top = room + (frame.height - 2 * room - height) * _PLACES[down]
    return [(round(left), round(top))]


def _ink(frame: Frame, cover: Plane, params: MarkParams) -> Plane:
    if params.color is not None:
        return parse_colour(params.color)
    under = frame.rgb[cover > 0]
    bright = float(np.median(under)) if under.size else 1.0
    return np.full(3, 0.0 if bright > 0.5 else 1.0, np.float32)


def _over(frame: Frame, painted: Plane, cover: Plane) -> Frame:
    """`painted` over the frame: Porter and Duff 1984, straight alpha."""
    share = cover[..., None]
    if frame.alpha is None:
        return frame.with_rgb(frame.rgb * (1 - share) + painted * share)
    alpha = cover + frame.alpha * (1 - cover)
    mixed = painted * share + frame.rgb * frame.alpha[..., None] * (1 - share)
    rgb = np.where(share > 0, mixed / np.maximum(alpha, 1e-6)[..., None], frame.rgb)
    return frame.with_planes(rgb=rgb.astype(np.float32), alpha=alpha.astype(np.float32))
