"""A lane: the children of one device, and who waits for one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from packshot.errors import HostCrashed
from packshot.observe import metrics
from packshot.plugin.launch import Launch
from packshot.plugin.process import HostProcess
from packshot.plugin.turns import Turns

_log = structlog.get_logger(__name__)
_RESPAWN_PAUSE_S = 1.0


class Lane:
    """`size` children that are alike. Whoever waits is served in order, urgent work first."""

    def __init__(self, launch: Launch, size: int, memory_mb: int) -> None:
        self._launch = launch
        self._size = size
        self._memory_mb = memory_mb
        self._turns: Turns[HostProcess] = Turns()
        self._all: set[HostProcess] = set()
        self._respawns: set[asyncio.Task[None]] = set()

    async def start(self) -> HostProcess:
        """Start all children; one of them, for its plugins. Raises HostCrashed."""
        children = await asyncio.gather(*(HostProcess.start(self._launch) for _ in range(self._size)), return_exceptions=True)
        started = [child for child in children if isinstance(child, HostProcess)]
        self._all.update(started)
        for child in children:
            if isinstance(child, BaseException):
                await self.stop()
                raise child
        for child in started:
            self._turns.give(child)
        return started[0]

    async def stop(self) -> None:
        """End all children, whatever they do."""
        for task in self._respawns:
            task.cancel()
        await asyncio.gather(*self._respawns, return_exceptions=True)
        await asyncio.gather(*(child.kill() for child in self._all))
        self._all.clear()
        self._turns.idle.clear()

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that run."""
        return [child.pid for child in self._all if child.alive]

    @asynccontextmanager
    async def child(self, urgent: bool = False) -> AsyncIterator[HostProcess]:
        """One child for one request. A dead or bloated one is replaced afterwards."""
        child = await self._take(urgent)
        try:
            yield child
        finally:
            await self._give_back(child)

    async def _take(self, urgent: bool) -> HostProcess:
        while True:
            child = await self._turns.take(urgent)
            if child.alive:
                return child
            # Somebody ended it while it was idle.
            self._replace(child, "died")

    async def _give_back(self, child: HostProcess) -> None:
        if child.alive and child.memory_mb <= self._memory_mb:
            self._turns.give(child)
            return
        if child.alive:
            _log.info("plugin_host.recycled", pid=child.pid, memory_mb=child.memory_mb, limit_mb=self._memory_mb)
        self._replace(child, "memory" if child.alive else "died")
        await child.kill()

    def _replace(self, child: HostProcess, reason: str) -> None:
        metrics.host_restarts.labels(reason).inc()
        self._all.discard(child)
        task = asyncio.create_task(self._respawn())
        self._respawns.add(task)
        task.add_done_callback(self._respawns.discard)

    async def _respawn(self) -> None:
        while True:
            try:
                child = await HostProcess.start(self._launch)
            except (HostCrashed, OSError) as error:
                _log.error("plugin_host.does_not_start", reason=str(error))
                await asyncio.sleep(_RESPAWN_PAUSE_S)
                continue
            self._all.add(child)
            self._turns.give(child)
            return
