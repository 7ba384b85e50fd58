"""A collect service over the memory bus and a store in a folder, and ears on what it says."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from packshot.bus.memory import MemoryBus
from packshot.bus.topology import COLLECT
from packshot.contracts.collecting import CollectOrder, Rejection
from packshot.contracts.envelope import Envelope
from packshot.contracts.ids import new_id
from packshot.contracts.messages import CollectCancelled, CollectFailed, CollectFinished, CollectRun
from packshot.datasets.register import read_manifest
from packshot.service import System
from packshot.store.filesystem import FilesystemStore
from packshot_collect.eyes import Eyes
from packshot_collect.look import see
from packshot_collect.service import CollectService
from packshot_collect.settings import CollectSettings

ENDS = {kind.type: kind for kind in (CollectFinished, CollectFailed, CollectCancelled)}


class Ground:
    """What a test stands on."""

    def __init__(self, folder, **settings):
        self.folder = folder
        self.settings = CollectSettings(
            home=folder, collect_processes=1, collect_flush_s=0.1, collect_contact="owner@example.com", collect_delay_s=0.0,
            collect_allow_private=True, **settings,
        )  # fmt: skip
        self.bus = MemoryBus((1.0,))
        self.store = FilesystemStore(folder / "store")
        self.heard = []
        self._news = asyncio.Condition()

    async def open(self):
        await self.bus.open()
        await self.store.open()
        await self.bus.declare(COLLECT)
        await self.bus.subscribe(["collect.*"], self._hear)

    async def _hear(self, delivery):
        self.heard.append(delivery.envelope)
        async with self._news:
            self._news.notify_all()

    @asynccontextmanager
    async def service(self):
        """The service at work."""
        system = System(self.settings, self.bus, self.store)
        ready = asyncio.Event()
        system.ready = lambda _: ready.set()
        task = asyncio.create_task(CollectService().run(system))
        await asyncio.wait_for(ready.wait(), 60)
        try:
            yield system
        finally:
            system.stopping.set()
            await asyncio.wait_for(task, 60)

    async def send(self, order, id=None):
        collection = id or new_id()
        command = CollectRun(collection=collection, order=CollectOrder.model_validate(order), started=datetime.now(UTC))
        await self.bus.send(COLLECT, Envelope.of(command, source="test", subject=collection))
        return collection

    async def until(self, check, timeout_s=250.0):
        async with asyncio.timeout(timeout_s), self._news:
            await self._news.wait_for(check)

    async def ended(self, id, timeout_s=250.0):
        """How a collection ended."""
        await self.until(lambda: any(each.type in ENDS and each.subject == id for each in self.heard), timeout_s)
        (*_, last) = [each for each in self.heard if each.type in ENDS and each.subject == id]
        return last.body(ENDS[last.type])

    async def collect(self, order):
        """Run a collection to its end: the manifest and what was left out by source."""
        async with self.service():
            end = await self.ended(await self.send(order))
        assert isinstance(end, CollectFinished), end
        return await self.made(end)

    async def made(self, end):
        manifest = await read_manifest(self.store, end.digest)
        report = await self.store.get(manifest.report) if manifest.report else b""
        left_out = [Rejection.model_validate_json(line) for line in report.splitlines()]
        return manifest, {each.source: each for each in left_out}


@pytest.fixture
def here(monkeypatch):
    """Pictures are looked at in this process: nothing has to start first."""

    async def look(self, content, mask=None):
        return await asyncio.to_thread(see, content, self._limits, mask)

    monkeypatch.setattr(Eyes, "look", look)


@pytest.fixture
async def ground(tmp_path):
    ground = Ground(tmp_path)
    await ground.open()
    yield ground
    await ground.bus.close()
