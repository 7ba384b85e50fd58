"""Pace of a sound plugin while bad ones beside it crash, hang, bomb and hoard ÷ its pace alone."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import psutil

from packshot.errors import PackshotError
from packshot.plugin.host import PluginHost
from packshot.plugin.order import Order, OrderedStep
from tests.authors import drop, source
from tests.benchmarks.plugins.hosting import hosting, until
from tests.benchmarks.result import Ratio

SECONDS = 12.0
BAD = (
    "os._exit(3)",
    "import ctypes; ctypes.string_at(0)",
    "time.sleep(60)",
    "[os.fork() == 0 and (time.sleep(60), os._exit(0)) for _ in range(1000)]",
    "hoard = [bytearray(1 << 26) for _ in range(40)]; time.sleep(60)",
    "[os.write(1, b'x' * 99 + b'\\n') for _ in range(100000)]",
)


def measure() -> list[Ratio]:
    """plugins_neighbours: the pace; plugins_supervisor_memory: the worker's own memory after ÷ before."""
    return asyncio.run(_measure())


async def _measure() -> list[Ratio]:
    async with hosting(host_limit_processes=20, host_memory_mb=500) as (host, folder):
        drop(folder, "hot.py", source("bench.hot", imports="import time", run="time.sleep(0.02); return frame"))
        await until(lambda: host.specs)
        await _pace(host, 3)
        alone = [await _pace(host, SECONDS)]
        memory = psutil.Process().memory_info().rss
        for number, run in enumerate(BAD):
            drop(folder, f"bad{number}.py", source(f"bench.bad{number}", imports="import time", run=run))
        bad = asyncio.create_task(_use_the_bad(host))
        among = await _pace(host, SECONDS)
        bad.cancel()
        with suppress(asyncio.CancelledError):
            await bad
        rests = len(host.quarantined)
        grown = psutil.Process().memory_info().rss / memory
        for path in folder.glob("bad*"):
            path.unlink()
        await until(lambda: len(host.specs) == 1)
        alone.append(await _pace(host, SECONDS))
    mean = sum(alone) / len(alone)
    note = f"{among:.1f} against {mean:.1f} steps/s; {len(BAD)} bad plugins were dropped and used, {rests} rest"
    return [
        Ratio("plugins_neighbours", among / mean, 0.9, note),
        Ratio("plugins_supervisor_memory", grown, 1.1, "resident memory of the worker itself", at_most=True),
    ]


async def _pace(host: PluginHost, seconds: float) -> float:
    """Steps a second by one who asks again and again; the other core is the bad ones'."""
    count, began = 0, time.monotonic()
    while time.monotonic() < began + seconds:
        await host.run(Order((OrderedStep("bench.hot@1", {}),), None, wants_frame=False))
        count += 1
    return count / (time.monotonic() - began)


async def _use_the_bad(host: PluginHost) -> None:
    async def use(number: int) -> None:
        while True:
            with suppress(PackshotError):
                await host.run(Order((OrderedStep(f"bench.bad{number}@1", {}, timeout_s=1.0),), None, wants_frame=False))
            await asyncio.sleep(0.2)

    await asyncio.gather(*(use(number) for number in range(len(BAD))))
