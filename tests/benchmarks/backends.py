"""Real backends for a benchmark: the environment's, this machine's, or private ones. All names are the run's own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.real.postgres import fresh_database
from tests.real.rabbit import delete_prefixed, find_rabbit
from tests.real.s3 import private_s3


@dataclass(frozen=True)
class Backends:
    """Where a run's broker, store and database are."""

    bus: str
    store: str
    database: str
    prefix: str


@contextmanager
def backends(folder: Path) -> Iterator[Backends]:
    """A broker, an object store with an empty bucket and an empty database."""
    prefix = f"bench{uuid.uuid4().hex[:8]}."
    bus = find_rabbit()
    with private_s3(folder / "s3") as store, fresh_database() as database:
        try:
            yield Backends(bus, os.environ.get("PACKSHOT_TEST_S3_URL", store), database, prefix)
        finally:
            delete_prefixed(bus, prefix)
