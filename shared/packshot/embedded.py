"""The embedded system: all services in one process over the memory bus, a file store and SQLite, one to a home."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from packshot.bus.connect import make_bus
from packshot.errors import HomeInUse
from packshot.models.supply import supplied
from packshot.plugin.host import PluginHost
from packshot.service import Service, System, find_service, service_names
from packshot.serving import open_system, serve_all
from packshot.settings import Settings
from packshot.store.connect import make_store


@dataclass(frozen=True)
class Owner:
    """The process that runs the embedded system of a home."""

    command: str
    """`up`, or a command whose system lives only as long as it does."""
    pid: int

    @property
    def brief(self) -> bool:
        """Whether it ends by itself."""
        return self.command != "up"

    def __str__(self) -> str:
        return f"`packshot {self.command}` (process {self.pid})"


@dataclass(frozen=True)
class HomeLock:
    """A file lock: the kernel lets go of it when its process ends, however it ends."""

    path: Path

    @contextmanager
    def held(self, command: str) -> Iterator[None]:
        """Hold it. Raises HomeInUse naming the process that does."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                who = f"{_owner_in(self.path)} is at work in {self.path.parent}"
                raise HomeInUse(f"{who}. End it first, or set PACKSHOT_HOME to another folder.") from error
            file.truncate(0)
            file.write(f"{command} {os.getpid()}")
            file.flush()
            yield

    def owner(self) -> Owner | None:
        """Who holds it now; None if nobody does."""
        try:
            with self.path.open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return _owner_in(self.path)
        return None


def _owner_in(path: Path) -> Owner:
    command, _, pid = path.read_text().partition(" ")
    return Owner(command or "up", int(pid or 0))


def home_lock(settings: Settings) -> HomeLock:
    """The lock of the settings' home."""
    return HomeLock(settings.home / "embedded.lock")


def socket_path(settings: Settings) -> Path:
    """Where the gateway of the settings' home listens for the command line."""
    return settings.home / "gateway.sock"


class EmbeddedSettings(Settings):
    """Settings of an embedded system, with where its gateway listens: beside the socket, on a port if there is one."""

    bus_url: str = "memory://"
    gateway_socket: Path | None = None
    gateway_host: str = "127.0.0.1"
    gateway_port: int | None = None


@asynccontextmanager
async def embedded(settings: EmbeddedSettings, command: str, services: Sequence[str] | None = None) -> AsyncIterator[System]:
    """The system of a home, running while the context lasts, then drained. What it leaves unfinished, the next one goes on with.

    `command` says who runs it; `services` which ones (None: all that are installed). Raises HomeInUse where one runs already,
    and what a service raised that could not start.
    """
    with home_lock(settings).held(command):
        system = System(settings, make_bus(settings, "embedded"), make_store(settings))
        async with AsyncExitStack() as stack:
            await open_system(system, stack)
            # Importing the services takes a second; meanwhile the plugin host's children start.
            found = asyncio.create_task(asyncio.to_thread(_find, service_names() if services is None else services))
            if services is None:
                # One host for the workers of all stages: the machine's cores are there once.
                system.host = PluginHost(settings)
                stack.push_async_callback(system.host.stop)
                await system.host.start()
                await stack.enter_async_context(supplied(system, system.host))
            await stack.enter_async_context(_serving(system, await found))
            yield system


def _find(names: Sequence[str]) -> list[Service]:
    return [find_service(name) for name in names]


@asynccontextmanager
async def _serving(system: System, services: Sequence[Service]) -> AsyncIterator[None]:
    """These services, running and ready until the context ends, then drained. If one fails, so does what the context does."""
    waiting, all_ready = {service.name for service in services}, asyncio.Event()

    def ready(name: str) -> None:
        waiting.discard(name)
        if not waiting:
            all_ready.set()

    system.ready = ready
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve_all(system, services))
        started = group.create_task(all_ready.wait())
        try:
            await asyncio.wait({serving, started}, return_when=asyncio.FIRST_COMPLETED)
            started.cancel()
            yield
        finally:
            started.cancel()
            system.stopping.set()
            await asyncio.wait({serving})
