"""A plugin host for benchmarks, following a folder of its own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from packshot.plugin.host import PluginHost
from packshot.settings import Settings


@asynccontextmanager
async def hosting(**settings: Any) -> AsyncIterator[tuple[PluginHost, Path]]:
    """The host, without installed plugins, and its folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "plugins")
        given = {"plugins_poll_s": 0.1, "plugins_linger_s": 0.0, "host_processes": 2, "device": "cpu", **settings}
        names = "hot,other,bad0,bad1,bad2,bad3,bad4,bad5"
        host = PluginHost(Settings(home=Path(name, "home"), plugins_dir=folder, plugins=names, **given))
        try:
            await host.start()
            yield host, folder
        finally:
            await host.stop()


async def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for `true()`."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.02)
