"""packshot, distributed: RabbitMQ + S3 + PostgreSQL, two worker processes, against the bare pool and against Celery."""

from __future__ import annotations

import signal
import tempfile
import time
from pathlib import Path

from tests.benchmarks.backends import PLUGIN, backends
from tests.benchmarks.celery_peer import celery_rate
from tests.benchmarks.photos import make_photos
from tests.benchmarks.pool import pool_on_s3
from tests.benchmarks.result import Ratio
from tests.benchmarks.steps import STEPS
from tests.system import DistributedSystem, System

COUNT = 160
RECIPE = "name: bench\nsteps:\n" + "".join(f"  - operation: bench.{name}\n" for name in [*STEPS, "jpeg"]) + "output: picture\n"
OPERATIONS = [f"bench.{name}" for name in [*STEPS, "jpeg"]]


def pipeline_rate(system: DistributedSystem, photos: dict[str, bytes], workers: list[str]) -> float:
    """Images a second from the commands waiting in the queue to every job finished in the database.

    The workers are frozen while the photos go up, because the pool finds its photos in the store as well.
    """
    for worker in workers:
        system.signal(worker, signal.SIGSTOP)
    listing = system.submit(photos, recipe_yaml=RECIPE)["id"]
    system.until(
        lambda: all(photo["state"] == "accepted" for photo in system.listing(listing)["photos"]), 60, "ingest is not done"
    )
    time.sleep(1.0)
    start = time.perf_counter()
    for worker in workers:
        system.signal(worker, signal.SIGCONT)
    done = system.follow_listing(listing)
    seconds = time.perf_counter() - start
    assert all(job["state"] == "finished" for job in done["jobs"]), done
    return len(photos) / seconds


def pipeline_rate_from_upload(system: System, photos: dict[str, bytes]) -> float:
    """Images a second from the first byte sent to every job finished."""
    start = time.perf_counter()
    done = system.follow_listing(system.submit(photos, recipe_yaml=RECIPE)["id"])
    assert all(job["state"] == "finished" for job in done["jobs"]), done
    return len(photos) / (time.perf_counter() - start)


def measure() -> list[Ratio]:
    """pipeline_efficiency and pipeline_vs_celery."""
    with tempfile.TemporaryDirectory() as name, backends(Path(name)) as urls:
        photos = make_photos(COUNT)
        settings = {
            "PACKSHOT_PLUGINS_DIR": str(PLUGIN),
            "PACKSHOT_BUS_PREFIX": urls.prefix,
            "PYTHONPATH": ".",
            "PACKSHOT_HOST_THREADS": "1",
        }
        pool = [pool_on_s3(photos, urls.store)]
        with DistributedSystem(
            Path(name), bus_url=urls.bus, store_url=urls.store, database_url=urls.database, settings=settings
        ) as system:
            workers = [system.start("edit", instance=str(index)) for index in range(2)]
            system.start_all(["gateway", "ingest"])
            system.wait_operations(OPERATIONS)
            pipeline_rate(system, make_photos(8, first=1000), workers)
            ours = [pipeline_rate(system, make_photos(COUNT, first=2000 + 1000 * turn), workers) for turn in range(2)]
        pool.append(pool_on_s3(photos, urls.store))
        celery = celery_rate(photos, urls.store, urls.bus)
    best_pool, best_ours = max(pool), max(ours)
    note = f"packshot {best_ours:.1f}/s, pool {best_pool:.1f}/s, Celery {celery:.1f}/s; {COUNT} photos 1600×1200, best of two"
    return [
        Ratio("pipeline_efficiency", best_ours / best_pool, 0.8, note),
        Ratio("pipeline_vs_celery", best_ours / celery, 1.3, note),
    ]
