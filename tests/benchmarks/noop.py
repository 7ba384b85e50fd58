"""No-op steps a second through a whole worker (bus, plugin host, store) ÷ the bare aio-pika loop with the same messages."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aio_pika

from packshot.bus.connect import make_bus
from packshot.bus.topology import operation_queue
from packshot.contracts.artifact import digest_of
from packshot.contracts.envelope import Envelope
from packshot.contracts.ids import new_id
from packshot.contracts.messages import StepRun
from packshot.contracts.operation import Stage
from packshot.contracts.plan import PlannedBranch, PlannedStep
from packshot.contracts.result import FrameRef
from packshot.settings import Settings
from tests.benchmarks.backends import PLUGIN, Backends, backends
from tests.benchmarks.result import Ratio
from tests.system import DistributedSystem

COUNT = 6000
FIRST = PlannedStep(id="0", stage=Stage.EDIT, operation="bench.noop", major=1, params={})
THEN = PlannedStep(id="1", stage=Stage.QUALITY_CHECK, operation="bench.noop-after", major=1, params={})


def command() -> Envelope:
    """One step of ours, and one that another service would do."""
    job = new_id()
    branch = PlannedBranch(steps=(FIRST, THEN), output="nothing")
    return Envelope.of(StepRun(job=job, branch=branch, frame=FrameRef(key=digest_of(job.encode()))), source="/bench", subject=job)


async def rate(depth: Callable[[], Awaitable[int]]) -> float:
    """Messages a second arriving behind `depth`, over the middle nine tenths of COUNT."""
    marks: list[tuple[float, int]] = []
    end = time.monotonic() + 240
    while time.monotonic() < end:
        have = await depth()
        if have >= COUNT / 20:
            marks.append((time.perf_counter(), have))
        if have >= COUNT:
            (start, first), (stop, last) = marks[0], marks[-1]
            return (last - first) / (stop - start)
        await asyncio.sleep(0.02)
    raise TimeoutError(f"only {have} of {COUNT} messages came through")


async def ours(urls: Backends, folder: Path) -> float:
    """Steps a second of one edit worker."""
    settings = Settings(bus_url=urls.bus, bus_prefix=urls.prefix, home=folder)
    bus = make_bus(settings, "bench")
    await bus.open()
    work = operation_queue(FIRST.stage, FIRST.operation, FIRST.major)
    after = operation_queue(THEN.stage, THEN.operation, THEN.major)
    for queue in (work, after):
        await bus.declare(queue)
    for start in range(0, COUNT, 500):
        await asyncio.gather(*(bus.send(work, command()) for _ in range(start, min(start + 500, COUNT))))
    environment = {"PACKSHOT_PLUGINS_DIR": str(PLUGIN), "PACKSHOT_BUS_PREFIX": urls.prefix, "PYTHONPATH": "."}
    store = (folder / "store").as_uri()
    with DistributedSystem(folder, bus_url=urls.bus, store_url=store, database_url=urls.database, settings=environment) as system:
        system.start("edit")
        result = await rate(lambda: bus.depth(after))
    await bus.close()
    return result


async def bare(urls: Backends) -> float:
    """Messages a second of the bare loop."""
    prefix = f"{urls.prefix}bare."
    connection = await aio_pika.connect(urls.bus)
    channel = await connection.channel(publisher_confirms=True)
    for name in ("in", "out", "events"):
        await channel.declare_queue(f"{prefix}{name}", durable=True, arguments={"x-queue-type": "quorum"})
    for start in range(0, COUNT, 500):
        bodies = [command().model_dump_json().encode() for _ in range(start, min(start + 500, COUNT))]
        messages = (
            aio_pika.Message(body, message_id=new_id(), delivery_mode=aio_pika.DeliveryMode.PERSISTENT) for body in bodies
        )
        await asyncio.gather(*(channel.default_exchange.publish(message, f"{prefix}in") for message in messages))

    async def depth() -> int:
        queue = await channel.declare_queue(f"{prefix}out", passive=True)
        return queue.declaration_result.message_count or 0

    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.benchmarks.bare_loop", urls.bus, prefix)
    try:
        return await rate(depth)
    finally:
        process.kill()
        await process.wait()
        for name in ("in", "out", "events"):
            await channel.queue_delete(f"{prefix}{name}")
        await connection.close()


def measure() -> list[Ratio]:
    """noop_vs_aiopika."""
    with tempfile.TemporaryDirectory() as name, backends(Path(name)) as urls:
        limit = asyncio.run(bare(urls))
        steps = asyncio.run(ours(urls, Path(name)))
    return [Ratio("noop_vs_aiopika", steps / limit, 0.5, f"packshot {steps:.0f}/s, bare loop {limit:.0f}/s; {COUNT} steps")]
