"""Seconds from the drop of a plugin to its first job done, while 200 jobs flow: embedded, and over RabbitMQ with two workers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.benchmarks.backends import backends
from tests.benchmarks.result import Ratio
from tests.flow import Flow, all_changes, put, two_workers
from tests.system import EmbeddedSystem, System

COUNT = 200


def measure() -> list[Ratio]:
    """The slowest change (add, upgrades, canary, rollback, remove), in seconds. Fails if one job fails or is wrong."""
    return [_slowest("plugins_slowest_change", _embedded), _slowest("plugins_slowest_change_distributed", _distributed)]


def _slowest(name: str, start: Callable[[Path, Path], AbstractContextManager[System]]) -> Ratio:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "plugins"
        put(folder, "hot", "1.0.0")
        with start(Path(temporary), folder) as system:
            flow = Flow(system, COUNT, pause_s=0.12)
            seconds = all_changes(system, folder, flow)
            versions = flow.check()
    for change, took in seconds.items():
        print(f"  {change:<34} {took:5.2f} s")
    note = f"s; {COUNT} jobs flowed, none failed, none wrong: {versions}"
    return Ratio(name, max(seconds.values()), 5, note, at_most=True)


@contextmanager
def _embedded(home: Path, plugins: Path) -> Iterator[System]:
    settings = {"PACKSHOT_PLUGINS_DIR": str(plugins), "PACKSHOT_HOST_PROCESSES": "2", "PACKSHOT_PLUGINS_LINGER_S": "5"}
    with EmbeddedSystem(home, settings=settings) as system:
        system.wait_operations(["hot.own"])
        yield system


@contextmanager
def _distributed(home: Path, plugins: Path) -> Iterator[System]:
    with backends(home) as urls, two_workers(home, plugins, urls.bus, urls.prefix, urls.store) as system:
        yield system
