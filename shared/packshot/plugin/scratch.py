"""Shared memory that two processes hand back and forth: one writes all of it, says so, and the other reads.

It is a file descriptor without a name (memfd_create), so that nothing is left in /dev/shm however either side dies.
Reading and writing copy; a mapping would save the copy and cost as much in page faults.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence

_KEEP = 64 << 20
"""Bytes; what a larger picture took is given back as soon as it was read."""

Bytes = bytes | memoryview


class Scratch:
    """One piece of shared memory."""

    def __init__(self, fd: int) -> None:
        """Around the descriptor that the other process opened."""
        self.fd = fd

    @staticmethod
    def create() -> Scratch:
        """A new one, empty."""
        if hasattr(os, "memfd_create"):
            return Scratch(os.memfd_create("packshot"))
        with tempfile.TemporaryFile() as file:
            return Scratch(os.dup(file.fileno()))

    def write(self, blobs: Sequence[Bytes]) -> None:
        """Put `blobs` one after the other, from the start."""
        at = 0
        for blob in blobs:
            rest = memoryview(blob)
            while rest:
                written = os.pwrite(self.fd, rest, at)
                at, rest = at + written, rest[written:]

    def read(self, at: int, size: int) -> bytes:
        """`size` bytes from `at`."""
        parts = []
        while size > 0:
            part = os.pread(self.fd, size, at)
            if not part:
                raise EOFError("the other process announced more bytes than it wrote")
            parts.append(part)
            at, size = at + len(part), size - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def whole(self) -> bytes:
        """All that was ever written, if nothing was written twice."""
        return self.read(0, os.fstat(self.fd).st_size)

    def trim(self) -> None:
        """Give the memory of an unusually large picture back."""
        if os.fstat(self.fd).st_size > _KEEP:
            os.ftruncate(self.fd, 0)

    def close(self) -> None:
        """Let go of it."""
        os.close(self.fd)
