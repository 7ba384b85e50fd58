"""The census: what plugin-host children have started below them, and how much memory all of it takes.

The kernel's own limit on processes counts all of a user's, and none of root's, so it is the worker that looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from packshot.plugin.process import HostProcess
from packshot.plugin.tree import Tree, tree_of

_log = structlog.get_logger(__name__)

EVERY_S = 0.5


class Census:
    """Ends children that have too many processes or far too much memory, with all that is below them."""

    def __init__(self, children: Callable[[], Sequence[HostProcess]], most_processes: int, most_memory_mb: int) -> None:
        self._children = children
        self._most_processes = most_processes
        self._most_memory_mb = most_memory_mb

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            children = [child for child in self._children() if child.alive]
            pids = [child.pid for child in children]
            for child, why in zip(children, await asyncio.to_thread(self._faults, pids), strict=True):
                if why:
                    _log.error("plugin_host.stopped", pid=child.pid, reason=why)
                    await child.kill(why)

    def _faults(self, pids: Sequence[int]) -> list[str]:
        return [self._fault(tree_of(pid)) for pid in pids]

    def _fault(self, tree: Tree) -> str:
        if len(tree.below) > self._most_processes:
            return f"stopped because it had started {len(tree.below)} processes; {self._most_processes} are allowed"
        memory = tree.memory_mb(self._most_memory_mb)
        if memory > self._most_memory_mb:
            return f"stopped because it took {memory} MB of memory; {self._most_memory_mb} are allowed while it works"
        return ""
