"""Plugins for tests, and a host that runs them."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from packshot.plugin.host import PluginHost
from packshot.plugin.order import Blob, Kind, OrderedStep
from packshot.settings import Settings

FOLDER = Path(__file__).parent / "folder"


def picture(seed=0, size=(12, 16), dtype=np.uint8):
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max + 1, (*size, 3), dtype)


def photo(rgb):
    return Blob(cv2.imencode(".png", rgb[..., ::-1])[1].tobytes(), Kind.PHOTO)


def ordered(operation, params=None, **more):
    return OrderedStep(operation, params or {}, **more)


@pytest.fixture
def settings(tmp_path):
    return Settings(
        home=tmp_path, plugins_dir=FOLDER, plugins="pixels,troubles,learned", host_processes=1, host_memory_mb=600, device="cpu"
    )


@pytest.fixture
async def host(settings):
    host = PluginHost(settings)
    try:
        await host.start()
        yield host
    finally:
        await host.stop()
