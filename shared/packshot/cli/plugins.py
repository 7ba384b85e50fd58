"""What `packshot plugin list` shows."""

from __future__ import annotations

import click

from packshot.cli.console import show_json, show_table
from packshot.cli.home import quiet
from packshot.client import Client
from packshot.contracts.plugin import PluginState
from packshot.plugin.survey import survey
from packshot.serving import run
from packshot.settings import Settings


def show_plugins(as_json: bool, server: str | None) -> int:
    """All plugins of this machine, or of the workers of `server`; 1 if one of them cannot be used, or not wholly, else 0."""
    quiet()
    plugins = run(survey(Settings.read())).plugins if server is None else run(_of_workers(server))
    if as_json:
        show_json([plugin.model_dump(mode="json") for plugin in plugins])
    else:
        show_table(("plugin", "state", "source", "digest", "operations"), map(_row, plugins))
        for plugin in plugins:
            if plugin.reason:
                click.secho(f"{plugin.source}: {plugin.reason}", fg="red", err=True)
    return 1 if any(plugin.reason for plugin in plugins) else 0


async def _of_workers(server: str) -> tuple[PluginState, ...]:
    """Each once: workers that see the same folder say the same of it."""
    async with Client(server) as client:
        workers = await client.workers()
    said = {plugin.model_dump_json(): plugin for worker in workers for plugin in worker.plugins}
    return tuple(sorted(said.values(), key=lambda plugin: (plugin.name, plugin.source, plugin.condition)))


def _row(plugin: PluginState) -> tuple[str, ...]:
    return plugin.name, plugin.condition.value, plugin.source, plugin.digest[:12], ", ".join(plugin.operations)
