"""Layout templates of look boards: where each of n things goes, in shares of the canvas."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple


class Cell(NamedTuple):
    """A rectangle in shares of the canvas, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float


def row(count: int, aspects: list[float]) -> list[Cell]:
    """Side by side, as wide as each needs at equal height."""
    total = sum(aspects)
    edges = [sum(aspects[:n]) / total for n in range(count + 1)]
    return [Cell(left, 0, right, 1) for left, right in pairwise(edges)]


def grid(count: int, aspects: list[float]) -> list[Cell]:
    """Rows and columns of equal cells; a last row that is not full is centred."""
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    cells = []
    for n in range(count):
        line, place = divmod(n, columns)
        in_line = min(columns, count - line * columns)
        left = (columns - in_line) / 2 / columns + place / columns
        cells.append(Cell(left, line / rows, left + 1 / columns, (line + 1) / rows))
    return cells


def hero(count: int, aspects: list[float]) -> list[Cell]:
    """The first large at the left, the others one below the other at its right, in two columns from the fifth on."""
    if count == 1:
        return [Cell(0, 0, 1, 1)]
    others = count - 1
    columns = 1 if others <= 3 else 2
    rows = math.ceil(others / columns)
    wide = (0.4 if columns == 1 else 0.5) / columns
    left = 1 - wide * columns
    side = []
    for n in range(others):
        line, place = divmod(n, columns)
        start = left + place * wide
        side.append(Cell(start, line / rows, start + wide, (line + 1) / rows))
    return [Cell(0, 0, left, 1), *side]


def outfit(count: int, aspects: list[float]) -> list[Cell]:
    """As it is worn: the first two below each other in the middle, the others at their sides in turn."""
    if count <= 2:
        return [Cell(0, n / count, 1, (n + 1) / count) for n in range(count)]
    middle = [Cell(0.25, 0, 0.75, 0.5), Cell(0.25, 0.5, 0.75, 1)]
    sides = [[n for n in range(2, count) if n % 2 == side] for side in (0, 1)]
    placed = {}
    for (left, right), numbers in zip(((0.75, 1.0), (0.0, 0.25)), sides, strict=True):
        for line, n in enumerate(numbers):
            placed[n] = Cell(left, line / len(numbers), right, (line + 1) / len(numbers))
    return middle + [placed[n] for n in range(2, count)]


TEMPLATES: dict[str, Callable[[int, list[float]], list[Cell]]] = {"row": row, "grid": grid, "hero": hero, "outfit": outfit}
