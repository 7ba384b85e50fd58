"""What `packshot up` does."""

from __future__ import annotations

import click

from packshot.cli.home import own_settings
from packshot.embedded import EmbeddedSettings, embedded
from packshot.observe.logging import configure
from packshot.serving import on_signals, run
from packshot.settings import Settings


def run_system(host: str, port: int, open_page: bool) -> None:
    """Run the embedded system until a signal ends it."""
    settings = own_settings(Settings.read(), gateway_host=host, gateway_port=port)
    configure(settings, "embedded")
    run(_up(settings, open_page))


async def _up(settings: EmbeddedSettings, open_page: bool) -> None:
    url = f"http://{settings.gateway_host}:{settings.gateway_port}"
    async with embedded(settings, "up") as system:
        with on_signals(system.stopping.set):
            click.echo(f"packshot is at {url} and keeps its files in {settings.home}. Ctrl-C ends it.")
            if open_page:
                click.launch(url)
            await system.stopping.wait()
