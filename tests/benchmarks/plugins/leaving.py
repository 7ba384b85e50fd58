"""What is left when a plugin has gone, and after a hundred upgrades: processes, memory, files, descriptors, tasks."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import psutil

from packshot.plugin.host import PluginHost
from packshot.plugin.order import Order, OrderedStep
from tests.authors import drop, source
from tests.benchmarks.plugins.hosting import hosting, until
from tests.benchmarks.result import Ratio

UPGRADES = 100
HOARD_MB = 400
NOTHING = "return frame"


def measure() -> list[Ratio]:
    """plugins_memory_back: memory of all processes after a plugin has left ÷ before it came. plugins_left: things left."""
    return asyncio.run(_measure())


async def _measure() -> list[Ratio]:
    async with hosting(host_processes=1) as (host, folder):
        drop(folder, "other.py", source("bench.other"))
        await until(lambda: len(host.specs) == 1)
        before = _memory_mb()
        drop(folder, "hot.py", source("bench.hot", imports=f"hoard = bytearray(b'x') * ({HOARD_MB} << 20)", run=NOTHING))
        await _use(host, "1.0.0")
        during = _memory_mb()
        (folder / "hot.py").unlink()
        await until(lambda: len(host.specs) == 1 and len(host.plugins) == 1 + _unnamed(host))
        after = _memory_mb()
        left = await _upgrades(host, folder)
    memory = f"{before} MB before, {during} MB with a plugin that holds {HOARD_MB} MB, {after} MB after it left"
    note = f"processes, descriptors, tasks or files more after {UPGRADES} upgrades than after the first"
    return [
        Ratio("plugins_memory_back", after / before, 1.05, memory, at_most=True),
        Ratio("plugins_left", left, 0, note, at_most=True),
    ]


async def _upgrades(host: PluginHost, folder: Path) -> float:
    start: tuple[int, ...] = ()
    for number in range(UPGRADES + 1):
        drop(folder, "hot.py", source("bench.hot", f"1.{number}.0", run=NOTHING))
        await _use(host, f"1.{number}.0")
        await until(lambda: len(host.plugins) == 2 + _unnamed(host))
        if number in (0, UPGRADES):
            await asyncio.sleep(1)
            start, now = start or _things(folder), _things(folder)
    print(f"  processes, descriptors, tasks, files: {start} after the first, {now} after {UPGRADES} more")
    return float(sum(max(0, new - old) for old, new in zip(start, now, strict=True)))


async def _use(host: PluginHost, version: str) -> None:
    await until(lambda: any(spec.version == version and spec.name == "bench.hot" for spec in host.specs))
    await host.run(Order((OrderedStep("bench.hot@1", {}, version=version),), None, wants_frame=False))


def _unnamed(host: PluginHost) -> int:
    """The names of PACKSHOT_PLUGINS that are not there."""
    return sum(each.source == each.name for each in host.plugins)


def _things(folder: Path) -> tuple[int, ...]:
    gc.collect()
    process = psutil.Process()
    files = sum(1 for _ in (folder.parent / "home").rglob("*"))
    return len(process.children(recursive=True)), process.num_fds(), len(asyncio.all_tasks()), files


def _memory_mb() -> int:
    process = psutil.Process()
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) >> 20
