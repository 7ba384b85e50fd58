"""How fast the learned ones are on a picture of one megapixel and two cores, beside what they are compared with, in one run."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2

from packshot.plugin.frame import Plane
from packshot.studio.render import render
from tests.benchmarks.result import Ratio
from tests.model_report import cutout, noise
from tests.model_report.case import Given, Method
from tests.model_report.ours import cuts, restores
from tests.model_report.own import FIRST

SIDE, ROUNDS, CORES = 1024, 5, 2
SIGMA = 25


def measure() -> list[Ratio]:
    """A ratio for the denoiser, seconds for the cutout; none for what is not installed."""
    picture = render(FIRST, size=SIDE)
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(sorted(cores)[:CORES]))
    threads = cv2.getNumThreads()
    cv2.setNumThreads(CORES)
    try:
        return [*_denoising(picture.clean), *_cutting(picture.rgb)]
    finally:
        cv2.setNumThreads(threads)
        os.sched_setaffinity(0, cores)


def _denoising(clean: Plane) -> Sequence[Ratio]:
    means = Method(noise.NLM, "", noise.opencv_nlm)
    ours, classical = (restores(name, told=lambda given: {"sigma": given.level}) for name in (noise.LEARNED, "denoise.dct"))
    if ours.answer is None:
        return []
    took = timed([means, ours, classical], Given(noise.noisy(clean, SIGMA), SIGMA))
    return [
        Ratio(
            "denoise.cnn, times as fast as fastNlMeansColored", took[means.title].wall / took[ours.title].wall, 2.0, _said(took)
        )
    ]


def _cutting(rgb: Plane) -> Sequence[Ratio]:
    whole = Method(f"{cutout.GRABCUT}, whole", "", lambda given: cutout.grabcut(given, None))
    small = Method(f"{cutout.GRABCUT} at {cutout.SMALL}", "", lambda given: cutout.grabcut(given, cutout.SMALL))
    ours = cuts(cutout.LEARNED)
    if ours.answer is None:
        return []
    took = {**timed([ours, small, cuts("cutout.classical")], Given(rgb)), **timed([whole], Given(rgb), rounds=1)}
    return [Ratio("cutout.net, seconds end to end", took[ours.title].wall, 0.25, _said(took), at_most=True)]


@dataclass
class Took:
    """Seconds of one picture, the least of some rounds."""

    wall: float = float("inf")
    processor: float = float("inf")
    """Of all threads: what others do on the machine hardly changes it."""


def timed(methods: Sequence[Method], given: Given, rounds: int = ROUNDS) -> Mapping[str, Took]:
    """By title, of each that is there: rounds in turn, after one that loads what it needs."""
    there = {method.title: method.answer for method in methods if method.answer is not None}
    least = {title: Took() for title in there}
    for number in range(1 + rounds):
        for title, answer in there.items():
            began, used = time.perf_counter(), time.process_time()
            answer(given)
            if number:
                least[title].wall = min(least[title].wall, time.perf_counter() - began)
                least[title].processor = min(least[title].processor, time.process_time() - used)
    return least


def _said(took: Mapping[str, Took]) -> str:
    return ", ".join(f"{title} {each.wall:.2f} ({each.processor:.2f})" for title, each in took.items())
