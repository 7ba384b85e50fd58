"""The processes below a plugin-host child: counted, weighed and ended."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_ROUNDS = 10


@dataclass(frozen=True)
class Tree:
    """A process and all that it has started."""

    root: int
    below: tuple[int, ...]

    def memory_mb(self, enough: int) -> int:
        """Memory of all of them. What they share is counted once, which costs a look at every page: only from `enough` MB on."""
        resident = sum(map(_resident, (self.root, *self.below))) >> 20
        return resident if resident <= enough or not self.below else sum(map(_share, (self.root, *self.below))) >> 20


def tree_of(root: int) -> Tree:
    """What runs below `root` now. Nothing where the kernel does not tell."""
    below: list[int] = []
    look_at = [root]
    while look_at:
        children = _children(look_at.pop())
        below += children
        look_at += children
    return Tree(root, tuple(below))


def end_tree(root: int) -> None:
    """Kill `root`, its session, and what left the session. It is stopped first, so that it starts no more meanwhile."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(root, signal.SIGSTOP)
    for _ in range(_ROUNDS):
        below = tree_of(root).below
        for pid in below:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not below:
            break
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(root, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
    return found


def _resident(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    return 0


def _share(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0
