"""Small pictures enlarged by two and four."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from packshot.evaluation.luma import judged
from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Plane
from packshot_upscale.bicubic import resized, shrunk
from tests.model_report.case import Aim, Case, Given, Method, Sample, Section, Table
from tests.model_report.ours import either, restores
from tests.model_report.own import clean_picture, clean_pictures
from tests.model_report.sets import pictures_of, read_rgb

FACTORS = (2, 4)
LEARNED = "upscale.x2, upscale.x4"
SHARPEN, REACH = 2.0, 0.25
"""Strength of the unsharp mask, and its width as a share of the factor."""


def section(data: Path) -> Section:
    """The cases of a folder of sets, and of pictures of our own."""
    methods = [
        Method("bicubic", "pillow bicubic", lambda given: to_bytes(bicubic(given) / 255)),
        Method("Lanczos and unsharp mask", f"cv2 {cv2.__version__} lanczos {SHARPEN} {REACH}", lanczos),
        restores("upscale.backprojection", told=factor_of),
        either(LEARNED, {factor: restores(f"upscale.x{factor}") for factor in FACTORS}),
    ]
    set14 = [(path.stem, partial(read_rgb, path)) for path in pictures_of(data / "set14")]
    own = [(name, partial(clean_picture, name)) for name in clean_pictures()]
    cases = [*(case("set14", factor, set14) for factor in FACTORS), *(case("own", factor, own, free=True) for factor in FACTORS)]
    columns = [
        (f"{name} ×{factor}", measure) for name in ("set14", "own") for factor in FACTORS for measure in ("psnr_y", "ssim_y")
    ]
    aims = [Aim(("set14 ×4", "psnr_y"), 2.3, 1.5, over="bicubic"), Aim(("set14 ×2", "psnr_y"), 3.0, over="bicubic")]
    tables = [Table("PSNR in dB and SSIM of Y", [*columns, ("own ×4", "seconds")])]
    return Section("upscale", "Enlarging", LEARNED, cases, methods, tables, aims, "psnr_y")


def case(name: str, factor: int, pictures: list[tuple[str, Callable[[], Plane]]], *, free: bool = False) -> Case:
    """Pictures that were shrunk."""

    def opened(read: Callable[[], Plane]) -> tuple[Given, Plane]:
        whole = read()
        truth = np.ascontiguousarray(whole[: whole.shape[0] // factor * factor, : whole.shape[1] // factor * factor])
        return Given(shrunk(truth, factor), factor), truth

    samples = [Sample(stem, partial(opened, read)) for stem, read in pictures]
    return Case(f"{name} ×{factor}", samples, lambda _, truth, answer: judged(truth, answer, factor), gallery=True, free=free)


def factor_of(given: Given) -> dict[str, float]:
    """What the classical operations are told."""
    return {"factor": given.level}


def _large(given: Given) -> tuple[int, int]:
    """Width and height."""
    return given.picture.shape[1] * given.level, given.picture.shape[0] * given.level


def bicubic(given: Given) -> Plane:
    """H×W×3 float32, 0..255."""
    width, height = _large(given)
    return resized(given.picture, height, width)


def lanczos(given: Given) -> Plane:
    """Four lobes, then an unsharp mask."""
    large = cv2.resize(given.picture.astype(np.float32), _large(given), interpolation=cv2.INTER_LANCZOS4)
    return to_bytes((large + SHARPEN * (large - cv2.GaussianBlur(large, (0, 0), REACH * given.level))) / 255)
