"""`layout.canvas`: the product on a canvas, in the terms of Photoroom's editing API."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters
from packshot.imaging.ground import Box
from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_layout.canvas import Colour, window
from packshot_layout.placement import ACROSS, DOWN, Placement, cut_off_sides
from packshot_layout.subject import find_subject

_MOST = 16_000
"""Pixels of a side."""

Distance = Annotated[float, Field(ge=0, le=0.49)] | Annotated[str, Field(pattern=r"^(\d{1,2}(\.\d+)?%|\d{1,5}px)$")]
_OF_ONE_SIDE = "For this side alone; none: as for all sides"


class CanvasParams(BaseModel):
    """What `layout.canvas` takes."""

    output_size: str = Field(
        "auto",
        pattern=r"^(auto|originalImage|croppedSubject|[1-9]\d{0,4}x[1-9]\d{0,4})$",
        description="Size of the canvas: 2000x2000; auto, originalImage: the photo's; croppedSubject: what product and room need",
    )
    max_width: int | None = Field(None, ge=1, le=_MOST, description="Where output_size names no figures: at most so many pixels")
    max_height: int | None = Field(None, ge=1, le=_MOST, description="Where output_size names no figures: at most so many pixels")
    scaling: Literal["fit", "fill"] = Field(
        "fit", description="fit: wholly inside its box; fill: covers its box, the rest is cut"
    )
    padding: Distance = Field(0.0, description='Room between product and margin: 0.1, "10%" of the canvas, or "100px"')
    padding_top: Distance | None = Field(None, description=_OF_ONE_SIDE)
    padding_bottom: Distance | None = Field(None, description=_OF_ONE_SIDE)
    padding_left: Distance | None = Field(None, description=_OF_ONE_SIDE)
    padding_right: Distance | None = Field(None, description=_OF_ONE_SIDE)
    margin: Distance = Field(0.0, description="Room at the canvas's edge that is kept free in any case, written as padding is")
    margin_top: Distance | None = Field(None, description=_OF_ONE_SIDE)
    margin_bottom: Distance | None = Field(None, description=_OF_ONE_SIDE)
    margin_left: Distance | None = Field(None, description=_OF_ONE_SIDE)
    margin_right: Distance | None = Field(None, description=_OF_ONE_SIDE)
    horizontal_alignment: Literal["left", "center", "right"] = Field("center", description="Where the product stands in its box")
    vertical_alignment: Literal["top", "center", "bottom"] = Field("center", description="Where the product stands in its box")
    reference_box: Literal["subjectBox", "originalImage"] = Field(
        "subjectBox", description="What is fitted and aligned: the product, or the whole photo"
    )
    ignore_padding_and_snap_on_cropped_sides: bool = Field(
        True, description="A product that the photo cuts off at a side stands at that side without padding"
    )
    background_color: HexColour | None = Field(
        None, description="#rrggbb around the photo; none: transparent, or the photo's plain ground"
    )
    threshold: float = Field(0.1, ge=0, lt=1, description="Alpha above this belongs to the product")
    linear_light: bool = Field(True, description="Mix pixels as light while scaling")


class Canvas(Operation[CanvasParams]):
    """Puts a cut-out product on a canvas with padding, margin and alignment, as Photoroom's editing API words them.

    The words are those of `POST /v2/edit` (docs.photoroom.com), in snake case. Outside the photo the canvas is transparent, has
    `background_color`, or is more of a plain ground.
    """

    name, version, stage, Params = "layout.canvas", "1.0.0", "edit", CanvasParams
    title = "Canvas"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: CanvasParams, run: Run) -> Frame:
        """BadParameters when padding and margin leave no room. The finding: scale, and the sides where the product is cut off."""
        subject = find_subject(frame, params.threshold)
        whole = params.reference_box == "originalImage"
        box = Box(0, 0, frame.width, frame.height) if whole else subject.box
        cropped = [] if whole else cut_off_sides(subject.box, frame)
        width, height = _size(frame, box, params, cropped)
        margins = _sides(params, "margin", width, height)
        paddings = _sides(params, "padding", width, height, without=_unpadded(params, cropped))
        within = width - margins.left - margins.right, height - margins.top - margins.bottom
        inner = _placed(box, within, paddings, params, _unpadded(params, cropped))
        outside: Colour | None = subject.outside if params.background_color is None else parse_colour(params.background_color)
        drawn = inner.of(frame, outside, linear_light=params.linear_light)
        canvas = Box(-margins.left, -margins.top, width - margins.left, height - margins.top)
        finding: dict[str, JsonValue] = {
            "width": width,
            "height": height,
            "scale": round(inner.scale, 4),
            "cut_off": list[JsonValue](cropped),
        }
        return window(drawn, canvas, outside).with_finding(self.name, finding)


class _Sides(NamedTuple):
    """Pixels at each side."""

    left: int
    top: int
    right: int
    bottom: int


def _unpadded(params: CanvasParams, cropped: list[str]) -> list[str]:
    return cropped if params.ignore_padding_and_snap_on_cropped_sides else []


def _written(params: CanvasParams, kind: str, side: str) -> float | str:
    own: float | str | None = getattr(params, f"{kind}_{side}")
    every: float | str = getattr(params, kind)
    return every if own is None else own


def _share_and_pixels(distance: float | str) -> tuple[float, int]:
    """A distance as a share of the canvas or as pixels; the other is 0."""
    if isinstance(distance, str):
        return (0.0, int(distance[:-2])) if distance.endswith("px") else (float(distance[:-1]) / 100, 0)
    return distance, 0


def _sides(params: CanvasParams, kind: str, width: int, height: int, without: list[str] | None = None) -> _Sides:
    found = {}
    for side, length in {"left": width, "top": height, "right": width, "bottom": height}.items():
        share, pixels = _share_and_pixels(_written(params, kind, side))
        found[side] = 0 if side in (without or ()) else round(share * length) + pixels
    return _Sides(**found)


def _size(frame: Frame, box: Box, params: CanvasParams, cropped: list[str]) -> tuple[int, int]:
    if "x" in params.output_size:
        width, height = map(int, params.output_size.split("x"))
        if max(width, height) > _MOST:
            raise BadParameters(f"A canvas has at most {_MOST:,} pixels on a side, not {params.output_size}.")
        return width, height
    if params.output_size == "croppedSubject":
        size = _around(box.width, params, ("left", "right"), cropped), _around(box.height, params, ("top", "bottom"), cropped)
    else:
        size = float(frame.width), float(frame.height)
    shrink = min(1.0, (params.max_width or size[0]) / size[0], (params.max_height or size[1]) / size[1], _MOST / max(size))
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def _around(length: int, params: CanvasParams, sides: tuple[str, str], cropped: list[str]) -> float:
    """How long a canvas is on which a product of this length keeps its size."""
    unpadded = _unpadded(params, cropped)
    rooms = [_share_and_pixels(_written(params, "margin", side)) for side in sides]
    rooms += [_share_and_pixels(_written(params, "padding", side)) for side in sides if side not in unpadded]
    free = 1 - sum(share for share, _ in rooms)
    if free <= 0.01:
        raise BadParameters(_NO_ROOM)
    return (length + sum(pixels for _, pixels in rooms)) / free


_NO_ROOM = "Padding and margin together leave no room for the product: make them smaller."


def _placed(box: Box, size: tuple[int, int], paddings: _Sides, params: CanvasParams, snapped: list[str]) -> Placement:
    """The reference box laid into a canvas without margins."""
    width, height = size
    room_x, room_y = width - paddings.left - paddings.right, height - paddings.top - paddings.bottom
    if min(room_x, room_y) < 1:
        raise BadParameters(_NO_ROOM)
    scales = room_x / box.width, room_y / box.height
    scale = min(scales) if params.scaling == "fit" else max(scales)
    across = _snapped(ACROSS[params.horizontal_alignment], snapped, ("left", "right"))
    down = _snapped(DOWN[params.vertical_alignment], snapped, ("top", "bottom"))
    left = paddings.left + (room_x - scale * box.width) * across - scale * box.left
    top = paddings.top + (room_y - scale * box.height) * down - scale * box.top
    return Placement(width, height, scale, left, top)


def _snapped(alignment: float, sides: list[str], ends: tuple[str, str]) -> float:
    at_start, at_end = (end in sides for end in ends)
    return alignment if at_start == at_end else float(at_end)
