"""Pictures of strangers are opened in processes of their own: one that breaks a decoder ends such a one, no service."""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import cv2

from packshot.errors import BadPhoto
from packshot.imaging.limits import Limits
from packshot_collect.look import Seen, see

_PR_SET_PDEATHSIG = 1


class Eyes:
    """Looks at pictures, as many at a time as there are processes. They start with the first picture."""

    def __init__(self, processes: int, limits: Limits) -> None:
        self.processes = processes or os.cpu_count() or 1
        self._limits = limits
        self._pool: ProcessPoolExecutor | None = None
        self._mending = asyncio.Lock()

    async def look(self, content: bytes, mask: bytes | None = None) -> Seen:
        """Open a picture and its mask, and measure it. Raises BadPhoto for what cannot be opened, or ended a process."""
        pool = self._pool = self._pool or _make_pool(self.processes)
        try:
            return await self._ask(pool, content, mask)
        except BrokenProcessPool:
            return await self._look_alone(pool, content, mask)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def _ask(self, pool: ProcessPoolExecutor, content: bytes, mask: bytes | None) -> Seen:
        return await asyncio.get_running_loop().run_in_executor(pool, see, content, self._limits, mask)

    async def _look_alone(self, broken: ProcessPoolExecutor, content: bytes, mask: bytes | None) -> Seen:
        """One of several pictures ended a process; each of them is tried again by itself."""
        async with self._mending:
            if self._pool is broken:
                self._pool = None
            with _make_pool(1) as alone:
                try:
                    return await self._ask(alone, content, mask)
                except BrokenProcessPool as error:
                    raise BadPhoto("The picture makes its decoder crash.") from error


def _make_pool(processes: int) -> ProcessPoolExecutor:
    # Not forked: this process has threads, and a fork would inherit their locks.
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin)


def _begin() -> None:
    cv2.setNumThreads(1)
    # Ctrl-C is for the service, which then ends these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
