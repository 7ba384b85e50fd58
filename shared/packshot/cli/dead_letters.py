"""What `packshot dead` does: on the broker of the settings, or through the gateway of the system that runs in this home."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

import click

from packshot.bus.connect import make_bus
from packshot.bus.protocol import DeadLetter
from packshot.cli.console import show_json, show_table
from packshot.cli.home import quiet
from packshot.client import Client
from packshot.embedded import home_lock, socket_path
from packshot.errors import ServerUnavailable, UnknownName
from packshot.serving import run
from packshot.settings import Settings

EVERY = 10_000
PATIENCE_S = 10.0
"""Somebody waits at the terminal: a broker that is away is said to be sooner than a service would."""

T = TypeVar("T")


class Letters(Protocol):
    """What holds dead letters: a bus, or the gateway before one."""

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """What was parked, oldest first."""

    async def retry_dead(self, id: str) -> bool:
        """Send one back to its queue; False if there is none."""

    async def drop_dead(self, id: str) -> bool:
        """Throw one away; False if there is none."""


def show_letters(limit: int, as_json: bool) -> None:
    """A line for each dead letter."""
    letters = _with_letters(lambda held: held.dead_letters(limit))
    if as_json:
        show_json([letter.model_dump(mode="json") for letter in letters])
        return
    rows = ((letter.id, f"{letter.parked_at or ''}", letter.queue, letter.reason) for letter in letters)
    show_table(("id", "parked at", "queue", "reason"), rows)


def show_letter(id: str) -> None:
    """One dead letter whole. Raises UnknownName."""
    for letter in _with_letters(lambda held: held.dead_letters(EVERY)):
        if letter.id == id:
            show_json(letter.model_dump(mode="json"))
            return
    raise _none(id)


def retry_letter(id: str) -> None:
    """Send one back. Raises UnknownName."""
    if not _with_letters(lambda held: held.retry_dead(id)):
        raise _none(id)
    click.echo(f"{id} is back in its queue.")


def drop_letter(id: str) -> None:
    """Throw one away. Raises UnknownName."""
    if not _with_letters(lambda held: held.drop_dead(id)):
        raise _none(id)
    click.echo(f"{id} is gone.")


def _none(id: str) -> UnknownName:
    return UnknownName(f"There is no dead letter {id!r}. `packshot dead list` shows those there are.")


def _with_letters(act: Callable[[Letters], Awaitable[T]]) -> T:
    async def ask() -> T:
        async with _letters(Settings.read()) as held:
            return await act(held)

    return run(ask())


@asynccontextmanager
async def _letters(settings: Settings) -> AsyncIterator[Letters]:
    if settings.distributed:
        quiet()
        hurried = settings.model_copy(update={"bus_connect_timeout_s": min(PATIENCE_S, settings.bus_connect_timeout_s)})
        bus = make_bus(hurried, "packshot dead")
        await bus.open()
        try:
            yield bus
        finally:
            await bus.close()
    elif home_lock(settings).owner() is not None:
        async with Client(socket=socket_path(settings)) as client:
            yield client
    else:
        raise ServerUnavailable(
            f"No packshot runs in {settings.home}, and without a broker dead letters last only as long as it runs. "
            "Start `packshot up`, or set PACKSHOT_BUS_URL to the broker that you mean."
        )
