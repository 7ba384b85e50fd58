"""A way to a server that a test without an event loop takes away and gives back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.faults.proxy import ChaosProxy


class Link(AbstractContextManager["Link"]):
    """A ChaosProxy in a thread of its own. `url` is the server's, by way of it."""

    def __init__(self, url: str, default_port: int) -> None:
        server = urlsplit(url)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._proxy = ChaosProxy(server.hostname or "127.0.0.1", server.port or default_port)
        self.up()
        self.url = self._proxy.url(url)

    @property
    def port(self) -> int:
        """Where it listens on loopback."""
        return self._proxy.port

    def up(self) -> None:
        """Let connections through."""
        self._do(self._proxy.listen())

    def down(self) -> None:
        """Cut all connections and refuse new ones."""
        self._do(self._proxy.refuse())

    def cut(self) -> None:
        """Cut all connections; new ones are welcome."""
        self._do(self._proxy.cut())

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
