"""Do the broker, the store and the database answer?"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from packshot.bus.connect import make_bus
from packshot.cli.checks.line import Line, fail, ok
from packshot.client import Client
from packshot.embedded import home_lock, socket_path
from packshot.errors import PackshotError
from packshot.settings import Settings
from packshot.store.connect import make_store

T = TypeVar("T")

PATIENCE_S = 5.0

DEFAULT_PORTS = {"postgresql": 5432}


async def check_connections(settings: Settings) -> AsyncIterator[Line]:
    """One line for each of them."""
    hurried = settings.model_copy(update={"bus_connect_timeout_s": PATIENCE_S})
    yield await _bus(hurried)
    yield await _store(hurried)
    for line in check_database(settings):
        yield line
    yield await _system(settings)


async def _bus(settings: Settings) -> Line:
    if not settings.distributed:
        return ok("broker", "memory:// (all services in one process)")
    try:
        bus = make_bus(settings, "packshot doctor")
        await _in_time(bus.open())
        await bus.close()
    except (PackshotError, TimeoutError) as error:
        return fail("broker", _reason(error), "Start the broker, or correct PACKSHOT_BUS_URL.")
    return ok("broker", f"{_place(settings.bus_url)} answers")


async def _store(settings: Settings) -> Line:
    url = settings.resolved_store_url
    try:
        store = make_store(settings)
        await _in_time(store.open())
        healthy = await _in_time(store.healthy())
        await store.close()
    except (PackshotError, OSError, TimeoutError) as error:
        return fail("store", _reason(error), "Start the object store, or correct PACKSHOT_STORE_URL.")
    if not healthy:
        return fail("store", f"{_place(url)} is not healthy", "Look at the object store's own log.")
    return ok("store", f"{_place(url)} answers")


def check_database(settings: Settings) -> Iterator[Line]:
    """Whether the database can be reached. Only the gateway speaks to it, so no more is tried."""
    url = settings.resolved_database_url
    parts = urlsplit(url)
    kind = parts.scheme.partition("+")[0]
    if kind == "sqlite":
        # As SQLAlchemy reads it: what follows sqlite:/// is the path, absolute only with a fourth slash.
        yield _sqlite(Path(parts.path.removeprefix("/")))
    elif kind in DEFAULT_PORTS and parts.hostname:
        port = parts.port or DEFAULT_PORTS[kind]
        try:
            socket.create_connection((parts.hostname, port), PATIENCE_S).close()
        except OSError as error:
            mend = "Start the database, or correct PACKSHOT_DATABASE_URL."
            yield fail("database", f"{parts.hostname}:{port} does not answer: {error}", mend)
        else:
            yield ok("database", f"{parts.hostname}:{port} listens")
    else:
        forms = "sqlite:///path or postgresql://user:password@host/name"
        yield fail("database", "PACKSHOT_DATABASE_URL is of no known form", f"Write it as {forms}.")


def _sqlite(file: Path) -> Line:
    nearest_folder = next(folder for folder in (file, *file.parents) if folder.exists())
    if not os.access(nearest_folder, os.W_OK):
        return fail(
            "database", f"{nearest_folder} cannot be written", "Give it to this user, or set PACKSHOT_HOME to another folder."
        )
    return ok("database", f"SQLite in {file}")


async def _system(settings: Settings) -> Line:
    owner = home_lock(settings).owner()
    if owner is None:
        return ok("system", f"none runs in {settings.home}; `packshot up` or `packshot run` starts one")
    async with Client(socket=socket_path(settings)) as client:
        if await client.ready():
            return ok("system", f"{owner} runs in {settings.home}")
    mend = "If it does not in a minute, look at what it logs and start it again."
    return fail("system", f"{owner} holds {settings.home} but does not answer", mend)


async def _in_time(asked: Awaitable[T]) -> T:
    return await asyncio.wait_for(asked, 2 * PATIENCE_S)


def _reason(error: BaseException) -> str:
    return f"no answer in {2 * PATIENCE_S:g} s" if isinstance(error, TimeoutError) else str(error)


def _place(url: str) -> str:
    """A URL without what is secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
