"""GrabCut and our cutouts given the same box around the product, against masks.

    python -m tests.benchmarks.box_quality --data FOLDER [--count 30]

FOLDER holds the sets ccp, ikea_products_nc and grocery_iconic as `make model-report` finds them. The box is the mask's own, wider
by 3 % of its longer side, as a hand would draw it. Prints, a line a set and method: IoU, boundary F, mean absolute error, and
seconds a megapixel on one core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot.evaluation.measures import cutout as compared
from packshot.plugin.local import apply
from tests.model_report.sets import some_pairs

Plane = npt.NDArray[Any]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""

SETS = ("ccp", "ikea_products_nc", "grocery_iconic")
LOOSE = 0.03
SMALL = 320


def main() -> None:
    """Measure every set found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=30, help="pictures of each set, evenly taken")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"{'set':18} {'method':18} {'n':>4} {'iou':>6} {'bound F':>8} {'mae':>7} {'s/MP':>6}")
    for name, chosen in some_pairs(options.data, options.count, SETS):
        for method, cut in METHODS.items():
            rows = np.array([_measured(rgb, truth, cut) for rgb, truth in chosen])
            iou, boundary, mae, seconds = rows.mean(axis=0)
            print(f"{name:18} {method:18} {len(rows):4} {iou:6.3f} {boundary:8.3f} {mae:7.4f} {seconds:6.2f}", flush=True)


def _measured(rgb: Plane, truth: Plane, cut: Callable[[Plane, Box], Plane]) -> tuple[float, float, float, float]:
    box = box_around(truth)
    started = time.process_time()
    alpha = cut(rgb, box)
    seconds = (time.process_time() - started) / (rgb.shape[0] * rgb.shape[1] / 1e6)
    found = compared(truth, alpha)
    return found["iou"], found["boundary_f"], found["mae"], seconds


def box_around(truth: Plane) -> Box:
    """Within the picture."""
    left, top, width, height = cv2.boundingRect((truth > 127).astype(np.uint8))
    more = round(LOOSE * max(width, height))
    return (
        max(left - more, 0),
        max(top - more, 0),
        min(left + width + more, truth.shape[1]),
        min(top + height + more, truth.shape[0]),
    )


def _grabcut(rgb: Plane, box: Box, side: int | None = None) -> Plane:
    """Five rounds, on a picture that is `side` pixels long, enlarged."""
    scale = 1.0 if side is None else min(1.0, side / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    left, top, right, bottom = (round(scale * place) for place in box)
    state = np.zeros(small.shape[:2], np.uint8)
    cv2.setRNGSeed(0)
    corners = (left, top, right - left, bottom - top)
    if corners == (0, 0, small.shape[1], small.shape[0]):
        # It has nothing to learn the ground from, and raises an error.
        return np.full(rgb.shape[:2], 255, np.uint8)
    cv2.grabCut(small, state, corners, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
    return cv2.resize((state & 1) * np.uint8(255), rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)


def _ours(rgb: Plane, box: Box, operation: str) -> Plane:
    height, width = rgb.shape[:2]
    shares = tuple(place / side for place, side in zip(box, (width, height, width, height), strict=True))
    return apply(operation, rgb, box=shares)[..., 3]


METHODS: dict[str, Callable[[Plane, Box], Plane]] = {
    "GrabCut": _grabcut,
    f"GrabCut at {SMALL}": partial(_grabcut, side=SMALL),
    "cutout.classical": partial(_ours, operation="cutout.classical"),
    "cutout.net": partial(_ours, operation="cutout.net"),
}

if __name__ == "__main__":
    main()
