"""An ingest service over the memory bus and a store in a folder, and ears on what it says."""

import asyncio
import io
from contextlib import asynccontextmanager

import pytest
from PIL import Image

from packshot.bus.memory import MemoryBus
from packshot.bus.topology import operation_queue
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import JobOrder, ListingReceived, PhotoOrder, StepRun
from packshot.contracts.plan import Plan, PlannedStep
from packshot.contracts.recipe import Input
from packshot.service import System
from packshot.settings import Settings
from packshot.store.filesystem import FilesystemStore
from packshot_ingest.service import IngestService


def picture(width=40, height=30, kind="PNG", colour="tomato"):
    """An encoded picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, kind)
    return file.getvalue()


def step(id="0", operation="my.first", stage="preprocess", **inputs):
    """A planned step; keyword arguments are positions of further photos."""
    given = {name: Input(photo=position) for name, position in inputs.items()}
    return PlannedStep(id=id, stage=stage, operation=operation, major=1, params={}, inputs=given)


def plan(*steps, over="photo", branches=(), recipe="plain"):
    """A plan of these steps that ends in one output or in branches."""
    return Plan(recipe=recipe, over=over, steps=steps, output=None if branches else "main", branches=branches)


def order(name, artifact=None, url=None, plans=None):
    """A photo with one job a plan."""
    jobs = tuple(
        JobOrder(job=f"{name}-{index}", plan=each) for index, each in enumerate([plan(step())] if plans is None else plans)
    )
    return PhotoOrder(photo=name, filename=f"{name}.png", artifact=artifact, url=url, jobs=jobs)


def listing(*photos, **given):
    """A listing."""
    return ListingReceived(listing="listing-1", tenant="shop", sku="SKU 1", photos=photos, **given)


async def eventually(check, timeout_s=60.0):
    """Wait until the coroutine function `check` answers something true."""
    async with asyncio.timeout(timeout_s):
        while True:
            if found := await check():
                return found
            await asyncio.sleep(0.01)


class Ears:
    """Everything that was said on a bus."""

    def __init__(self, bus):
        self.bus = bus
        self.envelopes = []
        self._heard = asyncio.Condition()

    async def listen(self, *queues):
        """Hear all events, and take the commands of these work queues."""

        async def hear(delivery):
            self.envelopes.append(delivery.envelope)
            async with self._heard:
                self._heard.notify_all()

        await self.bus.subscribe(["photo.*", "step.*"], hear)
        for queue in queues:
            await self.bus.declare(queue)
            await self.bus.consume(queue, hear, prefetch=100)

    def all(self, kind):
        """The bodies of the messages of this type."""
        return [envelope.body(kind) for envelope in self.envelopes if envelope.type == kind.type]

    def ids(self, kind):
        """The ids of the messages of this type."""
        return [envelope.id for envelope in self.envelopes if envelope.type == kind.type]

    async def until(self, kind, count=1, timeout_s=60.0):
        """The bodies of the messages of this type, once there are so many."""
        async with asyncio.timeout(timeout_s), self._heard:
            await self._heard.wait_for(lambda: len(self.all(kind)) >= count)
        return self.all(kind)


class Ingest:
    """A running service."""

    def __init__(self, system, ears):
        self.system = system
        self.bus = system.bus
        self.store = system.store
        self.ears = ears

    async def stored(self, content, media_type="image/png"):
        """An artifact."""
        return await self.store.put(content, media_type)

    async def receive(self, body):
        """Publish a listing.received."""
        await self.bus.publish(Envelope.of(body, source="gateway", subject=body.listing))

    async def started(self, count=1):
        """The first commands of jobs, once there are so many."""
        return await self.ears.until(StepRun, count)


@asynccontextmanager
async def serving(system):
    """The service at work on a system whose bus and store are open."""
    ready = asyncio.Event()
    system.ready = lambda name: ready.set()
    running = asyncio.create_task(IngestService().run(system))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield
    finally:
        system.stopping.set()
        await asyncio.wait_for(running, 60)


@pytest.fixture
def ingest_env(monkeypatch):
    """Settings that tests need: servers on loopback may be fetched from, and nobody waits for long."""
    monkeypatch.setenv("PACKSHOT_FETCH_ALLOW_PRIVATE", "1")
    monkeypatch.setenv("PACKSHOT_FETCH_RETRY_DELAYS_S", "[0.05, 0.05]")


@pytest.fixture
async def ingest(tmp_path, ingest_env):
    """A running ingest service, with ears on its events and the queues `my.first` and `my.second` of preprocess."""
    settings = Settings(home=tmp_path)
    system = System(settings, MemoryBus(settings.retry_delays_s), FilesystemStore(tmp_path / "store"))
    await system.bus.open()
    await system.store.open()
    ears = Ears(system.bus)
    await ears.listen(operation_queue("preprocess", "my.first", 1), operation_queue("preprocess", "my.second", 1))
    async with serving(system):
        yield Ingest(system, ears)
    await system.bus.close()
    await system.store.close()
