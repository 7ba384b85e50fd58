"""A step through the plugin host ÷ the bare function, for frames of 1, 4 and 12 megapixels.

What one step more adds to a visit: to a visit that stays in one plugin's child, and to one that changes between two plugins at
every step, so that all planes go out of one process and into another. Counted in CPU time of all processes together, which
another program on the machine changes little; steps of a visit follow one another, so on an idle machine that is their time.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import numpy as np

from packshot.plugin.frame import Frame
from packshot.plugin.order import Blob, Kind, Order, OrderedStep
from packshot.plugin.picture import Picture
from packshot.plugin.transfer import BlobWriter
from tests.authors import drop, source
from tests.benchmarks.plugins.hosting import hosting, until
from tests.benchmarks.result import Ratio

SIZES = {1: (816, 1224), 4: (1632, 2448), 12: (2832, 4244)}
STEPS_S = (0.057, 0.002)
FEW, MANY = 1, 9
TURNS = 5
WORK = """import time
def work(rgb, seconds):
    end = time.thread_time() + seconds
    made = rgb.copy()
    made[0, 0] ^= 1
    while time.thread_time() < end:
        pass
    return made
"""


def measure() -> list[Ratio]:
    """plugins_isolation: the worst ratio at 57 ms a step within one plugin; the table has all."""
    return asyncio.run(_measure())


async def _measure() -> list[Ratio]:
    async with hosting() as (host, folder):
        for name in ("hot", "other"):
            text = source(f"bench.{name}", imports=WORK, run="return frame.with_rgb(work(frame.rgb, run.seed / 1000))")
            drop(folder, f"{name}.py", text)
        await until(lambda: len(host.specs) == 2)

        pictures = {size: _raw(*shape) for size, shape in SIZES.items()}

        async def visit(size: int, seconds: float, count: int, names: tuple[str, ...]) -> float:
            picture = pictures[size]
            steps = tuple(
                OrderedStep(f"bench.{names[number % len(names)]}@1", {}, seed=round(seconds * 1000)) for number in range(count)
            )
            began = _cpu_seconds(host.pids)
            await host.run(Order(steps, picture, wants_frame=False))
            return _cpu_seconds(host.pids) - began

        worst: dict[float, list[float]] = {}
        print("  ms a step  megapixels  bare ms  within one plugin  between two plugins")
        for seconds in STEPS_S:
            for size in SIZES:
                bare = _bare(size, seconds)
                ratios = []
                for names in (("hot",), ("hot", "other")):
                    few, many = [min([await visit(size, seconds, count, names) for _ in range(TURNS)]) for count in (FEW, MANY)]
                    ratios.append((many - few) / (MANY - FEW) / bare)
                print(f"  {seconds * 1000:9.0f}  {size:10d}  {bare * 1000:7.1f}  {ratios[0]:17.3f}  {ratios[1]:19.3f}")
                worst[seconds] = [max(pair) for pair in zip(worst.get(seconds, (0.0, 0.0)), ratios, strict=True)]
    within, between = worst[STEPS_S[0]]
    return [
        Ratio(
            "plugins_isolation", within, 1.05, "57 ms a step, several steps in one plugin, worst of 1, 4 and 12 MP", at_most=True
        ),
        Ratio("plugins_crossing", between, 1.05, "57 ms a step, another plugin at every step, worst of the same", at_most=True),
    ]


def _cpu_seconds(pids: list[int]) -> float:
    """CPU time of this process and those, to the nanosecond."""
    tasks = (task for pid in (os.getpid(), *pids) for task in Path(f"/proc/{pid}/task").iterdir())
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def _raw(height: int, width: int) -> Blob:
    """A picture as it travels between two children."""
    writer = BlobWriter()
    place = writer.add_raw(Picture.of(Frame.of(np.zeros((height, width, 3), np.uint8))))
    return Blob(b"".join(writer.blobs), Kind.RAW, place["layout"])


def _bare(size: int, seconds: float) -> float:
    height, width = SIZES[size]
    rgb = np.zeros((height, width, 3), np.uint8)
    room: dict[str, object] = {}
    exec(WORK, room)
    work = room["work"]
    took = []
    for _ in range(TURNS):
        began = time.thread_time()
        work(rgb, seconds)  # type: ignore[operator]
        took.append(time.thread_time() - began)
    return min(took)
