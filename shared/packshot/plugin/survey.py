"""The survey: what every plugin of this machine offers, learnt in children as a worker does, so that a bad one harms nobody."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.plugin import PluginState
from packshot.plugin.host import PluginHost
from packshot.settings import Settings


@dataclass(frozen=True)
class Survey:
    """What was found."""

    catalogue: Catalogue
    plugins: tuple[PluginState, ...]


async def survey(settings: Settings) -> Survey:
    """Start every plugin once, and end it. Raises HostCrashed if the installed ones cannot be started at all."""
    host = PluginHost(settings.model_copy(update={"host_processes": 1}))
    try:
        await host.start()
        return Survey(host.catalogue, host.plugins)
    finally:
        await host.stop()
