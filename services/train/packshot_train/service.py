"""The training service."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack
from dataclasses import replace

import structlog

from packshot.bus.topology import TRAINING_QUEUE
from packshot.contracts.catalogue import Catalogue
from packshot.contracts.ids import new_id
from packshot.contracts.messages import TrainingCancelled, TrainingFailed, WorkersProbed
from packshot.observe.health import serving_health
from packshot.plugin.host import PluginHost
from packshot.service import System
from packshot.training.installed import can_train
from packshot.worker.announcing import Announcer
from packshot.worker.telling import Teller
from packshot.worker.worker import own_host
from packshot_train.desk import Desk
from packshot_train.legs import Legs
from packshot_train.offer import NO_TORCH, announcement, require_torch
from packshot_train.settings import TrainSettings
from packshot_train.trainings import Trainings

_log = structlog.get_logger(__name__)


class TrainService:
    """Trains what is ordered, one leg at a time."""

    name = "train"

    async def run(self, system: System) -> None:
        """Train until `system.stopping`, then end the leg early with a checkpoint.

        Raises BadSettings where torch is missing. In an embedded system that is no error: whoever wants to train is told.
        """
        async with AsyncExitStack() as stack:
            host = system.host
            if host is None:
                require_torch()
                # One child, that says what there is to train; a training itself has a process of its own.
                few = replace(system, settings=system.settings.model_copy(update={"host_processes": 1}))
                host = await stack.enter_async_context(own_host(few))
                await stack.enter_async_context(serving_health(system))
            await self._serve(system, host, stack)

    async def _serve(self, system: System, host: PluginHost, stack: AsyncExitStack) -> None:
        settings = TrainSettings.beside(system.settings)
        worker = f"train@{socket.gethostname()}-{new_id()[-8:]}"
        legs = Legs(system.store, settings, system.stopping)
        desk = Desk(Trainings(system.bus, system.store, legs, settings, worker).do, legs.forget)
        announcer = Announcer(Teller(system.bus, worker, self.name), lambda: announcement(worker, host), Catalogue())
        host.on_change.append(announcer.soon)
        stack.callback(host.on_change.remove, announcer.soon)
        for kind, handler in (
            (TrainingCancelled.type, desk.cancel),
            (TrainingFailed.type, desk.failed),
            (WorkersProbed.type, announcer.hear),
        ):
            stack.push_async_callback((await system.bus.subscribe([kind], handler)).cancel)
        announcing = asyncio.create_task(announcer.run())
        await system.bus.declare(TRAINING_QUEUE)
        consumers = [await system.bus.consume(TRAINING_QUEUE, desk.take, prefetch=1)] if can_train() else []
        if not consumers:
            _log.info("train.cannot", reason=NO_TORCH)
        # Who waits for readiness goes on to order trainings, and whoever takes orders must know the trainers.
        await announcer.known.wait()
        system.ready(self.name)
        await system.stopping.wait()
        for consumer in consumers:
            await consumer.cancel()
        await desk.drain(settings.drain_s)
        announcing.cancel()
        await asyncio.gather(announcing, return_exceptions=True)
        await announcer.depart(worker)


SERVICE = TrainService()
