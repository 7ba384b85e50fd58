"""How far two people agree about a picture: objects matched by overlap, then overlap and classes of the pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from packshot.datasets.masks import Box, Inside

SAME = 0.5
"""Two objects are the same one from this IoU on, as in PASCAL VOC (Everingham et al., 2010, §4.2)."""


@dataclass(frozen=True)
class Marked:
    """An object that somebody marked: its class, and where it is. Without a box, it is the picture's class."""

    category: str
    box: Box | None = None
    mask: Inside | None = None


@dataclass(frozen=True)
class Pair:
    """One object as two people marked it. What one of them did not give is None."""

    categories: tuple[str, str]
    box_iou: float | None = None
    mask_iou: float | None = None
    mask_dice: float | None = None

    def agrees(self, least: float) -> bool:
        """Whether the classes are one, and the masks (else the boxes) overlap by `least`."""
        overlap = self.box_iou if self.mask_iou is None else self.mask_iou
        return self.categories[0] == self.categories[1] and (overlap is None or overlap >= least)


@dataclass(frozen=True)
class Comparison:
    """Two people's work on one picture."""

    pairs: tuple[Pair, ...]
    unmatched: int
    """Objects that only one of them marked."""

    def agrees(self, least: float) -> bool:
        """Whether nobody needs to decide between them."""
        return not self.unmatched and all(pair.agrees(least) for pair in self.pairs)


def compare(one: Sequence[Marked], other: Sequence[Marked]) -> Comparison:
    """Match what two people marked, best overlap first, whatever the classes; each object at most once."""
    overlaps = [(_overlap(a, b), i, j) for i, a in enumerate(one) for j, b in enumerate(other)]
    pairs: list[Pair] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for overlap, i, j in sorted(overlaps, key=lambda each: (-each[0], each[1], each[2])):
        if overlap >= SAME and i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append(_pair(one[i], other[j]))
    return Comparison(tuple(pairs), len(one) + len(other) - 2 * len(pairs))


def box_iou(one: Box, other: Box) -> float:
    """Intersection over union of two boxes (x, y, width, height); 1 for two empty ones at one place."""
    if one == other:
        return 1.0
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(across, 0.0) * max(down, 0.0)
    union = one[2] * one[3] + other[2] * other[3] - common
    return common / union if union else 0.0


def mask_overlaps(one: Inside, other: Inside) -> tuple[float, float]:
    """Intersection over union, and the Dice coefficient (Dice 1945), of two masks of one size; 1 for two empty ones."""
    common, both = np.count_nonzero(one & other), np.count_nonzero(one) + np.count_nonzero(other)
    return (common / (both - common), 2 * common / both) if both else (1.0, 1.0)


def cohens_kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Agreement of two people's classes beyond chance (Cohen 1960): 1 for always, 0 for as often as chance; None without pairs.

    Where both have used one and the same class only, chance alone would agree always, and kappa is 1 by convention.
    """
    both = list(pairs)
    if not both:
        return None
    observed = sum(a == b for a, b in both) / len(both)
    left, right = Counter(a for a, _ in both), Counter(b for _, b in both)
    chance = sum(left[name] * right[name] for name in left) / len(both) ** 2
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def _overlap(one: Marked, other: Marked) -> float:
    if one.mask is not None and other.mask is not None:
        return mask_overlaps(one.mask, other.mask)[0]
    if one.box is None or other.box is None:
        return float(one.box is other.box)
    return box_iou(one.box, other.box)


def _pair(one: Marked, other: Marked) -> Pair:
    boxes = None if one.box is None or other.box is None else box_iou(one.box, other.box)
    masks = None if one.mask is None or other.mask is None else mask_overlaps(one.mask, other.mask)
    return Pair((one.category, other.category), boxes, *(masks or (None, None)))
