"""What an operation does outside its own memory, told by Python's audit events (PEP 578).

Native code that opens a socket or an absolute path by itself is not seen; a file that it leaves in the working folder is.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packshot.plugin.conformance.failure import must
from packshot.plugin.conformance.subject import Subject

_NETWORK = {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
_FILES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.truncate"}
_PROGRAMS = {"subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "os.exec"}


class Listener:
    """Hears what happens in this interpreter. An audit hook can never be taken away: there is one, deaf while nobody watches."""

    def __init__(self) -> None:
        self._seen: dict[str, str] | None = None
        self._hooked = False

    @contextlib.contextmanager
    def watching(self) -> Iterator[dict[str, str]]:
        """What is done meanwhile, in words, by kind: `network`, `file`, `program`; the first of each."""
        if not self._hooked:
            sys.addaudithook(self._hear)
            self._hooked = True
        seen: dict[str, str] = {}
        self._seen = seen
        try:
            yield seen
        finally:
            self._seen = None

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self._seen is None:
            return
        if event in _NETWORK:
            self._seen.setdefault("network", f"reaches for the network ({event} {_words(args)})")
        elif event in _PROGRAMS:
            self._seen.setdefault("program", f"starts another program ({event} {_words(args)})")
        elif event in _FILES or (event == "open" and _writes(*args)):
            self._seen.setdefault("file", f"writes a file ({_words(args)})")


listener = Listener()


def stays_inside(subject: Subject) -> None:
    """Loading and running reach no network, write no file and start no program."""
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.chdir(folder), listener.watching() as seen:
            fresh = Subject.of(subject.kind, quick=subject.quick)
            for example in subject.usual():
                fresh.answer(example)
        left = sorted(os.listdir(folder))
    must(not seen, f"It {' and '.join(seen.values())}. An operation works on the frame it is given, and on models it declares.")
    must(not left, f"It leaves {', '.join(left)} in the working folder. An operation writes no files.")


def _writes(path: Any, mode: Any, flags: Any) -> bool:
    if not isinstance(path, str | bytes | os.PathLike) or not isinstance(flags, int):
        return False
    where = Path(os.fsdecode(path))
    return bool(flags & (os.O_WRONLY | os.O_RDWR)) and "__pycache__" not in where.parts and str(where) != os.devnull


def _words(args: tuple[Any, ...]) -> str:
    return " ".join(str(arg) for arg in args if isinstance(arg, str | bytes | int | tuple | os.PathLike))[:120]
