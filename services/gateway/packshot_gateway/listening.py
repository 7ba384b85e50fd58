"""Where the gateway listens: a port, a Unix socket, or both."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from packshot.errors import BadSettings
from packshot_gateway.settings import GatewaySettings

BACKLOG = 2048


class Server(uvicorn.Server):
    """uvicorn inside the service's event loop; signals are the business of whoever runs the service."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def make_server(app: ASGIApp, drain_s: float) -> Server:
    """A server that, once told to stop, gives requests `drain_s` seconds to end."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=max(1, int(drain_s)),
    )
    return Server(config)


@contextmanager
def listening(settings: GatewaySettings) -> Iterator[list[socket.socket]]:
    """The sockets to serve on. Raises BadSettings if one of them cannot be had."""
    sockets: list[socket.socket] = []
    try:
        if settings.gateway_socket is not None:
            sockets.append(_unix(settings.gateway_socket))
        if settings.port is not None:
            sockets.append(_tcp(settings.gateway_host, settings.port))
        yield sockets
    finally:
        for each in sockets:
            each.close()
        if settings.gateway_socket is not None:
            settings.gateway_socket.unlink(missing_ok=True)


def _unix(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise BadSettings(f"PACKSHOT_GATEWAY_SOCKET: cannot listen on {path}: {error.strerror or error}.") from error
    return listener


def _tcp(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise BadSettings(f"PACKSHOT_GATEWAY_HOST: {host} is not an address of this machine: {error}.") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise BadSettings(
            f"Cannot listen on {host}:{port}: {error.strerror or error}. Set PACKSHOT_GATEWAY_PORT to a free one."
        ) from error
    return listener
