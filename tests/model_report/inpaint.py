"""Thin and wide holes filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import skimage
from skimage.restoration import inpaint_biharmonic

from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Plane
from tests.model_report.case import BEST, Aim, Case, Column, Given, Mask, Method, Sample, Section, Table
from tests.model_report.measures import inside
from tests.model_report.ours import restores
from tests.model_report.own import clean_picture, clean_pictures
from tests.model_report.sets import pictures_of, read_rgb

SETS = ("kodak24", "mcmaster18")
LEARNED = "inpaint.cnn"


def section(data: Path) -> Section:
    """The cases of a folder of sets, and of pictures of our own."""
    methods = [
        Method("OpenCV Telea", f"cv2 {cv2.__version__} telea 5", opencv(cv2.INPAINT_TELEA)),
        Method("OpenCV Navier-Stokes", f"cv2 {cv2.__version__} ns 5", opencv(cv2.INPAINT_NS)),
        Method("scikit-image biharmonic", f"skimage {skimage.__version__} biharmonic", biharmonic),
        restores("inpaint.patch", "inpaint.patch (PatchMatch)"),
        restores(LEARNED),
    ]
    sets = {name: [(path.stem, partial(read_rgb, path)) for path in pictures_of(data / name)] for name in SETS}
    own = [(name, partial(clean_picture, name)) for name in clean_pictures()]
    cases = [case(name, kind, pictures) for name, pictures in sets.items() for kind in HOLES]
    cases += [case("own", kind, own, free=True) for kind in HOLES]
    aims = [
        Aim((f"{name} {kind}", "psnr"), gain, 0.5, over=BEST) for name in SETS for kind, gain in (("thin", 1.5), ("wide", 1.0))
    ]
    tables = [Table(f"{kind.capitalize()} holes", _columns(kind)) for kind in HOLES]
    return Section("inpaint", "Holes", LEARNED, cases, methods, tables, aims, "psnr")


def _columns(kind: str) -> list[Column]:
    quality = [(f"{name} {kind}", measure) for name in (*SETS, "own") for measure in ("psnr", "ssim")]
    return [*quality, (f"kodak24 {kind}", "detail"), (f"kodak24 {kind}", "seconds")]


def case(name: str, kind: str, pictures: list[tuple[str, Callable[[], Plane]]], *, free: bool = False) -> Case:
    """Pictures with holes."""

    def opened(place: int, read: Callable[[], Plane]) -> tuple[Given, Plane]:
        truth = read()
        hole = HOLES[kind](*truth.shape[:2], np.random.default_rng(place))
        return Given(np.where(hole[..., None], np.uint8(0), truth), hole=hole), truth

    samples = [Sample(stem, partial(opened, place, read)) for place, (stem, read) in enumerate(pictures)]
    return Case(f"{name} {kind}", samples, _measure, gallery=True, free=free)


def _measure(given: Given, truth: Plane, answer: Plane) -> Mapping[str, float]:
    assert given.hole is not None
    return inside(truth, answer, given.hole)


def thin(height: int, width: int, random: np.random.Generator) -> Mask:
    """Lines, 3 to 5 %."""
    mask = np.zeros((height, width), np.uint8)
    while mask.mean() < 0.03:
        corners = random.integers(0, [width, height], (3, 2)).astype(np.int32)
        more = cv2.polylines(mask.copy(), [corners], False, 1, int(random.integers(3, 7)))
        mask = more if more.mean() <= 0.05 else mask
    return mask > 0


def wide(height: int, width: int, random: np.random.Generator) -> Mask:
    """Ellipses, 20 to 30 %."""
    mask = np.zeros((height, width), np.uint8)
    while mask.mean() < 0.2:
        centre = tuple(int(value) for value in random.integers(0, [width, height]))
        axes = tuple(int(value) for value in random.integers(min(height, width) // 12, min(height, width) // 6, 2))
        cv2.ellipse(mask, centre, axes, float(random.uniform(0, 180)), 0, 360, 1, -1)
    return mask > 0


HOLES: Mapping[str, Callable[[int, int, np.random.Generator], Mask]] = {"thin": thin, "wide": wide}


def opencv(method: int) -> Callable[[Given], Plane]:
    """cv2.inpaint."""

    def fill(given: Given) -> Plane:
        assert given.hole is not None
        return cv2.inpaint(given.picture, given.hole.astype(np.uint8), 5, method)

    return fill


def biharmonic(given: Given) -> Plane:
    """On all channels, each hole by itself."""
    assert given.hole is not None
    return to_bytes(inpaint_biharmonic(given.picture / 255, given.hole, split_into_regions=True, channel_axis=-1))
