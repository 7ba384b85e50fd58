"""`compose.board`: several cutouts on one canvas; `compose.collect` puts them aside on the way there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadParameters, BadPhoto
from packshot.imaging.ground import Box
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.overlay import Floats, alpha_of
from packshot_compose.placing import Cutout
from packshot_compose.templates import TEMPLATES, Cell

KEPT = "kept"
"""Planes `kept.1`, `kept.2`, … hold the cutouts put aside: H×W×4 float32 in the picture's size, straight colours and alpha."""
MOST = 12


class BoardParams(BaseModel):
    """The board."""

    width: int = Field(1600, ge=16, le=8000, description="Pixels")
    height: int = Field(1600, ge=16, le=8000, description="Pixels")
    layout: Literal["row", "grid", "hero", "outfit"] = Field(
        "hero",
        description="row: side by side on one line; grid: equal cells; hero: the first large, the others beside it; "
        "outfit: top and bottom in the middle, the rest at their sides",
    )
    margin: float = Field(0.07, ge=0, lt=0.45, description="Room at the canvas's edges, as a share of its shorter side")
    gap: float = Field(0.04, ge=0, lt=0.3, description="Room between the products, as a share of the shorter side")


class Board(Operation[BoardParams]):
    """Lays several cutouts out on one transparent canvas by a template: a look, a set, a family of products.

    They are the picture itself, the cutouts put aside by compose.collect, and the further input `cutouts` (any number, each with
    alpha). Alpha is theirs together; what comes later lies above. Add a shadow and a ground after it. Its canvas needs up to
    52 bytes a pixel while products are laid on it, for one lies above the other softly.
    """

    name = "compose.board"
    version = "1.0.0"
    stage = "edit"
    title = "Look board"
    Params = BoardParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"cutouts": "The other products, cut out"}
    several: ClassVar[tuple[str, ...]] = ("cutouts",)

    def run(self, frame: Frame, params: BoardParams, run: Run) -> Frame:
        """A frame of rgb and alpha. BadPhoto if a product is not cut out, BadParameters for more than twelve."""
        items = [
            *kept_cutouts(frame, self.name),
            Cutout.of(frame.rgb, alpha_of(frame, self.name), self.name),
            *(_item(number, item) for number, item in enumerate(run.several("cutouts"), start=1)),
        ]
        if len(items) > MOST:
            raise BadParameters(f"A look board holds up to {MOST} products; these are {len(items)}.")
        canvas = params.height, params.width
        cells = TEMPLATES[params.layout](len(items), [item.aspect for item in items])
        boxes = _boxes(items, cells, params)
        rgb, alpha = np.zeros((*canvas, 3), np.float32), np.zeros(canvas, np.float32)
        for item, box in zip(items, boxes, strict=True):
            rgb, alpha = _laid_on(rgb, alpha, *item.placed(canvas, box))
        gone = dict.fromkeys(frame.planes, None)
        board = frame.with_planes(**gone | {"rgb": rgb, "alpha": alpha})
        return board.with_finding(self.name, {"products": len(items), "boxes": [list(box) for box in boxes]})


class CollectParams(BaseModel):
    """Nothing to choose: each cutout is kept as large as the next photo has room for."""


class Collect(Operation[CollectParams]):
    """Puts the cutout aside for compose.board, and goes on with another photo of the listing: the further input `next`.

    What follows in the recipe works on that photo, which is not cut out yet: it has no alpha.
    """

    name = "compose.collect"
    version = "1.0.0"
    stage = "preprocess"
    title = "Put the cutout aside"
    Params = CollectParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"next": "The photo to go on with"}

    def run(self, frame: Frame, params: CollectParams, run: Run) -> Frame:
        """The next photo's frame with the cutouts put aside. BadPhoto without a cutout, BadParameters without a next photo."""
        if "next" not in run.inputs:
            raise BadParameters("compose.collect needs the photo to go on with: give it as the input `next`.")
        cutouts = [*kept_cutouts(frame, self.name), Cutout.of(frame.rgb, alpha_of(frame, self.name), self.name)]
        photo = run.inputs["next"]
        aside = {f"{KEPT}.{n}": _fitted(cutout, photo.height, photo.width) for n, cutout in enumerate(cutouts, start=1)}
        gone = dict.fromkeys(frame.planes, None)
        return frame.with_planes(**gone | dict(photo.planes) | aside)


def kept_cutouts(frame: Frame, operation: str) -> list[Cutout]:
    """What was put aside, in its order. BadPhoto if one shows nothing."""
    names = sorted((name for name in frame.planes if name.startswith(KEPT)), key=lambda name: int(name.partition(".")[2]))
    return [Cutout.of(frame.planes[name][..., :3], frame.planes[name][..., 3], operation) for name in names]


def _fitted(cutout: Cutout, height: int, width: int) -> Floats:
    """H×W×4: the cutout in the middle of a picture of this size, made smaller where it must."""
    tall, wide = cutout.alpha.shape
    scale = min(1.0, height / tall, width / wide)
    tall, wide = max(1, round(tall * scale)), max(1, round(wide * scale))
    left, top = (width - wide) // 2, (height - tall) // 2
    rgb, alpha = cutout.placed((height, width), Box(left, top, left + wide, top + tall))
    return np.dstack((rgb, alpha))


def _item(number: int, item: Frame) -> Cutout:
    if item.alpha is None:
        raise BadPhoto(
            f"Product {number + 1} of the look board is not cut out. Hand in cutouts (PNG with transparency), "
            "or cut the photos out in the recipe and put them aside with compose.collect."
        )
    return Cutout.of(item.rgb, np.clip(item.alpha, 0, 1), Board.name)


def _boxes(items: list[Cutout], cells: list[Cell], params: BoardParams) -> list[Box]:
    """Each product as large as its cell allows. In a row they share one height and one base line."""
    short = min(params.width, params.height)
    margin, gap = params.margin * short, params.gap * short
    wide, high = params.width - 2 * margin + gap, params.height - 2 * margin + gap
    rooms = [((cell.right - cell.left) * wide - gap, (cell.bottom - cell.top) * high - gap) for cell in cells]
    talls = [max(1.0, min(room[1], room[0] / item.aspect)) for room, item in zip(rooms, items, strict=True)]
    in_row = params.layout == "row"
    if in_row:
        talls = [min(talls)] * len(talls)
    boxes = []
    for item, cell, room, tall in zip(items, cells, rooms, talls, strict=True):
        width, height = max(1, round(tall * item.aspect)), max(1, round(tall))
        left = round(margin + cell.left * wide + (room[0] - width) / 2)
        top = round(margin + cell.top * high + (room[1] - height) / 2)
        boxes.append(Box(left, top, left + width, top + height))
    return boxes


def _laid_on(rgb: Floats, alpha: Floats, above: Floats, cover: Floats) -> tuple[Floats, Floats]:
    """Straight colours and alpha of one layer over another (T. Porter and T. Duff, SIGGRAPH 1984)."""
    both = cover + alpha * (1 - cover)
    mixed = above * cover[..., None] + rgb * (alpha * (1 - cover))[..., None]
    colour = np.divide(mixed, both[..., None], out=np.zeros_like(mixed), where=both[..., None] > 0)
    return colour, both
