"""Memory of a worker and its plugin hosts after 2,000 photos ÷ after 200."""

from __future__ import annotations

import tempfile
from pathlib import Path

import psutil

from tests.benchmarks.backends import PLUGIN
from tests.benchmarks.photos import make_photo
from tests.benchmarks.pipeline import OPERATIONS, RECIPE
from tests.benchmarks.result import Ratio
from tests.system import EmbeddedSystem

FEW, MANY, EACH = 200, 2000, 50


def resident_mb(pid: int) -> float:
    """Memory of a process and all below it that they share with nobody (USS), MB."""
    process = psutil.Process(pid)
    return sum(one.memory_full_info().uss for one in [process, *process.children(recursive=True)]) / 1e6


def measure() -> list[Ratio]:
    """worker_memory: the whole embedded system, so that every service's leak would show."""
    with tempfile.TemporaryDirectory() as name:
        settings = {"PACKSHOT_PLUGINS_DIR": str(PLUGIN), "PACKSHOT_HOST_PROCESSES": "2", "PYTHONPATH": "."}
        with EmbeddedSystem(Path(name), settings=settings) as system:
            system.wait_operations(OPERATIONS)
            photo = make_photo(0)
            after: dict[int, float] = {}
            for done in range(EACH, MANY + 1, EACH):
                # A comment after the end of a JPEG changes its digest, not its pixels: no result is ever found in the cache.
                batch = {f"{done}-{index}.jpg": photo + f"{done}-{index}".encode() for index in range(EACH)}
                system.wait_listing(system.submit(batch, recipe_yaml=RECIPE)["id"])
                if done in (FEW, MANY):
                    after[done] = resident_mb(system.pid)
    note = f"{after[FEW]:.0f} MB after {FEW} photos, {after[MANY]:.0f} MB after {MANY}"
    return [Ratio("worker_memory", after[MANY] / after[FEW], 1.1, note, at_most=True)]
