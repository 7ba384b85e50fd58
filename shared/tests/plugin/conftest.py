"""Plugins for tests, and a host that runs them."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
import pytest_asyncio

from packshot.plugin.host import PluginHost
from packshot.plugin.order import Blob, Kind, OrderedStep
from packshot.settings import Settings

FOLDER = Path(__file__).parent / "folder"
ALL_THERE = {"test.invert", "trouble.exit", "learned.convolve"}
"""An operation of each plugin."""


def picture(seed=0, size=(12, 16), dtype=np.uint8):
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max + 1, (*size, 3), dtype)


def photo(rgb):
    return Blob(cv2.imencode(".png", rgb[..., ::-1])[1].tobytes(), Kind.PHOTO)


def ordered(operation, params=None, **more):
    return OrderedStep(operation, params or {}, **more)


def settings_in(home):
    return Settings(
        home=home, plugins_dir=FOLDER, plugins="pixels,troubles,learned", host_processes=1, host_memory_mb=600, device="cpu"
    )


@asynccontextmanager
async def started(settings, **more):
    """A host with all that it offers: on a busy machine the folder's plugins come after its start."""
    host = PluginHost(settings, **more)
    try:
        await host.start()
        async with asyncio.timeout(200):
            while not ALL_THERE.issubset(spec.name for spec in host.specs):  # noqa: ASYNC110 - a change is no end of changes
                await asyncio.sleep(0.05)
        yield host
    finally:
        await host.stop()


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


@pytest.fixture
async def host(settings):
    async with started(settings) as host:
        yield host


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lasting_host(tmp_path_factory):
    """One for all tests of a module that leave a host as they found it; they run in the module's loop."""
    async with started(settings_in(tmp_path_factory.mktemp("lasting"))) as host:
        yield host
