"""What a service is: an object that a distribution names in the entry-point group `packshot.services`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

from packshot.bus.protocol import Bus
from packshot.errors import UnknownName, nearest
from packshot.importing import uncollected
from packshot.settings import Settings
from packshot.store.protocol import ArtifactStore

if TYPE_CHECKING:
    from packshot.plugin.host import PluginHost

SERVICES = "packshot.services"


def _nobody(name: str) -> None:
    """Nobody waits for readiness."""


@dataclass
class System:
    """What a service stands on. Embedded, all services share one."""

    settings: Settings
    bus: Bus
    store: ArtifactStore
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set on SIGTERM: take nothing new, finish what is in hand, return."""
    ready: Callable[[str], None] = _nobody
    """A service calls `ready(name)` once it takes requests and messages."""
    host: PluginHost | None = None
    """The plugin host that the workers of an embedded system share; None: each worker starts its own."""


class Service(Protocol):
    """One service."""

    name: str

    async def run(self, system: System) -> None:
        """Serve until `system.stopping` is set, then drain and return. The bus and the store are open already."""


def service_names() -> list[str]:
    """The services that are installed."""
    return sorted({entry.name for entry in entry_points(group=SERVICES)})


def find_service(name: str) -> Service:
    """The installed service of this name; UnknownName says what there is."""
    for entry in entry_points(group=SERVICES, name=name):
        with uncollected():
            service: Service = entry.load()
        return service
    raise UnknownName(f"No service {name!r} is installed. {nearest(name, service_names())}")
