"""A training service on a memory bus and a folder store, with a trainer that is done in a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from packshot.bus.memory import MemoryBus
from packshot.bus.topology import TRAINING_QUEUE
from packshot.contracts.dataset import Item, Manifest, Split
from packshot.contracts.envelope import Envelope
from packshot.contracts.ids import new_id
from packshot.contracts.messages import EVENTS, TrainingFailed, TrainingFinished, TrainingRun
from packshot.contracts.training import TrainingOrder
from packshot.datasets.register import save_manifest
from packshot.service import System
from packshot.settings import Settings
from packshot.store.filesystem import FilesystemStore
from packshot_train.service import TrainService

PLUGINS = Path(__file__).parents[3] / "tests" / "trained"
_KINDS = {kind.type: kind for kind in EVENTS}


async def save_pictures(store) -> str:
    """A data set of eight small pictures; its digest."""
    items = []
    for number, split in enumerate([Split.TRAIN] * 4 + [Split.VALIDATION] * 2 + [Split.TEST] * 2):
        rgb = np.random.default_rng(number).integers(0, 160, (12, 12, 3), np.uint8)
        ref = await store.put(cv2.imencode(".png", rgb)[1].tobytes(), "image/png")
        items.append(Item(picture=ref, width=12, height=12, product=f"p{number}", split=split))
    manifest = Manifest(name="tiny", created=datetime(2026, 1, 1, tzinfo=UTC), items=tuple(items))
    return (await save_manifest(store, manifest)).digest


def order_for(data: str, steps: int = 60, **params) -> TrainingOrder:
    return TrainingOrder(
        id=new_id(),
        trainer="tiny.brighter",
        data=data,
        steps=steps,
        batch=4,
        loaders=0,
        threads=1,
        validate_every=20,
        weights="float32",
        device="cpu",
        params=params,
    )


class School:
    """The system, what was said in it, and services that can be stopped one by one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.bus, self.store = MemoryBus((0.05,)), FilesystemStore(settings.home / "store")
        self.heard: list[Envelope] = []
        self.news = asyncio.Event()
        self.data = ""

    async def open(self) -> None:
        await self.bus.open()
        await self.store.open()
        self.data = await save_pictures(self.store)

        async def hear(delivery) -> None:
            self.heard.append(delivery.envelope)
            self.news.set()

        await self.bus.subscribe(["#"], hear)
        await self.bus.declare(TRAINING_QUEUE)

    @asynccontextmanager
    async def service(self) -> AsyncIterator[System]:
        ready = asyncio.Event()
        system = System(self.settings, self.bus, self.store, ready=lambda _: ready.set())
        running = asyncio.create_task(TrainService().run(system))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        try:
            yield system
        finally:
            system.stopping.set()
            waiting.cancel()
            await running

    async def order(self, order: TrainingOrder, **more) -> str:
        run = TrainingRun(order=order, **more)
        await self.bus.send(TRAINING_QUEUE, Envelope.of(run, source="test", subject=order.id))
        return order.id

    def events(self, kind, training: str = "") -> list:
        bodies = [envelope.body(kind) for envelope in self.heard if envelope.type == kind.type]
        return [body for body in bodies if not training or body.training == training]

    async def until(self, found, seconds: float = 200):
        async with asyncio.timeout(seconds):
            while not (answer := found()):
                self.news.clear()
                await self.news.wait()
        return answer

    async def finished(self, training: str) -> TrainingFinished:
        def ended():
            return self.events(TrainingFinished, training) or self.events(TrainingFailed, training)

        (end,) = await self.until(ended)
        assert isinstance(end, TrainingFinished), end
        return end

    async def failed(self, training: str) -> TrainingFailed:
        return (await self.until(lambda: self.events(TrainingFailed, training)))[0]


@pytest.fixture
async def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[School]:
    monkeypatch.setenv("PACKSHOT_TRAIN_LEG_S", "30")
    monkeypatch.setenv("PACKSHOT_TRAIN_ATTEMPTS", "2")
    monkeypatch.setenv("PACKSHOT_HOME", str(tmp_path))
    settings = Settings(
        home=tmp_path, plugins_dir=PLUGINS, plugins="tiny", device="cpu", drain_s=20, retry_delays_s=(0.05,), log_level="ERROR"
    )
    school = School(settings)
    await school.open()
    yield school
    await school.bus.close()
