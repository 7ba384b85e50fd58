"""What operations are asked to do with a picture of a data set, and how the answer is measured."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from packshot.contracts.dataset import Item, Manifest, Split
from packshot.errors import BadParameters, OperationFailed
from packshot.evaluation import measures
from packshot.evaluation.degrading import Degrade, parse_degradation
from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Frame, Plane
from packshot.training.picture import Picture
from packshot.training.pictures import has_planes
from packshot.training.sources import FromData


@dataclass(frozen=True)
class Task:
    """Restoration or cutting out."""

    name: str
    aim: str
    """The measure by which pictures are ranked; more is better."""
    takes: tuple[str, ...]
    """Truth that a picture must have."""
    given: Callable[[Picture], Frame]
    """What every operation gets."""
    measure: Callable[[Picture, Frame], Mapping[str, float]]
    """Raises OperationFailed for an answer that is none."""


LESS_IS_BETTER = frozenset({"mae", "sad", "seconds"})


def task_for(manifest: Manifest, split: Split, degrade: str | None) -> tuple[Task, tuple[Item, ...]]:
    """The task that `degrade` (`noise:25`) or, without one, the data set's own truth sets, and the pictures that suit it.

    Raises BadParameters where nothing could be measured.
    """
    items = manifest.of(split)
    if not items:
        raise BadParameters(f"The data set {manifest.name} has no pictures on the side {split.value}.")
    if degrade is not None:
        return restoring(parse_degradation(degrade), degrade), items
    cut = tuple(item for item in items if has_planes(FromData(item), ("alpha",)))
    if not cut:
        raise BadParameters(
            f"The data set {manifest.name} has no masks on the side {split.value}, so cutouts cannot be measured. "
            "To measure restoration, say what is to be restored: --degrade noise:25, jpeg:20 or blur:2."
        )
    return CUTTING_OUT, cut


def restoring(degrade: Degrade, name: str) -> Task:
    """Pictures are degraded, each always in the same way, and compared with what they were."""

    def given(picture: Picture) -> Frame:
        seed = int.from_bytes(hashlib.sha256(picture.name.encode()).digest()[:8])
        return Frame.of(degrade(picture.rgb, np.random.default_rng(seed)))

    def measure(picture: Picture, answer: Frame) -> Mapping[str, float]:
        if answer.rgb.shape != picture.rgb.shape:
            raise OperationFailed(f"It answered with a picture of {answer.width} × {answer.height} pixels: it does not restore.")
        return measures.restoration(picture.rgb, to_bytes(answer.rgb))

    return Task(f"restoration after {name}", "psnr", (), given, measure)


def _cut_out_of(picture: Picture, answer: Frame) -> Mapping[str, float]:
    alpha: Plane | None = answer.alpha
    truth = to_bytes(picture.planes["alpha"])
    if alpha is None or alpha.shape != truth.shape:
        raise OperationFailed("It answered without an alpha of the picture's size: it does not cut out.")
    return measures.cutout(truth, to_bytes(alpha))


CUTTING_OUT = Task("cutting out", "iou", ("alpha",), lambda picture: Frame.of(picture.rgb), _cut_out_of)
