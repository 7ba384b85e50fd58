"""A lane: the children of one device, and who waits for one of them."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from packshot.errors import HostCrashed
from packshot.plugin.launch import Launch
from packshot.plugin.process import HostProcess

_log = structlog.get_logger(__name__)
_RESPAWN_PAUSE_S = 1.0


class Lane:
    """`size` children that are alike. Whoever waits is served in order, urgent work first."""

    def __init__(self, launch: Launch, size: int, memory_mb: int) -> None:
        self._launch = launch
        self._size = size
        self._memory_mb = memory_mb
        self._idle: list[HostProcess] = []
        self._all: set[HostProcess] = set()
        self._waiting: list[tuple[bool, int, asyncio.Future[HostProcess]]] = []
        self._order = itertools.count()
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
            self._hand_out(child)
        return started[0]

    async def stop(self) -> None:
        """End all children, whatever they do."""
        for task in self._respawns:
            task.cancel()
        await asyncio.gather(*self._respawns, return_exceptions=True)
        await asyncio.gather(*(child.kill() for child in self._all))
        self._all.clear()
        self._idle.clear()

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
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                return child
            self._replace(child)
        future: asyncio.Future[HostProcess] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not urgent, next(self._order), future))
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._hand_out(future.result())
            raise

    async def _give_back(self, child: HostProcess) -> None:
        if child.alive and child.memory_mb <= self._memory_mb:
            self._hand_out(child)
            return
        if child.alive:
            _log.info("plugin_host.recycled", pid=child.pid, memory_mb=child.memory_mb, limit_mb=self._memory_mb)
        self._replace(child)
        await child.kill()

    def _hand_out(self, child: HostProcess) -> None:
        while self._waiting:
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(child)
                return
        self._idle.append(child)

    def _replace(self, child: HostProcess) -> None:
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
            self._hand_out(child)
            return
