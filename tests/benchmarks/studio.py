"""How fast the procedural studio renders: all families in turn, 320 pixels, two processes."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cv2

from packshot.studio import FAMILIES, render
from tests.benchmarks.result import Ratio

AIM = 10.0
"""Pictures a second."""
PROCESSES, ROUNDS, SIZE = 2, 4, 320


def measure() -> list[Ratio]:
    """Pictures a second of the wall clock, as a share of the aim; the note says what one costs in processor time."""
    jobs = [(seed, family) for seed in range(ROUNDS) for family in FAMILIES]
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        list(pool.map(_seconds, jobs[:4]))  # what a process does once is not what is measured
        started = time.perf_counter()
        costs = list(pool.map(_seconds, jobs))
        pace = len(jobs) / (time.perf_counter() - started)
    by_family = {family: sum(costs[place :: len(FAMILIES)]) / ROUNDS for place, family in enumerate(FAMILIES)}
    slowest = max(by_family, key=lambda family: by_family[family])
    note = f"{pace:.1f} pictures/s; {sum(costs) / len(costs):.2f} s of processor a picture, {slowest} {by_family[slowest]:.2f}"
    return [Ratio("studio_pace", pace / AIM, 1.0, note)]


def _seconds(job: tuple[int, str]) -> float:
    seed, family = job
    started = time.process_time()
    render(seed, SIZE, family)
    return time.process_time() - started
