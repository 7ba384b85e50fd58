"""What a plugin-host child prints: a little goes into the worker's log, and its last words are kept for who asks why it died."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import IO

import structlog

_log = structlog.get_logger(__name__)

_KEPT = 60
"""Lines."""
_INNERMOST_FIRST = "most recent call first"
"""How faulthandler begins, when a process crashes or is asked where it is."""
_LONGEST = 2000
"""Characters of a line."""
_LOGGED = 20
"""Lines in one breath; more are only kept, and whoever prints them is slowed down."""
_BREATH_S = 0.5


class Said:
    """Listens to one child."""

    def __init__(self, output: IO[bytes], pid: int) -> None:
        self._output = output
        self._pid = pid
        self._lines: deque[str] = deque(maxlen=_KEPT)
        self._listening = asyncio.create_task(self._listen())

    @property
    def last_word(self) -> str:
        """What it said last, for people: where it was if it was made to say so, else the last line, of a traceback the error."""
        lines = list(self._lines)
        for index in reversed(range(len(lines))):
            if _INNERMOST_FIRST in lines[index]:
                return next((line.strip() for line in lines[index + 1 :] if line.startswith("  File")), "")
        return lines[-1].strip() if lines else ""

    async def end(self) -> None:
        """Hear what is still on its way, and stop listening."""
        await asyncio.wait({self._listening}, timeout=_BREATH_S)
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening

    async def _listen(self) -> None:
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._output
        )
        rest = b""
        try:
            while chunk := await reader.read(1 << 16):
                *lines, rest = (rest + chunk)[-(1 << 17) :].split(b"\n")
                self._heard(lines)
                if len(lines) > _LOGGED:
                    await asyncio.sleep(_BREATH_S)
            self._heard([rest])
        finally:
            transport.close()

    def _heard(self, lines: list[bytes]) -> None:
        told = [line.decode(errors="replace")[:_LONGEST] for line in lines[-_KEPT:] if line.strip()]
        self._lines.extend(told)
        for line in told[:_LOGGED]:
            _log.info("plugin.said", pid=self._pid, line=line)
