"""A whole worker on a memory bus and a folder store, with the plugins of the host's tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest

from packshot.bus.memory import MemoryBus
from packshot.bus.topology import operation_queue
from packshot.contracts.envelope import Envelope
from packshot.contracts.ids import new_id
from packshot.contracts.messages import EVENTS, StepFailed, StepFinished, StepRun
from packshot.contracts.operation import Stage
from packshot.contracts.plan import PlannedBranch, PlannedStep
from packshot.contracts.result import FrameRef
from packshot.plugin.host import PluginHost
from packshot.service import System
from packshot.settings import Settings
from packshot.store.filesystem import FilesystemStore
from packshot.worker.worker import Worker

FOLDER = Path(__file__).parents[1] / "plugin" / "folder"
_KINDS = {kind.type: kind for kind in EVENTS}


def step(id, operation, params=None, *, stage=Stage.EDIT, major=1, **more):
    return PlannedStep(id=id, stage=stage, operation=operation, major=major, params=params or {}, **more)


def slip(*steps, output="out", branches=()):
    return PlannedBranch(steps=steps, output=None if branches else output, branches=branches)


def picture(seed=0, size=(12, 16)):
    return np.random.default_rng(seed).integers(0, 255, (*size, 3), np.uint8)


def png(rgb):
    return cv2.imencode(".png", rgb[..., ::-1])[1].tobytes()


def pixels(content):
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)[..., ::-1]


@dataclass
class Shop:
    """The system, and everything that was said in it."""

    system: System
    heard: list[Envelope] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _workers: list[tuple[System, asyncio.Task]] = field(default_factory=list)

    async def listen(self):
        async def hear(delivery):
            self.heard.append(delivery.envelope)
            self._news.set()

        await self.system.bus.subscribe(["#"], hear)

    async def open(self, *stages, **settings):
        """Start workers; a system of its own for each `open`, so that it can be stopped alone."""
        known = self.system
        ready = asyncio.Semaphore(0)
        system = System(
            known.settings.model_copy(update=settings), known.bus, known.store, ready=lambda _: ready.release(), host=known.host
        )
        for stage in stages:
            self._workers.append((system, asyncio.create_task(Worker(stage, system).run())))
        for _ in stages:
            await asyncio.wait_for(ready.acquire(), 100)
        return system

    async def close(self):
        for system, _ in self._workers:
            system.stopping.set()
        await asyncio.gather(*(task for _, task in self._workers))

    async def photo(self, rgb):
        ref = await self.system.store.put(png(rgb), "image/png")
        return FrameRef(key=ref.digest, photo=ref)

    async def order(self, branch, frame=None, **more):
        """Send a job's first command; the job's id."""
        command = StepRun(job=more.pop("job", new_id()), branch=branch, frame=frame or FrameRef(key="none"), **more)
        first = branch.steps[0]
        queue = operation_queue(first.stage, first.operation, first.major)
        await self.system.bus.declare(queue)
        await self.system.bus.send(queue, Envelope.of(command, source="test", traceparent=TRACE), urgent=command.urgent)
        return command.job

    def events(self, kind, job=None):
        bodies = [envelope.body(kind) for envelope in self.heard if envelope.type == kind.type]
        return [body for body in bodies if job is None or body.job == job]

    async def until(self, found, seconds=100):
        """Wait until `found()` is true of what was heard, and return it."""
        async with asyncio.timeout(seconds):
            while not (answer := found()):
                self._news.clear()
                await self._news.wait()
            return answer

    async def emptied(self, queue):
        """Wait until this queue is empty."""
        async with asyncio.timeout(60):
            while await self.system.bus.depth(queue):  # noqa: ASYNC110 - a queue tells nobody that it is empty
                await asyncio.sleep(0.01)

    async def output(self, job, name="out", **more):
        """The `step.finished` that makes an output ready."""
        return (await self.until(lambda: [event for event in self.events(StepFinished, job) if event.output == name], **more))[0]

    async def failure(self, job, *, final=True, **more):
        """The `step.failed` of a job."""
        return (await self.until(lambda: [event for event in self.events(StepFailed, job) if event.final is final], **more))[0]


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def settings_in(home: Path) -> Settings:
    return Settings(
        home=home,
        plugins_dir=FOLDER,
        plugins="pixels,troubles",
        host_processes=2,
        host_memory_mb=600,
        retry_delays_s=(0.01, 0.02, 0.03),
        drain_s=10,
    )


@asynccontextmanager
async def opened(home: Path, host: PluginHost | None = None) -> AsyncIterator[Shop]:
    """A shop whose workers share this host; None: each has its own."""
    settings = settings_in(home)
    system = System(settings, MemoryBus(settings.retry_delays_s), FilesystemStore(home / "store"), host=host)
    async with AsyncExitStack() as stack:
        await system.bus.open()
        stack.push_async_callback(system.bus.close)
        await system.store.open()
        shop = Shop(system)
        await shop.listen()
        stack.push_async_callback(shop.close)
        yield shop


@pytest.fixture
async def shop(tmp_path) -> AsyncIterator[Shop]:
    async with opened(tmp_path) as shop:
        yield shop
