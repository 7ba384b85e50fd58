"""How well `cutout.classical` cuts, beside plain GrabCut from a frame, on folders of pictures with masks.

    python tests/benchmarks/cutout_quality.py --data FOLDER [--count 20]

FOLDER holds sets: `NAME/images` with `NAME/masks` (or `NAME/fg_masks`), or `NAME` with `NAME_masks_derived`; stems agree.
Prints, a line a set: mean intersection over union of both, the ratio, and for the cutout the mean absolute error of alpha, the
boundary F-score (Martin et al. 2004, within 0.75 % of the diagonal) and seconds a picture.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from packshot.plugin import Frame, Run
from packshot_cutout.classical import ClassicalCutout, ClassicalParams

Plane = npt.NDArray[np.uint8]
BASELINE_SIDE = 320


def main() -> None:
    """Measure every set found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=20, help="pictures of each set, evenly taken")
    options = parser.parse_args()
    print(f"{'set':28} {'n':>4} {'grabcut':>8} {'cutout':>8} {'ratio':>6} {'mae':>6} {'edge F':>7} {'s':>6}")
    for name, images, masks in sets_of(options.data):
        pairs = pairs_of(images, masks)
        chosen = pairs[:: max(1, len(pairs) // options.count)][: options.count]
        rows = np.array([measure(*pair) for pair in chosen])
        if len(rows):
            plain, ours, error, edge, seconds = rows.mean(axis=0)
            measures = f"{plain:8.3f} {ours:8.3f} {ours / plain:6.2f} {error:6.3f} {edge:7.3f} {seconds:6.2f}"
            print(f"{name:28} {len(rows):4} {measures}", flush=True)


def sets_of(data: Path) -> list[tuple[str, Path, Path]]:
    """Name, folder of pictures, and folder of masks of every set."""
    beside = [(path.parent.name, path.parent / "images", path) for path in data.glob("*/*masks")]
    derived = [(path.name.removesuffix("_masks_derived"), path) for path in data.glob("*_masks_derived")]
    sets = [*beside, *((name, data / name, path) for name, path in derived)]
    return sorted(found for found in sets if found[1].is_dir())


def pairs_of(images: Path, masks: Path) -> list[tuple[Path, Path]]:
    """Pictures that have a mask, each with it."""
    by_stem = {path.stem: path for path in masks.iterdir()}
    return [(path, by_stem[path.stem]) for path in sorted(images.iterdir()) if path.stem in by_stem]


def measure(picture: Path, mask: Path) -> tuple[float, float, float, float, float]:
    """IoU of GrabCut and of the cutout; the cutout's alpha error, boundary F and seconds."""
    rgb = cv2.cvtColor(cv2.imread(str(picture)), cv2.COLOR_BGR2RGB)
    truth = read_mask(mask, rgb.shape[:2])
    started = time.perf_counter()
    alpha = ClassicalCutout().run(Frame.of(rgb), ClassicalParams(), Run()).alpha
    seconds = time.perf_counter() - started
    error = float(np.abs(alpha.astype(float) - truth).mean() / 255)
    return iou(grabcut(rgb), truth), iou(alpha, truth), error, boundary_f(alpha, truth), seconds


def read_mask(path: Path, shape: tuple[int, int]) -> Plane:
    """H×W 0..255, from a grey, 0/1 or RGBA file."""
    mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if mask.ndim == 3:
        mask = mask[..., 3] if mask.shape[2] == 4 else mask[..., 0]
    if mask.max() == 1:
        mask = mask * np.uint8(255)
    return cv2.resize(mask, shape[::-1])


def grabcut(rgb: Plane) -> Plane:
    """OpenCV's GrabCut, five rounds from a frame, on a small picture, enlarged."""
    scale = min(1.0, BASELINE_SIDE / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    inset = max(2, round(0.03 * min(height, width)))
    state = np.zeros((height, width), np.uint8)
    frame = (inset, inset, width - 2 * inset, height - 2 * inset)
    cv2.setRNGSeed(0)
    cv2.grabCut(small, state, frame, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
    return cv2.resize((state & 1) * np.uint8(255), rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)


def iou(found: Plane, truth: Plane) -> float:
    """Intersection over union at half opacity."""
    a, b = found >= 128, truth >= 128
    union = int((a | b).sum())
    return float((a & b).sum() / union) if union else 1.0


def boundary_f(found: Plane, truth: Plane) -> float:
    """Harmonic mean of the shares of either contour that lie near the other."""
    reach = max(1, round(0.0075 * float(np.hypot(*truth.shape))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    edge = np.ones((3, 3), np.uint8)
    a, b = (cv2.morphologyEx((plane >= 128).astype(np.uint8), cv2.MORPH_GRADIENT, edge) for plane in (found, truth))
    precision = float((a & cv2.dilate(b, kernel)).sum() / max(1, a.sum()))
    recall = float((b & cv2.dilate(a, kernel)).sum() / max(1, b.sum()))
    return 2 * precision * recall / max(1e-9, precision + recall)


if __name__ == "__main__":
    main()
