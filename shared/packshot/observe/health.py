"""`/healthz`, `/readyz` and `/metrics` for services that have no web server of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from packshot.errors import BadSettings
from packshot.observe import metrics

if TYPE_CHECKING:
    from packshot.service import System

Ready = Callable[[], Awaitable[bool]]

_REQUEST_TIMEOUT_S = 5.0
_TEXT = "text/plain; charset=utf-8"
_REASONS = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}

Answer = tuple[int, bytes, str]


class HealthServer:
    """Answers GET on one port: alive as long as the event loop turns, ready while `ready()` says so."""

    def __init__(self, port: int, ready: Ready, *, host: str = "0.0.0.0") -> None:  # noqa: S104 - probes come from outside the container
        self._host = host
        self._port = port
        self._ready = ready
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port it listens on: the one asked for, or the free one that was picked for 0."""
        return self._port

    async def start(self) -> None:
        """Listen. Raises BadSettings if the port is taken."""
        try:
            self._server = await asyncio.start_server(self._serve, self._host, self._port)
        except OSError as error:
            raise BadSettings(f"Cannot listen on port {self._port}: {error}. Set PACKSHOT_METRICS_PORT to a free one.") from error
        self._port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_REQUEST_TIMEOUT_S):
                request = await reader.readuntil(b"\r\n\r\n")
                status, body, kind = await self._answer(request)
                head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
                writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
                await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the probe went away, or was none
        finally:
            writer.close()

    async def _answer(self, request: bytes) -> Answer:
        method, _, rest = request.partition(b" ")
        if method not in (b"GET", b"HEAD"):
            return 405, b"GET only\n", _TEXT
        match rest.partition(b" ")[0].partition(b"?")[0]:
            case b"/healthz":
                return 200, b"ok\n", _TEXT
            case b"/readyz":
                return (200, b"ready\n", _TEXT) if await self._ready() else (503, b"not ready\n", _TEXT)
            case b"/metrics":
                body, kind = metrics.page()
                return 200, body, kind
            case _:
                return 404, b"try /healthz, /readyz or /metrics\n", _TEXT


@asynccontextmanager
async def serving_health(system: System) -> AsyncIterator[None]:
    """While the context lasts, a HealthServer on the port of the settings, if there is one: ready while bus and store are."""
    if not system.settings.metrics_port:
        yield
        return

    async def ready() -> bool:
        return all(await asyncio.gather(system.bus.healthy(), system.store.healthy()))

    server = HealthServer(system.settings.metrics_port, ready)
    await server.start()
    try:
        yield
    finally:
        await server.stop()
