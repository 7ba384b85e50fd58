"""Fixtures for every test of the workspace."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
import structlog
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM", "PACKSHOT_HOST_THREADS"):
    # Read when NumPy, torch and OpenCV are first imported, here and in every process that a test starts. With a test on each
    # core, threads that wait for each other by spinning made the solving of a small matrix twenty times as dear.
    os.environ.setdefault(_threads, "1")

pytest_plugins = ["tests.real.rabbit", "tests.real.s3", "tests.real.postgres"]

SHARED = {
    "tests/end_to_end": ("accidents", "bad_pictures", "bad_requests", "bucket", "main_job"),
    "tests/browser": ("annotate", "data", "drawing", "operations", "page"),
}
"""Modules that share a running system, which is dear to start, by folder."""
CONFORMANCE = "tests/conformance/test_plugins.py::"
"""The longest module by far: its tests are dealt out by plugin, whose name stands before the first dot."""


class Scopes(LoadScopeScheduling):
    """A module's tests run in one process; so do the modules that share a system."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(CONFORMANCE):
            return nodeid.partition(".py::")[2].partition(".")[0]
        scope: str = super()._split_scope(nodeid)
        folder, _, module = scope.removesuffix(".py").rpartition("/test_")
        return folder if module in SHARED.get(folder, ()) else scope


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scopes | None:
    """Only where scopes are asked for."""
    return Scopes(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.fixture(autouse=True)
def logs_speak_again() -> Iterator[None]:
    """A command that ran inside a test's process may have silenced or moved all logs, as is right in a process of its own."""
    yield
    logging.disable(logging.NOTSET)
    structlog.reset_defaults()
