"""A file on its way: written aside, hashed as it comes, kept when it is broken off, shown only when it is whole."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from packshot.errors import HomeInUse

_CHUNK = 1 << 20


class Part:
    """What is there of a file so far."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._digest = hashlib.sha256()
        self.size = 0
        """Bytes."""
        while piece := file.read(_CHUNK):
            self._digest.update(piece)
            self.size += len(piece)

    @property
    def sha256(self) -> str:
        """Of what is there."""
        return self._digest.hexdigest()

    def append(self, chunk: bytes) -> None:
        """Add to the end."""
        self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def restart(self) -> None:
        """Throw away what is there."""
        self._file.seek(0)
        self._file.truncate()
        self._digest = hashlib.sha256()
        self.size = 0

    def settle(self, target: Path) -> None:
        """It is whole: show it as `target`, at once and also after a power cut."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._path.replace(target)


@contextmanager
def open_part(target: Path) -> Iterator[Part]:
    """The part of `target`, which nobody else may write meanwhile. Raises HomeInUse."""
    path = target.with_name(f"{target.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = os.path.samestat(os.fstat(file.fileno()), path.stat())
        except (BlockingIOError, FileNotFoundError):
            mine = False
        if not mine:
            # Locked by another, or settled by it between the opening and the lock.
            raise HomeInUse(f"Another packshot is bringing the model file {target.name}; wait for it.")
        yield Part(file, path)
