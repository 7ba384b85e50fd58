"""Real backends for a benchmark: the environment's, this machine's, or private ones. All names are the run's own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packshot.settings import Settings
from tests.benchmarks.pool import s3_client
from tests.real.postgres import fresh_database
from tests.real.private_s3 import private_s3
from tests.real.sweeping import sweep

PLUGIN = Path(__file__).parent / "plugin"


@dataclass(frozen=True)
class Backends:
    """Where a run's broker, store and database are."""

    bus: str
    store: str
    database: str
    prefix: str


@contextmanager
def backends(folder: Path) -> Iterator[Backends]:
    """A broker, a private object store with an empty bucket and an empty database."""
    prefix = f"bench{uuid.uuid4().hex[:8]}."
    bus = os.environ.get("PACKSHOT_TEST_RABBIT_URL", "amqp://guest:guest@127.0.0.1:5672/")
    with private_s3(folder / "s3") as store, fresh_database() as database:
        client, bucket = s3_client(store.url("bench"))
        client.make_bucket(bucket)
        try:
            yield Backends(bus, store.url("bench"), database, prefix)
        finally:
            sweep(bus, prefix, Settings().retry_delays_s, PLUGIN, also=("op.quality-check.bench.noop-after.v1",))
