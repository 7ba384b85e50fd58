"""The ten worst of each set, to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from packshot.evaluation.reporting import LABELLED, labelled
from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Frame, Plane
from packshot.training.sheet import sheet, shown
from tests.model_report.case import Case, Given, Method, Section
from tests.model_report.measuring import Outcome

WORST, ACROSS = 10, 2
_NAMED = str.maketrans({" ": "-", "σ": "sigma", "×": "x", ",": ""})


def gallery_name(section: Section, case: Case) -> str:
    """Of the file, in ASCII."""
    return f"{section.name}-{case.name}.webp".translate(_NAMED)


def write_galleries(section: Section, outcomes: Mapping[str, Mapping[str, Outcome]], private: Path, shared: Path) -> None:
    """What the learned method was given, its answer and the truth, for the worst pictures of each case.

    Only pictures that are free go to the folder `shared`.
    """
    (method,) = (method for method in section.methods if method.title == section.learned)
    for case in section.cases:
        outcome = outcomes[case.name].get(method.title)
        if case.gallery and outcome is not None and outcome.measured:
            folder = shared if case.free else private
            folder.mkdir(parents=True, exist_ok=True)
            made = sheet(_rows(case, method, outcome, section.worst_by))
            content = cv2.imencode(".webp", made[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, 80])[1]
            (folder / gallery_name(section, case)).write_bytes(content.tobytes())


def _rows(case: Case, method: Method, outcome: Outcome, measure: str) -> list[list[Plane]]:
    samples = {sample.name: sample for sample in case.samples}
    tiles = []
    for number, name in enumerate(outcome.worst(measure, WORST), 1):
        given, truth = samples[name].open()
        assert method.answer is not None
        words = (f"{number}. {name}", f"{method.title}\n{measure} {outcome.measured[name][measure]:.4g}", "truth")
        pictures = _seen(given, method.answer(given), truth)
        tiles.append([labelled(picture, text) for picture, text in zip(pictures, words, strict=True)])
    return [[*chain(*tiles[at : at + ACROSS])] for at in range(0, len(tiles), ACROSS)]


def _seen(given: Given, answer: Plane, truth: Plane) -> tuple[Plane, Plane, Plane]:
    """Cutouts whole; of restored pictures the part that came out worst, pixel by pixel."""
    rgb = to_bytes(given.picture)
    if truth.ndim == 2:
        return rgb, shown(Frame.of(rgb, answer)), shown(Frame.of(rgb, truth))
    if rgb.shape != truth.shape:
        rgb = cv2.resize(rgb, truth.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    error = np.square(answer.astype(np.float32) - truth).mean(axis=2)
    around = cv2.blur(error, (LABELLED // 2, LABELLED // 2))
    down, right = np.unravel_index(int(around.argmax()), around.shape)
    rows, columns = (_span(int(middle), side) for middle, side in zip((down, right), truth.shape[:2], strict=True))
    return rgb[rows, columns], answer[rows, columns], truth[rows, columns]


def _span(middle: int, side: int) -> slice:
    first = max(0, min(middle - LABELLED // 2, side - LABELLED))
    return slice(first, first + LABELLED)
