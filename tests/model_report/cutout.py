"""Products and persons cut out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from packshot.evaluation.measures import cutout as compared
from packshot.imaging.guided_filter import guided_filter
from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Plane
from packshot.studio.composite import CompositeSettings, composite
from tests.model_report.case import Aim, Case, Given, Method, Sample, Section, Table
from tests.model_report.measures import matting
from tests.model_report.ours import cuts
from tests.model_report.own import RENDERS, rendered
from tests.model_report.sets import cutouts_of, pairs_of, pictures_of, read_mask, read_rgb, sets_of

LEARNED = "cutout.net"
GRABCUT = "OpenCV grabCut"
SETS: Mapping[str, str] = {
    "ccp": "street photos of persons in clothes, masks drawn by people",
    "composites": "cutouts of tuxpaint and IKEA over textures of DTD, put together by the studio's compositor",
    "own": "renders of the studio with seeds that no training has, exact alpha",
    "scanned_product_renders": "renders of scanned products in rooms, exact alpha",
    "tuxpaint_cutouts": "things with alpha drawn by people, over other grounds",
    "davis16": "scenes of films, one thing or animal, masks drawn by people",
    "ikea_products_nc": "catalogue photos on white, masks derived from the white",
    "grocery_iconic": "catalogue photos of groceries on white, masks derived from the white",
    "fruits_nuts": "fruits and nuts on a table, polygons drawn by people",
    "coco128_seg": "scenes with several things, coarse polygons drawn by people: IoU only",
}
SOFT = ("tuxpaint_cutouts", "scanned_product_renders", "composites", "own")
WHOLE, SOME = 6, 40
"""Pictures of a set, for methods that take seconds."""
COMPOSITES, SIDE = 100, 448
SMALL = 320
INSET = 0.03


def section(data: Path) -> Section:
    """The cases of a folder of sets, and of renders of our own."""
    methods = [
        Method(f"{GRABCUT}, whole", f"cv2 {cv2.__version__} grabcut whole", partial(grabcut, side=None), most=WHOLE),
        Method(f"{GRABCUT} at {SMALL}", f"cv2 {cv2.__version__} grabcut {SMALL}", partial(grabcut, side=SMALL), most=SOME),
        Method("border flood, guided filter", "flood 1", flooded),
        cuts("cutout.classical", most=SOME),
        cuts(LEARNED),
    ]
    found = {name: [(image.stem, partial(_pair, image, mask)) for image, mask in pairs_of(images, masks)]
             for name, images, masks in sets_of(data) if name in SETS}  # fmt: skip
    own = [(f"studio-{number}", partial(_render, number)) for number in range(RENDERS)]
    pictures = {**found, "composites": _composites(data), "own": own}
    cases = [case(name, pictures.get(name, [])) for name in SETS]
    measures = ("iou", "boundary_f", "mae")
    tables = [Table("IoU on every set", [(name, "iou") for name in SETS])]
    tables += [Table(f"{name}: {about}", [(name, measure) for measure in _measures(name)]) for name, about in SETS.items()]
    aims = [
        Aim(("composites", "iou"), 0.92, 0.85),
        Aim(("ccp", "iou"), 0.88),
        *(
            Aim((name, measure), aim)
            for name in ("composites", "ccp")
            for measure, aim in zip(measures[1:], (0.80, 0.04), strict=True)
        ),
    ]
    return Section("cutout", "Cutouts", LEARNED, cases, methods, tables, aims, "iou")


def _measures(name: str) -> tuple[str, ...]:
    if name == "coco128_seg":
        return ("iou", "seconds")
    soft = ("sad", "mse", "grad", "conn", "band_mse", "band_sad") if name in SOFT else ()
    return ("iou", "boundary_f", "mae", *soft, "seconds")


def case(name: str, pictures: list[tuple[str, Callable[[], tuple[Plane, Plane]]]]) -> Case:
    """Pictures with their alpha."""

    def opened(read: Callable[[], tuple[Plane, Plane]]) -> tuple[Given, Plane]:
        rgb, alpha = read()
        return Given(rgb), alpha

    samples = [Sample(stem, partial(opened, read)) for stem, read in pictures]
    measure = _soft if name in SOFT else _hard
    return Case(name, samples, measure, gallery=True, free=name == "own")


def _hard(_: Given, truth: Plane, answer: Plane) -> Mapping[str, float]:
    return compared(truth, answer)


def _soft(_: Given, truth: Plane, answer: Plane) -> Mapping[str, float]:
    return {**compared(truth, answer), **matting(truth, answer)}


def _pair(image: Path, mask: Path) -> tuple[Plane, Plane]:
    rgb = read_rgb(image)
    return rgb, read_mask(mask, rgb.shape)


def _render(number: int) -> tuple[Plane, Plane]:
    made = rendered(number)
    return made.rgb, to_bytes(made.alpha)


def _composites(data: Path) -> list[tuple[str, Callable[[], tuple[Plane, Plane]]]]:
    products, grounds = cutouts_of(data), [read_rgb(path) for path in pictures_of(data / "dtd10")]
    if not products or not grounds:
        return []

    def made(seed: int) -> tuple[Plane, Plane]:
        one = composite(seed, products, grounds, SIDE, CompositeSettings(empty=0))
        return one.rgb, to_bytes(one.alpha)

    return [(f"composite-{seed}", partial(made, seed)) for seed in range(COMPOSITES)]


def grabcut(given: Given, side: int | None) -> Plane:
    """Five rounds from a frame, on a picture that is `side` pixels long, enlarged."""
    rgb = given.picture
    scale = 1.0 if side is None else min(1.0, side / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    inset = max(2, round(INSET * min(height, width)))
    state = np.zeros((height, width), np.uint8)
    frame = (inset, inset, width - 2 * inset, height - 2 * inset)
    cv2.setRNGSeed(0)
    cv2.grabCut(small, state, frame, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
    return cv2.resize((state & 1) * np.uint8(255), rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)


def flooded(given: Given) -> Plane:
    """Ground is what resembles the border and hangs together with it."""
    rgb = given.picture
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    border = np.concatenate((lab[0], lab[-1], lab[:, 0], lab[:, -1]))
    away = np.linalg.norm(lab - np.median(border, axis=0), axis=2)
    usual = np.linalg.norm(border - np.median(border, axis=0), axis=1)
    alike = (away <= max(8.0, 2.5 * float(np.median(usual)))).astype(np.uint8)
    # A rim of ground around the picture joins what touches the border anywhere.
    framed = np.pad(alike, 1, constant_values=1)
    _, labels = cv2.connectedComponents(framed, connectivity=4)
    product = (labels != labels[0, 0])[1:-1, 1:-1].astype(np.float32)
    return to_bytes(guided_filter(rgb.astype(np.float32) / 255, product, radius=4, epsilon=1e-4))
