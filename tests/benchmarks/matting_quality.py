"""How well `cutout.refine` mends a rough mask, beside a blurred mask and plain GrabCut, on pictures with exact soft alpha.

    python tests/benchmarks/matting_quality.py --data FOLDER [--count 20]

FOLDER holds sets `NAME/images` with `NAME/masks`. The rough mask is the true one, hardened, and wavy by 0.6 % of the picture's
side. Prints, a line a set and method: mean absolute error of alpha in the band around the true edge, gradient error there
(Rhemann et al. 2009: squared difference of gradients, a thousand times its mean), and seconds a megapixel on one core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot.plugin.local import apply
from tests.model_report.sets import some_pairs

Plane = npt.NDArray[Any]
WAVE = 0.006
"""Standard deviation of the rough outline's error, as a share of the longer side."""


def main() -> None:
    """Measure every set found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=20, help="pictures of each set, evenly taken")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"{'set':28} {'method':12} {'n':>4} {'mae':>7} {'gradient':>9} {'s/MP':>6}")
    for name, chosen in some_pairs(options.data, options.count):
        soft = [(rgb, truth) for rgb, truth in chosen if np.mean((truth > 8) & (truth < 247)) > 0.002]
        for method, refine in METHODS.items() if soft else ():
            rows = np.array([_measured(rgb, truth, refine) for rgb, truth in soft])
            mae, gradient, seconds = rows.mean(axis=0)
            print(f"{name:28} {method:12} {len(rows):4} {mae:7.4f} {gradient:9.3f} {seconds:6.2f}", flush=True)


def _measured(rgb: Plane, truth: Plane, refine: Callable[[Plane, Plane], Plane]) -> tuple[float, float, float]:
    rough = rough_of(truth)
    started = time.process_time()
    alpha = refine(rgb, rough)
    seconds = (time.process_time() - started) / (rgb.shape[0] * rgb.shape[1] / 1e6)
    band = cv2.dilate(((truth > 0) & (truth < 255)).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    error = np.abs(alpha.astype(np.float32) - truth)[band].mean() / 255
    return float(error), float(1000 * ((_gradient(alpha) - _gradient(truth)) ** 2)[band].mean()), seconds


def rough_of(truth: Plane) -> Plane:
    """A mask as a hurried hand would paint it: hard, and its outline wavy."""
    reach = WAVE * max(truth.shape)
    waves = np.random.default_rng(0).normal(0, 1, truth.shape).astype(np.float32)
    waves = cv2.GaussianBlur(waves, (0, 0), 6 * reach)
    inside = (truth > 127).astype(np.uint8)
    signed = cv2.distanceTransform(inside, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
    return ((signed + waves / max(float(waves.std()), 1e-9) * reach) > 0).astype(np.uint8) * 255


def _gradient(alpha: Plane) -> Plane:
    smooth = cv2.GaussianBlur(alpha.astype(np.float32) / 255, (0, 0), 1.4)
    return np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=0.125))


def _blurred(_: Plane, rough: Plane) -> Plane:
    return cv2.GaussianBlur(rough, (0, 0), 2)


def _grabcut(rgb: Plane, rough: Plane) -> Plane:
    reach = max(2, round(0.008 * max(rough.shape)))
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    state = np.where(rough > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    state[cv2.erode(rough, kernel) > 0], state[cv2.dilate(rough, kernel) == 0] = cv2.GC_FGD, cv2.GC_BGD
    cv2.grabCut(rgb, state, None, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK)
    return (state & 1) * np.uint8(255)


def _ours(method: str) -> Callable[[Plane, Plane], Plane]:
    def refine(rgb: Plane, rough: Plane) -> Plane:
        return apply("cutout.refine", rgb, np.dstack((rough,) * 3), method=method)[..., 3]

    return refine


METHODS = {"blurred": _blurred, "grabcut": _grabcut, **{method: _ours(method) for method in ("guided", "closed-form", "knn")}}

if __name__ == "__main__":
    main()
