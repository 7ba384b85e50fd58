"""The running system that the tests of this folder share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.real.postgres import fresh_database
from tests.real.rabbit import BIN, PrivateRabbit, find_rabbit
from tests.real.sweeping import sweep
from tests.system import DistributedSystem

PLUGINS = Path(__file__).parent / "plugins"
DELAYS = (0.3, 0.6, 1.2)


@pytest.fixture(scope="session")
def rabbit_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of this run's own where one can be started: whole systems have more queues than a shared one has handles for."""
    if BIN is None or os.environ.get("PACKSHOT_TEST_RABBIT_URL"):
        yield find_rabbit()
        return
    node = PrivateRabbit(tmp_path_factory.mktemp("rabbit"))
    try:
        node.start()
        yield node.url
    finally:
        node.stop()


@pytest.fixture(scope="session")
def prefix(rabbit_url: str) -> Iterator[str]:
    """Names of this run's queues and exchanges start with it."""
    prefix = f"e2e{uuid4().hex[:8]}."
    yield prefix
    sweep(rabbit_url, prefix, DELAYS, PLUGINS, also=("minio",))


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, rabbit_url: str, s3_url: str, prefix: str) -> Iterator[DistributedSystem]:
    """All six services."""
    folder = tmp_path_factory.mktemp("system")
    settings = {
        "PACKSHOT_BUS_PREFIX": prefix,
        "PACKSHOT_PLUGINS_DIR": str(PLUGINS),
        "PACKSHOT_RETRY_DELAYS_S": str(list(DELAYS)),
        "PACKSHOT_QUARANTINE_S": "2",
        "PACKSHOT_FETCH_ALLOW_PRIVATE": "true",
        "PACKSHOT_NOTIFY_EXCHANGE": f"{prefix}minio",
    }
    with (
        fresh_database() as database,
        DistributedSystem(folder, bus_url=rabbit_url, store_url=s3_url, database_url=database, settings=settings) as system,
    ):
        system.start_all()
        system.wait_operations(
            ["layout.export", "inspect.compliance", "compose.ground", "cutout.classical", "cutout.net", "e2e.wait"]
        )
        yield system
