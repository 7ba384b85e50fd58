"""JPEG of four qualities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from packshot.evaluation.blocking import psnr_b
from packshot.evaluation.measures import restoration as restored
from packshot.plugin.frame import Plane
from tests.model_report.case import Aim, Case, Given, Method, Sample, Section, Table
from tests.model_report.ours import restores
from tests.model_report.own import clean_picture, clean_pictures
from tests.model_report.sets import pictures_of, read_rgb

QUALITIES = (10, 20, 30, 40)
LEARNED = "denoise.jpeg-cnn"


def section(data: Path) -> Section:
    """The cases of a folder of sets, and of pictures of our own."""
    methods = [
        Method("JPEG", "given", lambda given: given.picture),
        Method("OpenCV bilateralFilter", f"cv2 {cv2.__version__} bilateral {BILATERAL}", opencv_bilateral),
        Method("shifted JPEG (Nosratinia)", f"cv2 {cv2.__version__} reapplied", reapplied),
        restores("denoise.jpeg"),
        restores(LEARNED),
    ]
    kodak = [(path.stem, partial(read_rgb, path)) for path in pictures_of(data / "kodak24")]
    own = [(name, partial(clean_picture, name)) for name in clean_pictures()]
    cases = [*(case("kodak24", quality, kodak) for quality in QUALITIES), case("own", 10, own, free=True)]
    columns = [(f"kodak24 Q{quality}", measure) for quality in QUALITIES for measure in ("psnr", "psnr_b")]
    aims = [Aim(("kodak24 Q10", "psnr"), 1.2, 0.8, over="JPEG")]
    tables = [Table("PSNR and PSNR-B in dB", [*columns, ("own Q10", "psnr"), ("own Q10", "seconds")])]
    return Section("jpeg", "JPEG", LEARNED, cases, methods, tables, aims, "psnr")


def case(name: str, quality: int, pictures: list[tuple[str, Callable[[], Plane]]], *, free: bool = False) -> Case:
    """Pictures that were saved as JPEG; a gallery of the lowest quality."""

    def opened(read: Callable[[], Plane]) -> tuple[Given, Plane]:
        truth = read()
        return Given(compressed(truth, quality), quality), truth

    samples = [Sample(stem, partial(opened, read)) for stem, read in pictures]
    return Case(f"{name} Q{quality}", samples, _measure, gallery=quality == 10, free=free)


def _measure(given: Given, truth: Plane, answer: Plane) -> Mapping[str, float]:
    return {**restored(truth, answer), "psnr_b": psnr_b(truth, answer)}


def compressed(truth: Plane, quality: int) -> Plane:
    """Saved as JPEG and read again."""
    content = cv2.imencode(".jpg", truth[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(content, cv2.IMREAD_COLOR_RGB)


BILATERAL: Mapping[int, tuple[float, float]] = {10: (48.0, 3.0), 20: (40.0, 1.5), 30: (28.0, 1.5), 40: (24.0, 1.5)}
"""Of 255 and in pixels."""


def opencv_bilateral(given: Given) -> Plane:
    """Nine pixels across."""
    return cv2.bilateralFilter(given.picture, 9, *BILATERAL[given.level])


def reapplied(given: Given) -> Plane:
    """Nosratinia's mean."""
    height, width = given.picture.shape[:2]
    total = np.zeros(given.picture.shape, np.uint32)
    for place in range(64):
        down, right = divmod(place, 8)
        shifted = cv2.copyMakeBorder(given.picture, down, 8, right, 8, cv2.BORDER_REPLICATE)
        total += compressed(shifted, given.level)[down : down + height, right : right + width]
    return np.rint(total / 64).astype(np.uint8)
