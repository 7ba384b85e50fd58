"""10,000 pictures with planted faults, imported, cleaned and split by the service `collect` on two processes."""

from __future__ import annotations

import asyncio
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import psutil

from packshot.bus.memory import MemoryBus
from packshot.bus.topology import COLLECT
from packshot.contracts.collecting import CollectOrder, Rejection
from packshot.contracts.envelope import Envelope
from packshot.contracts.ids import new_id
from packshot.contracts.messages import CollectFinished, CollectProgressed, CollectRun
from packshot.datasets.register import read_manifest
from packshot.datasets.splits import leaks
from packshot.service import System
from packshot.store.filesystem import FilesystemStore
from packshot_collect.service import CollectService
from packshot_collect.settings import CollectSettings
from tests.benchmarks.result import Ratio

COUNT = 10_000
SIZE = (600, 800)
FAULTS = {"duplicate": 0.10, "blurred": 0.04, "broken": 0.03, "tiny": 0.03}
FEW = 2_000


def measure() -> list[Ratio]:
    """collect_minutes, collect_memory, collect_found and collect_wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        planted = plant(folder / "in", COUNT)
        minutes, memory, found = asyncio.run(_collect(folder))
    right = sum(found.get(name) == code for name, code in planted.items() if code)
    wrong = sum(name in found for name, code in planted.items() if not code)
    faults = sum(bool(code) for code in planted.values())
    few, many = memory[FEW], memory[COUNT]
    return [
        Ratio("collect_minutes", minutes, 10, f"{COUNT} pictures of {SIZE[1]}×{SIZE[0]}, two processes", at_most=True),
        Ratio("collect_memory", many / few, 1.25, f"{few:.0f} MB after {FEW}, {many:.0f} MB after {COUNT}", at_most=True),
        Ratio("collect_found", right / faults, 0.99, f"{right} of {faults} planted faults were found and named rightly"),
        Ratio("collect_wrong", wrong / (COUNT - faults), 0.005, f"{wrong} of {COUNT - faults} good ones left out", at_most=True),
    ]


def plant(folder: Path, count: int) -> dict[str, str]:
    """Write pictures below `folder`; for each, by what it is to be left out, or an empty string."""
    folder.mkdir(parents=True)
    numbers = range(count)
    with ProcessPoolExecutor(2) as pool:
        return dict(pool.map(_plant_one, [folder] * count, numbers, chunksize=200))


def scene(seed: int) -> np.ndarray:
    """H×W×3: shapes with sharp edges and some grain, before an uneven ground."""
    random = np.random.default_rng(seed)
    height, width = SIZE
    picture = cv2.resize(random.integers(100, 256, (4, 4, 3), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        colour = tuple(int(value) for value in random.integers(0, 256, 3))
        x, y, reach = (int(random.integers(*span)) for span in ((0, width), (0, height), (height // 12, height // 4)))
        if random.random() < 0.5:
            cv2.circle(picture, (x, y), reach, colour, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(picture, (x, y), (x + reach, y + 2 * reach), colour, -1)
    grain = random.standard_normal((height // 4, width // 4, 1), np.float32) * 6
    return np.clip(picture + cv2.resize(grain, (width, height))[..., None], 0, 255).astype(np.uint8)


def _plant_one(folder: Path, number: int) -> tuple[str, str]:
    cv2.setNumThreads(1)
    code, quality = _fault(number), 88
    picture = scene(number)
    if code == "duplicate":
        # Of the picture before it: smaller, lighter and more strongly compressed, as copies on the web are.
        copy = cv2.resize(scene(number - 1), None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
        picture, quality = cv2.convertScaleAbs(copy, alpha=1.04, beta=3), 60
    elif code == "blurred":
        picture = cv2.GaussianBlur(picture, (0, 0), 8)
    elif code == "tiny":
        picture = cv2.resize(picture, (100, 75), interpolation=cv2.INTER_AREA)
    content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
    name = f"{number // 500:02}/{number:05}.jpg"
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(content[: len(content) // 2] if code == "broken" else content)
    return name, code


def _fault(number: int) -> str:
    """Every fifth number has one; a duplicate's neighbour before it is always good."""
    place = (number // 5) % 20 / 20 if number % 5 == 4 else 1.0
    share = 0.0
    for code, part in FAULTS.items():
        share += part * 5
        if place < share:
            return code
    return ""


async def _collect(folder: Path) -> tuple[float, dict[int, float], dict[str, str]]:
    settings = CollectSettings(home=folder, collect_processes=2)
    bus, store = MemoryBus((1.0,)), FilesystemStore(folder / "store")
    await bus.open()
    await store.open()
    await bus.declare(COLLECT)
    system, ended = System(settings, bus, store), asyncio.Event()
    memory: dict[int, float] = {}
    ends: list[CollectFinished] = []

    async def hear(delivery) -> None:
        if delivery.envelope.type == CollectProgressed.type:
            counts = delivery.envelope.body(CollectProgressed).counts
            done = counts.pictures + counts.rejected
            if done >= FEW and FEW not in memory:
                memory[FEW] = _resident_mb()
            memory[COUNT] = max(memory.get(COUNT, 0.0), _resident_mb())
        elif delivery.envelope.type == CollectFinished.type:
            ends.append(delivery.envelope.body(CollectFinished))
            ended.set()

    await bus.subscribe(["collect.*"], hear)
    service = asyncio.create_task(CollectService().run(system))
    source = {"kind": "folder", "path": str(folder / "in"), "licence": "own"}
    order = CollectOrder.model_validate({"name": "many", "source": source, "clean": {}, "split": {}})
    command = CollectRun(collection=new_id(), order=order, started=datetime.now(UTC))
    started = time.monotonic()
    await asyncio.sleep(0.5)
    await bus.send(COLLECT, Envelope.of(command, source="benchmark", subject=command.collection))
    await ended.wait()
    minutes = (time.monotonic() - started) / 60
    system.stopping.set()
    await service
    manifest = await read_manifest(store, ends[0].digest)
    assert not leaks(manifest.items)
    assert manifest.report is not None
    rejections = [Rejection.model_validate_json(line) for line in (await store.get(manifest.report)).splitlines()]
    return minutes, memory, {rejection.source: rejection.code for rejection in rejections}


def _resident_mb() -> float:
    process = psutil.Process()
    return sum(one.memory_full_info().uss for one in [process, *process.children(recursive=True)]) / 1e6
