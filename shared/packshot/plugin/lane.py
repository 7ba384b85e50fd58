"""A lane: the children of one plugin set on one device, and who waits for one of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from packshot.errors import HostCrashed, VersionGone
from packshot.observe import metrics
from packshot.plugin.launch import Launch
from packshot.plugin.places import Places
from packshot.plugin.process import HostProcess
from packshot.plugin.turns import Turns

_log = structlog.get_logger(__name__)

_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
STRIKES = 3
"""Starts in a row that fail before the lane is given up for the time being."""
_REST_S = 60.0
"""A child that nobody has wanted for so long is ended, if the lane has more than it keeps."""


class Lane:
    """Up to `size` children that are alike, started as they are wanted. Whoever waits is served in order, urgent work first."""

    def __init__(
        self, launch: Launch, size: int, memory_mb: int, *, keep: int, places: Places | None, troubled: Callable[[str], None]
    ) -> None:
        """`keep` children live even if nobody wants them. A child works only while it has one of `places`, which lanes share.

        `troubled` is called with the reason when children do not start any more, and with nothing when they do again.
        """
        self._launch = launch
        self._size = size
        self._memory_mb = memory_mb
        self._keep = keep
        self._places = places
        self._troubled = troubled
        self._turns: Turns[HostProcess | None] = Turns()
        self._born: set[HostProcess] = set()
        self._all: set[HostProcess] = set()
        self._idle_since: dict[HostProcess, float] = {}
        self._starting: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._lent = 0
        self._broken = False

    async def start(self) -> HostProcess:
        """Start the children that it keeps, at least one; one of them, for its plugins. Raises HostCrashed."""
        count = max(1, self._keep)
        children = await asyncio.gather(
            *(HostProcess.start(self._launch, self._born.add) for _ in range(count)), return_exceptions=True
        )
        started = [child for child in children if isinstance(child, HostProcess)]
        self._all.update(started)
        for child in children:
            if isinstance(child, BaseException):
                await self.stop()
                raise child
        for child in started:
            self._offer(child)
        return started[0]

    async def stop(self) -> None:
        """End all children, whatever they do."""
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(child.kill() for child in self._all))
        self._all.clear()
        self._idle_since.clear()
        self._turns.idle.clear()

    @property
    def children(self) -> list[HostProcess]:
        """Those that run, also while they start."""
        self._born = {child for child in self._born if child.alive}
        return list(self._born)

    @asynccontextmanager
    async def child(self, urgent: bool, on_trial: Callable[[], bool]) -> AsyncIterator[HostProcess]:
        """One child for one request. A dead or bloated one is replaced afterwards. Raises VersionGone if none can be started.

        `on_trial` says, once it is the request's turn, whether it has to work in the place of those on trial.
        """
        child = await self._take(urgent)
        self._lent += 1
        try:
            if self._places is None:
                yield child
            else:
                async with self._places.one(urgent, on_trial()):
                    yield child
        finally:
            self._lent -= 1
            await self._give_back(child)

    async def thin(self) -> None:
        """End what nobody has wanted for long."""
        long_ago = time.monotonic() - _REST_S
        for child, since in list(self._idle_since.items()):
            if since < long_ago and len(self._all) > self._keep and child in self._turns.idle:
                self._turns.idle.remove(child)
                self._forget(child)
                await child.kill()

    async def _take(self, urgent: bool) -> HostProcess:
        while True:
            if self._broken:
                raise VersionGone("Its plugin's process does not start any more.")
            self._waiting += 1
            try:
                self._grow()
                child = await self._turns.take(urgent)
            finally:
                self._waiting -= 1
            if child is None:
                continue
            self._idle_since.pop(child, None)
            if child.alive:
                return child
            # Somebody ended it while it was idle.
            self._replace(child, "died")
            await child.kill()

    async def _give_back(self, child: HostProcess) -> None:
        if child.alive and child.memory_mb <= self._memory_mb:
            self._offer(child)
            return
        if child.alive:
            _log.info("plugin_host.recycled", pid=child.pid, memory_mb=child.memory_mb, limit_mb=self._memory_mb)
        self._replace(child, "memory" if child.alive else "died")
        await child.kill()

    def _offer(self, child: HostProcess) -> None:
        self._idle_since[child] = time.monotonic()
        self._turns.give(child)

    def _forget(self, child: HostProcess) -> None:
        self._all.discard(child)
        self._idle_since.pop(child, None)

    def _replace(self, child: HostProcess, reason: str) -> None:
        metrics.host_restarts.labels(reason).inc()
        self._forget(child)
        self._grow()

    def _grow(self) -> None:
        """Start as many children as are kept, or wanted now."""
        wanted = max(self._keep, min(self._size, self._lent + self._waiting))
        for _ in range(wanted - len(self._all) - len(self._starting)):
            task = asyncio.create_task(self._start_one())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _start_one(self) -> None:
        failed = 0
        while True:
            try:
                child = await HostProcess.start(self._launch, self._born.add)
            except (HostCrashed, OSError) as error:
                failed += 1
                _log.error("plugin_host.does_not_start", reason=str(error))
                if failed >= STRIKES and not self._all and not self._broken:
                    self._give_up(str(error))
                await asyncio.sleep(min(_LONGEST_PAUSE_S, _PAUSE_S * 2 ** (failed - 1)))
                continue
            if self._broken:
                self._broken = False
                self._troubled("")
            self._all.add(child)
            self._offer(child)
            return

    def _give_up(self, reason: str) -> None:
        self._broken = True
        self._troubled(reason)
        for _ in range(self._waiting):
            self._turns.give(None)
        self._turns.idle.clear()
