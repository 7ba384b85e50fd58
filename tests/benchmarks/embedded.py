"""packshot in one process (memory bus, files, SQLite; two plugin hosts) ÷ a bare pool of two on the same files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.backends import PLUGIN
from tests.benchmarks.photos import make_photos
from tests.benchmarks.pipeline import COUNT, OPERATIONS, pipeline_rate_from_upload
from tests.benchmarks.pool import pool_on_files
from tests.benchmarks.result import Ratio
from tests.system import EmbeddedSystem


def measure() -> list[Ratio]:
    """embedded_efficiency. Ours includes the upload over HTTP and the database; the pool has neither."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = make_photos(COUNT)
        pool = [pool_on_files(photos, folder)]
        settings = {"PACKSHOT_PLUGINS_DIR": str(PLUGIN), "PACKSHOT_HOST_PROCESSES": "2", "PYTHONPATH": "."}
        with EmbeddedSystem(folder, settings=settings) as system:
            system.wait_operations(OPERATIONS)
            pipeline_rate_from_upload(system, make_photos(8, first=1000))
            ours = [pipeline_rate_from_upload(system, make_photos(COUNT, first=2000 + 1000 * turn)) for turn in range(2)]
        pool.append(pool_on_files(photos, folder))
    note = f"packshot {max(ours):.1f}/s, pool {max(pool):.1f}/s; {COUNT} photos 1600×1200, upload included, best of two"
    return [Ratio("embedded_efficiency", max(ours) / max(pool), 0.9, note)]
