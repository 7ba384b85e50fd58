"""`compose.comparison`: variants of one product side by side, each with its name and measures."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.imaging.ground import Box
from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.imaging.lettering import lettered
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.board import kept_cutouts
from packshot_compose.overlay import Floats
from packshot_compose.placing import Cutout
from packshot_compose.variant import variants_of

_MARGIN, _GAP = 0.03, 0.02
"""Of the shorter side."""
_WORDS = 0.2
"""Share of a card's height below the product."""
_FILL = 0.84
"""Share of the rest that products may fill."""
_CARD = 0.85
"""Width by height of the card that is aimed at."""


class ComparisonParams(BaseModel):
    """The sheet."""

    width: int = Field(1800, ge=64, le=8000, description="Pixels")
    height: int = Field(1350, ge=64, le=8000, description="Pixels")
    columns: int = Field(0, ge=0, le=12, description="Variants in a row; 0: as many as fit best")
    ground: HexColour = Field("#ecebe8", description="Colour between the cards, #rrggbb")
    card: HexColour = Field("#ffffff", description="Colour of the cards, #rrggbb")


class Comparison(Operation[ComparisonParams]):
    """Lays out on one sheet what compose.variant has kept: each variant on a card, with its name, its main colour, how far it is
    from the original (dE, CIEDE2000) and how much of its detail stays. All are shown at one scale. Where none was kept, the
    picture as it is stands alone.
    """

    name, version, stage, Params = "compose.comparison", "1.0.0", "edit", ComparisonParams
    title = "Compare variants"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: ComparisonParams, run: Run) -> Frame:
        """An opaque picture. BadPhoto for an empty cutout, BadParameters where no font of this machine has a name's letters."""
        cutouts, told = kept_cutouts(frame, self.name) or [_as_it_is(frame)], variants_of(frame)
        sheet = np.broadcast_to(parse_colour(params.ground), (params.height, params.width, 3)).astype(np.float32)
        cards = _cards(len(cutouts), params)
        scale = min(_scale(cutout, card) for cutout, card in zip(cutouts, cards, strict=True))
        for number, (cutout, card) in enumerate(zip(cutouts, cards, strict=True)):
            known = told[number] if number < len(told) else None
            place = sheet[card.top : card.bottom, card.left : card.right]
            place[:] = parse_colour(params.card)
            _show(place, cutout, scale)
            _write(place, known if isinstance(known, dict) else {})
        gone = dict.fromkeys(frame.planes, None)
        return frame.with_planes(**gone | {"rgb": sheet}).with_finding(self.name, {"variants": told})


def _as_it_is(frame: Frame) -> Cutout:
    alpha = np.ones(frame.rgb.shape[:2], np.float32) if frame.alpha is None else frame.alpha
    return Cutout.of(frame.rgb, alpha, Comparison.name)


def _cards(count: int, params: ComparisonParams) -> list[Box]:
    """Equal ones in rows; a last row that is not full begins at the left."""
    short = min(params.width, params.height)
    margin, gap = _MARGIN * short, _GAP * short
    columns = params.columns or _fitting(count, params.width / params.height)
    rows = math.ceil(count / columns)
    wide = (params.width - 2 * margin - (columns - 1) * gap) / columns
    high = (params.height - 2 * margin - (rows - 1) * gap) / rows
    cards = []
    for number in range(count):
        line, place = divmod(number, columns)
        left, top = margin + place * (wide + gap), margin + line * (high + gap)
        cards.append(
            Box(round(left), round(top), max(round(left + wide), round(left) + 1), max(round(top + high), round(top) + 1))
        )
    return cards


def _fitting(count: int, aspect: float) -> int:
    """Columns for which cards are nearest to a little higher than wide, and few places stay empty."""

    def unfitness(columns: int) -> float:
        rows = math.ceil(count / columns)
        return abs(math.log(aspect * rows / columns / _CARD)) + (rows * columns - count) / count

    return min(range(1, count + 1), key=unfitness)


def _scale(cutout: Cutout, card: Box) -> float:
    room = _FILL * card.width, _FILL * (1 - _WORDS) * card.height
    return float(min(room[0] / cutout.alpha.shape[1], room[1] / cutout.alpha.shape[0]))


def _show(card: Floats, cutout: Cutout, scale: float) -> None:
    height, width = card.shape[:2]
    tall, wide = max(1, round(cutout.alpha.shape[0] * scale)), max(1, round(cutout.alpha.shape[1] * scale))
    top, left = round(((1 - _WORDS) * height - tall) / 2 + 0.02 * height), (width - wide) // 2
    rgb, cover = cutout.placed((height, width), Box(left, top, left + wide, top + tall))
    card += (rgb - card) * cover[..., None]


def _write(card: Floats, known: dict[str, Any]) -> None:
    """A swatch of the main colour, the name, and below it the measures."""
    height, width = card.shape[:2]
    line, left, top = 0.2 * _WORDS * height, 0.08 * width, (1 - _WORDS) * height
    if known.get("color"):
        side = round(1.9 * line)
        at = round(top + 0.6 * line), round(left)
        card[at[0] : at[0] + side, at[1] : at[1] + side] = parse_colour(known["color"])
        left += 2.6 * line
    _letters(card, str(known.get("name", "")), (left, top + 0.35 * line), 1.3 * line, 0.12)
    measures = [str(known["color"])] if known.get("color") else []
    measures += [f"dE {known['delta_e']}"] if known.get("delta_e") else []
    measures += [f"detail {known['detail']:.2f}"] if known.get("delta_e") else []
    _letters(card, "   ".join(measures), (left, top + 1.75 * line), 0.9 * line, 0.4)


def _letters(card: Floats, text: str, at: tuple[float, float], height: float, ink: float) -> None:
    """In grey `ink`, from `at` (left, top) on; shrunk where the card is too narrow."""
    left, top = at
    if not text.strip():
        return
    room = max(1, round(0.94 * card.shape[1] - left))
    shape = lettered(text, max(4, round(height)), whole_line=True)
    if shape.shape[1] > room:
        size = room, max(1, round(shape.shape[0] * room / shape.shape[1]))
        shape = np.asarray(cv2.resize(shape, size, interpolation=cv2.INTER_AREA), np.float32)
    place = card[round(top) : round(top) + shape.shape[0], round(left) : round(left) + shape.shape[1]]
    place += (np.float32(ink) - place) * shape[: place.shape[0], : place.shape[1], None]
