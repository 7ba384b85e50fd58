"""kill -9 of the whole service in the middle of a leg: the broker hands the leg out again, and the weights are the same."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from uuid import uuid4

import pytest
from tests.real.sweeping import sweep

from packshot.bus.rabbit import RabbitBus
from packshot.bus.topology import TRAINING_QUEUE
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import TrainingFailed, TrainingFinished, TrainingProgressed, TrainingRun
from packshot.settings import Settings
from packshot.store.filesystem import FilesystemStore

from .conftest import PLUGINS, order_for, save_pictures

pytestmark = [pytest.mark.real, pytest.mark.torch]

DELAYS = (0.3, 0.6)


@pytest.fixture
def settings(tmp_path, rabbit_url):
    prefix = f"train{uuid4().hex[:8]}."
    yield Settings(
        home=tmp_path, bus_url=rabbit_url, bus_prefix=prefix, store_url=(tmp_path / "store").as_uri(), retry_delays_s=DELAYS
    )
    sweep(rabbit_url, prefix, DELAYS, PLUGINS, also=(TRAINING_QUEUE, f"{TRAINING_QUEUE}.hi"))


def serve(settings: Settings) -> subprocess.Popen[bytes]:
    given = {
        "HOME": settings.home,
        "BUS_URL": settings.bus_url,
        "BUS_PREFIX": settings.bus_prefix,
        "STORE_URL": settings.store_url,
        "RETRY_DELAYS_S": str(list(DELAYS)),
        "PLUGINS_DIR": PLUGINS,
        "PLUGINS": "tiny",
        "DEVICE": "cpu",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PACKSHOT_")}
    environment |= {f"PACKSHOT_{name}": str(value) for name, value in given.items()}
    with (settings.home / "serve.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "packshot", "serve", "train"], env=environment, stdout=log, stderr=log)


async def test_a_training_outlives_its_service(settings) -> None:
    store, bus = FilesystemStore(settings.home / "store"), RabbitBus(settings, "test")
    await store.open()
    await bus.open()
    heard: list[Envelope] = []
    news = asyncio.Event()

    async def hear(delivery) -> None:
        heard.append(delivery.envelope)
        news.set()

    async def until(kind, training: str, true=lambda body: True):
        async with asyncio.timeout(100):
            while True:
                bodies = [one.body(kind) for one in heard if one.type == kind.type and one.subject == training]
                assert not [one for one in heard if one.type == TrainingFailed.type], heard[-1]
                if found := [body for body in bodies if true(body)]:
                    return found[0]
                news.clear()
                await news.wait()

    order = order_for(await save_pictures(store), pause_s=0.05)
    try:
        await bus.subscribe([TrainingProgressed.type, TrainingFinished.type, TrainingFailed.type], hear)
        await bus.declare(TRAINING_QUEUE)
        await bus.send(TRAINING_QUEUE, Envelope.of(TrainingRun(order=order), source="test", subject=order.id))
        first = serve(settings)
        await until(TrainingProgressed, order.id, lambda body: body.progress.step >= 10)
        os.kill(first.pid, signal.SIGKILL)
        await asyncio.to_thread(first.wait)
        second = serve(settings)
        try:
            killed = await until(TrainingFinished, order.id)
            whole = order.model_copy(update={"id": "whole"})
            await bus.send(TRAINING_QUEUE, Envelope.of(TrainingRun(order=whole), source="test", subject="whole"))
            assert (await until(TrainingFinished, "whole")).weights.digest == killed.weights.digest
        finally:
            second.terminate()
            assert await asyncio.to_thread(second.wait, 60) == 0
    finally:
        await bus.close()
