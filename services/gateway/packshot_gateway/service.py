"""The gateway as a service: everything it runs at the same time, and how it starts and stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog

from packshot.bus.topology import SUBSCRIPTIONS
from packshot.errors import TransientError
from packshot.service import Service, System
from packshot_gateway.catalogue import LiveCatalogue, probe
from packshot_gateway.changes import Changes
from packshot_gateway.collecting import Silent
from packshot_gateway.data_sets import DataSets
from packshot_gateway.database import Database
from packshot_gateway.database.migrate import migrate
from packshot_gateway.http.app import make_app
from packshot_gateway.http.context import Context
from packshot_gateway.listening import Server, listening, make_server
from packshot_gateway.projection.jobs import SOURCE
from packshot_gateway.projection.listen import PREFETCH, Projection
from packshot_gateway.reconciler import Reconciler
from packshot_gateway.relay import Relay
from packshot_gateway.settings import GatewaySettings
from packshot_gateway.traffic.policies import Policies
from packshot_gateway.traffic.shadows import Shadows
from packshot_gateway.training import SilentTrainings
from packshot_gateway.webhooks import Webhooks

log = structlog.get_logger(__name__)

LONGEST_PAUSE_S = 5.0


class Gateway:
    """The parts of one gateway, put together."""

    def __init__(self, system: System, **settings: Any) -> None:
        """`settings` are the gateway's own, where they do not come from the environment."""
        self.system = system
        self.settings = GatewaySettings.beside(system.settings, **settings)
        self.database = Database(self.settings.resolved_database_url)
        self.changes = Changes()
        self.relay = Relay(self.database, system.bus)
        self.catalogue = LiveCatalogue(self.database, self.settings.worker_expires_s)
        self.policies = Policies(self.database, self.catalogue)
        self.shadows = Shadows(self.database, system.bus, self.policies, self.settings.overdue_s)
        self.projection = Projection(self.database, self.settings.overdue_s, self._projected)
        self.reconciler = Reconciler(self.database, system.bus, self.catalogue, self.settings, self._changed)
        self.silent = Silent(self.database, system.bus, self.settings, self._changed)
        self.silent_trainings = SilentTrainings(self.database, system.bus, self.catalogue, self.settings, self._changed)
        secret, private = self.settings.secret, self.settings.webhook_allow_private
        self.webhooks = Webhooks(self.database, secret, allow_private=private) if secret else None
        self.app = make_app(
            Context(
                settings=self.settings,
                database=self.database,
                bus=system.bus,
                store=system.store,
                data_sets=DataSets(system.store),
                catalogue=self.catalogue,
                policies=self.policies,
                relay=self.relay,
                changes=self.changes,
                stopping=system.stopping,
            )
        )

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Hear events, relay, reconcile and deliver webhooks while the context lasts; at its end, finish what is in hand."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in self._background()]
            handle = self.projection.handle
            events = await self.system.bus.subscribe(SUBSCRIPTIONS["gateway"], handle, name="gateway", prefetch=PREFETCH)
            await probe(self.system.bus, SOURCE)
            try:
                yield
            finally:
                await events.cancel()
                await self._drain()
                for task in tasks:
                    task.cancel()

    def _background(self) -> list[Coroutine[Any, Any, None]]:
        going = [self.projection.run(), self.relay.run(), self.reconciler.run(), self.shadows.run()]
        going += [self.silent.run(), self.silent_trainings.run()]
        if self.settings.distributed:
            going.append(self.changes.run(self.database))
        if self.webhooks is not None:
            going.append(self.webhooks.run())
        return going

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(self.settings.drain_s):
                await self.projection.drained()
                while await self.relay.send_batch():
                    pass
        except (TransientError, TimeoutError) as error:
            log.warning("stopped with messages unsent; they wait in the outbox", reason=str(error))

    def _projected(self, jobs: set[str], workers: bool) -> None:
        if workers:
            self.catalogue.refresh()
        if jobs:
            self._changed(jobs)

    def _changed(self, jobs: set[str]) -> None:
        self.changes.tell(jobs)
        self.relay.wake()
        if self.webhooks is not None:
            self.webhooks.wake()


class GatewayService:
    """The service `gateway`."""

    name = "gateway"

    async def run(self, system: System) -> None:
        """Serve until told to stop; then take no more events, end requests, send what is in the outbox.

        While the database is away at the start, requests are answered already: 503, and `/readyz` says why.
        """
        gateway = Gateway(system)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(gateway.database.close)
            sockets = stack.enter_context(listening(gateway.settings))
            gateway.database.migrated = False
            server = make_server(gateway.app, system.settings.drain_s)
            serving = asyncio.create_task(server.serve(sockets))
            stack.push_async_callback(_end, server, serving)
            if not await self._migrated(gateway):
                return
            gateway.database.migrated = True
            async with gateway.working():
                system.ready(self.name)
                stopping = asyncio.create_task(system.stopping.wait())
                await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
                stopping.cancel()
                gateway.changes.tell_all()
                await _end(server, serving)

    async def _migrated(self, gateway: Gateway) -> bool:
        """Wait for the database and bring it to the newest schema; False if told to stop meanwhile."""
        pause = 0.5
        while not gateway.system.stopping.is_set():
            try:
                await asyncio.to_thread(migrate, gateway.settings.resolved_database_url)
            except TransientError as error:
                log.warning("waiting for what is away", what="database", reason=str(error))
            else:
                return True
            try:
                await asyncio.wait_for(gateway.system.stopping.wait(), pause)
            except TimeoutError:
                pause = min(2 * pause, LONGEST_PAUSE_S)
        return False


async def _end(server: Server, serving: asyncio.Task[None]) -> None:
    server.should_exit = True
    await serving


SERVICE: Service = GatewayService()
