"""Whether `inspect.psnr`, `ssim` and `delta_e` say what scikit-image says, and how long each inspection takes.

    python tests/benchmarks/inspect_quality.py --data FOLDER [--count 8]

Takes photos from anywhere below FOLDER, compares each with itself after a JPEG of quality 60. Prints the largest differences from
scikit-image, the seconds a megapixel of both, and the seconds a megapixel of every inspection, on one core. Then what a changed
product costs: the share of photos where `inspect.sameness` lets an untouched picture pass, and where it finds a disc put on it.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from skimage import color
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from packshot.plugin.frame import Frame, Plane
from packshot.plugin.local import apply_frame

SIDE = 1000
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
ALONE = (
    "sharpness", "exposure", "noise", "blockiness", "resolution", "measures",
    "quality", "framing", "background", "overlay", "cutout",
)  # fmt: skip
BESIDE = {"ms_ssim": "reference", "compare": "reference", "sameness": "original", "golden": "golden"}


def main() -> None:
    """Measure all photos found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=8, help="photos, evenly taken")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    files = sorted(path for path in options.data.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    photos = [read(path) for path in files[:: max(1, len(files) // options.count)][: options.count]]
    agreement(photos)
    for name in ALONE:
        print_seconds(name, [timed(partial(inspected, name, photo)) / megapixels(photo) for photo in photos])
    for name, given in BESIDE.items():
        seconds = [timed(partial(inspected, name, worse(photo), {given: photo})) / megapixels(photo) for photo in photos]
        print_seconds(name, seconds)
    changed_products(photos)


def agreement(photos: list[Plane]) -> None:
    """Ours and scikit-image's figures in one run."""
    peers: dict[str, tuple[str, Callable[[Plane, Plane], float]]] = {
        "psnr": ("psnr_db", lambda one, other: float(peak_signal_noise_ratio(other, one))),
        "ssim": ("ssim", likeness),
        "delta_e": (
            "delta_e_mean",
            lambda one, other: float(color.deltaE_ciede2000(color.rgb2lab(one), color.rgb2lab(other)).mean()),
        ),
    }
    print(f"{'figure':10} {'largest difference':>18} {'ours s/MP':>10} {'skimage s/MP':>13} {'ratio':>6}")
    for name, (field, peer) in peers.items():
        rows = np.array([beside(name, field, peer, photo) for photo in photos])
        apart, (mine, peers_time) = rows[:, 0].max(), np.median(rows[:, 1:], axis=0)
        print(f"{name:10} {apart:18.2e} {mine:10.3f} {peers_time:13.3f} {peers_time / mine:6.1f}", flush=True)


def beside(name: str, field: str, peer: Callable[[Plane, Plane], float], photo: Plane) -> tuple[float, float, float]:
    """How far our figure is from the peer's, and the seconds a megapixel of both."""
    other, size = worse(photo), megapixels(photo)
    ours: list[float] = []
    theirs: list[float] = []
    mine = timed(lambda: ours.append(inspected(name, other, {"reference": photo})[field])) / size
    peers_time = timed(lambda: theirs.append(peer(other, photo))) / size
    return abs(ours[0] - theirs[0]), mine, peers_time


def likeness(one: Plane, other: Plane) -> float:
    """SSIM of luma as in the paper."""
    settings = {"data_range": 255, "gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    return float(structural_similarity(one @ WEIGHTS, other @ WEIGHTS, **settings))


def changed_products(photos: list[Plane]) -> None:
    """How often `inspect.sameness` is right."""
    found = {"untouched": [], "changed": []}
    for photo in photos:
        height, width = photo.shape[:2]
        picture = np.full((height + 200, width + 200, 3), 255, np.uint8)
        picture[100:-100, 100:-100] = np.clip(photo.astype(np.float32) * 1.08, 0, 255).astype(np.uint8)
        found["untouched"].append(inspected("sameness", picture, {"original": photo})["verdict"])
        cv2.circle(picture, (picture.shape[1] // 2, picture.shape[0] // 2), min(height, width) // 8, (40, 90, 200), -1)
        found["changed"].append(inspected("sameness", picture, {"original": photo})["verdict"])
    for name, verdicts in found.items():
        print(f"sameness, {name}: " + ", ".join(f"{verdict} {verdicts.count(verdict)}" for verdict in sorted(set(verdicts))))


def inspected(name: str, picture: Plane, inputs: dict[str, Plane] | None = None) -> Any:
    """The finding of one inspection."""
    alpha = None
    if name == "cutout":
        alpha = np.zeros(picture.shape[:2], np.uint8)
        cv2.ellipse(
            alpha,
            (picture.shape[1] // 2, picture.shape[0] // 2),
            (picture.shape[1] // 3, picture.shape[0] // 3),
            0,
            0,
            360,
            255,
            -1,
        )
    further = {given: Frame.of(other) for given, other in (inputs or {}).items()}
    return apply_frame(f"inspect.{name}", Frame.of(picture, alpha), inputs=further).findings[f"inspect.{name}"]


def read(path: Path) -> Plane:
    """A photo of at most a megapixel."""
    rgb = np.array(Image.open(path).convert("RGB"))
    scale = SIDE / max(rgb.shape[:2])
    return cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def worse(photo: Plane) -> Plane:
    """The photo after strong compression."""
    content = io.BytesIO()
    Image.fromarray(photo).save(content, "JPEG", quality=60)
    return np.array(Image.open(content))


def megapixels(photo: Plane) -> float:
    """Size."""
    return photo.shape[0] * photo.shape[1] / 1e6


def timed(work: Callable[[], object]) -> float:
    """Processor seconds, the better of two: others may use the machine."""
    seconds = []
    for _ in range(2):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


def print_seconds(name: str, seconds: list[float]) -> None:
    """One line."""
    print(f"inspect.{name:12} {np.median(seconds):7.3f} s/MP", flush=True)


if __name__ == "__main__":
    main()
