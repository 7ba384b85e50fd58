"""How a command reaches packshot: a server by its URL, the system that runs in this home, or one of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import click

from packshot.cli.home import log_to_file, own_settings
from packshot.client import Client
from packshot.embedded import embedded, home_lock, socket_path
from packshot.errors import HomeInUse, ServerUnavailable
from packshot.serving import run
from packshot.settings import Settings

T = TypeVar("T")

START_S = 30.0
"""How long a system that another process starts may take until it answers."""


@asynccontextmanager
async def reach(
    server: str | None, settings: Settings, *, services: Sequence[str] | None = None, wait: bool = False
) -> AsyncIterator[Client]:
    """A client of `server`; without one, of the system that runs in this home; else of one that runs as long as the command.

    `services` are those that the last kind needs (None: all). With `wait`, a system that lives only as long as another
    command is not used: it could end in the middle.
    """
    if server is not None:
        async with Client(server) as client:
            yield client
        return
    owner = home_lock(settings).owner()
    if owner is not None and not (wait and owner.brief):
        async with Client(socket=socket_path(settings)) as client:
            await _until_ready(client)
            yield client
        return
    await _until_free(settings)
    context = click.get_current_context(silent=True)
    command = context.info_name if context and context.info_name else "run"
    async with embedded(own_settings(settings), command, services=services), Client(socket=socket_path(settings)) as client:
        yield client


def ask_gateway(server: str | None, question: Callable[[Client], Awaitable[T]]) -> T:
    """What a gateway answers: that of `server`, else of this home."""
    settings = Settings.read()

    async def ask() -> T:
        # The database belongs to the gateway, so where no packshot runs, its gateway alone does for as long as this takes.
        async with reach(server, settings, services=("gateway",)) as client:
            return await question(client)

    if server is None:
        log_to_file(settings)
    return run(ask())


async def _until_ready(client: Client) -> None:
    clock = asyncio.get_running_loop().time
    give_up = clock() + START_S
    while not await client.ready():
        if clock() > give_up:
            raise ServerUnavailable(f"packshot runs in this home but does not answer at {client.where}. Look at what it logs.")
        await asyncio.sleep(0.2)


async def _until_free(settings: Settings) -> None:
    lock, told = home_lock(settings), False
    while (owner := lock.owner()) is not None:
        if not owner.brief:
            raise HomeInUse(f"{owner} has just started in {settings.home}. Run the command again to use it.")
        if not told:
            click.echo(f"{owner} is at work in {settings.home}; waiting for it to end.", err=True)
            told = True
        await asyncio.sleep(0.3)
