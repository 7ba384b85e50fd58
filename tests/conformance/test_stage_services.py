"""The four stage services are installed, and each runs its own stage."""

import asyncio

import pytest

from packshot.bus.memory import MemoryBus
from packshot.contracts.messages import WorkerAnnounced
from packshot.contracts.operation import Stage
from packshot.service import System, find_service
from packshot.settings import Settings
from packshot.store.filesystem import FilesystemStore


@pytest.mark.parametrize("stage", list(Stage))
async def test_it_announces_the_operations_of_its_stage(stage, tmp_path):
    settings = Settings(home=tmp_path, host_processes=1)
    bus, ready, heard = MemoryBus(settings.retry_delays_s), [], asyncio.Queue()
    await bus.open()
    await bus.subscribe([WorkerAnnounced.type], lambda delivery: heard.put(delivery.envelope.body(WorkerAnnounced)))
    system = System(settings, bus, FilesystemStore(tmp_path / "store"), ready=ready.append)
    await system.store.open()
    running = asyncio.create_task(find_service(stage.value).run(system))
    announced = await asyncio.wait_for(heard.get(), 200)
    assert announced.service == stage.value
    assert {spec.stage for spec in announced.operations} == {stage} or not announced.operations
    async with asyncio.timeout(60):
        while not ready:  # noqa: ASYNC110 - `ready` is a callback
            await asyncio.sleep(0.01)
    assert ready == [stage.value]
    system.stopping.set()
    await asyncio.wait_for(running, 60)
    await bus.close()
