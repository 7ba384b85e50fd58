"""Lines of text in a picture: rows of strokes of even width and height. No letter is read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np

from packshot.imaging.ground import Box
from packshot.plugin.frame import Plane

_WINDOW = 25
_CONTRASTS = (5, 15, 40)
"""Levels of 255 by which strokes differ from what is around them: faint watermarks first; strong ones keep letters apart."""
_LEAST, _MOST = 7, 160
"""Height of a letter in pixels of the picture at work size."""


@dataclass(frozen=True)
class _Letter:
    box: Box
    stroke: float

    @property
    def middle(self) -> float:
        return (self.box.top + self.box.bottom) / 2


def text_lines(grey: Plane, letters: int) -> list[Box]:
    """Boxes of lines of at least `letters` letters, darker or lighter than their ground; `grey` H×W 0..1, about 1000 pixels."""
    levels = np.rint(grey * 255).astype(np.uint8)
    if min(levels.shape) < _WINDOW:
        return []
    found: list[Box] = []
    for picture, contrast in product((levels, 255 - levels), _CONTRASTS):
        strokes = cv2.adaptiveThreshold(picture, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _WINDOW, contrast)
        found += _lines(_letters(strokes), letters)
    return _merged(found)


def _letters(strokes: Plane) -> list[_Letter]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=4)
    height, width, area = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_AREA]
    filled = area / np.maximum(1, width * height)
    shaped = (height >= _LEAST) & (height <= _MOST) & (width <= 2 * height) & (filled > 0.12) & (filled < 0.95)
    depth = cv2.distanceTransform(strokes, cv2.DIST_L2, 3)
    letters = []
    for label in np.flatnonzero(shaped):
        left, top, wide, high, size = (int(value) for value in stats[label])
        box = Box(left, top, left + wide, top + high)
        inside = labels[box.top : box.bottom, box.left : box.right] == label
        thick = depth[box.top : box.bottom, box.left : box.right][inside]
        # A stroke's area is its length times its width, and its middle line lies half a width deep.
        stroke = 2 * float(thick.max())
        if label and stroke < 0.5 * high and float(thick.mean()) * 4 < 1.6 * stroke + 1 and size >= 8:
            letters.append(_Letter(box, stroke))
    return letters


def _lines(letters: list[_Letter], least: int) -> list[Box]:
    """Rows of neighbours of like height and stroke."""
    waiting = sorted(letters, key=lambda letter: letter.box.left)
    lines: list[list[_Letter]] = []
    for letter in waiting:
        row = next((line for line in reversed(lines) if _follows(line[-1], letter)), None)
        if row is None:
            lines.append([letter])
        else:
            row.append(letter)
    return [_around(line) for line in lines if len(line) >= least and _even(line)]


def _follows(before: _Letter, letter: _Letter) -> bool:
    one, other = before.box, letter.box
    like = max(one.height, other.height) <= 1.9 * min(one.height, other.height)
    stroked = max(before.stroke, letter.stroke) <= 2.0 * min(before.stroke, letter.stroke) + 1
    level = abs(before.middle - letter.middle) < 0.4 * max(one.height, other.height)
    near = -0.3 * one.height <= other.left - one.right <= 1.2 * max(one.height, other.height)
    return like and stroked and level and near


def _even(line: list[_Letter]) -> bool:
    """Whether letters stand on a line and are not all the same: a grille, a hem or a row of studs repeats one shape."""
    heights = np.array([letter.box.height for letter in line], np.float64)
    widths = np.array([letter.box.width for letter in line], np.float64)
    feet = np.array([letter.box.bottom for letter in line], np.float64)
    places = np.arange(len(line))
    slope = np.polyfit(places, feet, 1)
    straight = np.abs(feet - np.polyval(slope, places)).mean() < 0.18 * heights.mean()
    varied = widths.std() > 0.05 * widths.mean()
    return bool(straight and varied and heights.std() < 0.35 * heights.mean())


def _around(line: list[_Letter]) -> Box:
    boxes = np.array([letter.box for letter in line])
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    return Box(int(left), int(top), int(right), int(bottom))


def _merged(boxes: list[Box]) -> list[Box]:
    """Without those that lie mostly in another: outlines of letters are found in both tones."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda each: -each.width * each.height):
        if not any(_overlap(box, other) > 0.5 for other in kept):
            kept.append(box)
    return sorted(kept, key=lambda each: (each.top, each.left))


def _overlap(box: Box, other: Box) -> float:
    width = min(box.right, other.right) - max(box.left, other.left)
    height = min(box.bottom, other.bottom) - max(box.top, other.top)
    return max(0, width) * max(0, height) / max(1, box.width * box.height)
