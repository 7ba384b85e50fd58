"""How a plugin-host child is started: what it is told, and what is kept from it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, TypeAdapter

from packshot.contracts.model import Contract
from packshot.plugin.discovery import FoundPlugin, Source, find_installed
from packshot.plugin.models.card import ModelCard
from packshot.plugin.scratch import Scratch

_SECRET = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|PRIVATE_KEY|ACCESS_KEY|API_KEY|_URL$|_DSN$", re.IGNORECASE)
"""Variables that no plugin is shown; a URL may hold a password."""


_CARDS = TypeAdapter(tuple[ModelCard, ...])


class Launch(Contract):
    """What a child needs to know."""

    source: Source | None = None
    """One plugin of the folder; None: those of installed distributions."""
    only: frozenset[str] | None = None
    """Of the installed ones just these; None: all."""
    python: Path | None = None
    """The interpreter of the plugin's overlay environment; None: ours."""
    devices: tuple[str, ...] = ("cpu",)
    threads: int = 1
    """Of one operation: several children share the cores."""
    network: bool = False
    start_s: float = 120.0
    """How long it may take to import its plugins."""
    models: Path | None = None
    """The folder with the files of models."""
    cards: tuple[ModelCard, ...] = Field((), exclude=True)
    """Of models that its plugins may run. They may be too many for an argument, so they travel in the shared memory."""

    def find_plugins(self) -> Iterator[FoundPlugin]:
        """What it loads."""
        if self.source is not None:
            return self.source.plugins()
        return (plugin for plugin in find_installed() if self.only is None or plugin.name in self.only)


def read_cards(inbox: Scratch) -> tuple[ModelCard, ...]:
    """The cards that a child that has just been started was given."""
    return _CARDS.validate_json(inbox.whole())


def open_environment() -> dict[str, str]:
    """This process's variables without those that look like secrets: what a process with plugins may see."""
    return {name: value for name, value in os.environ.items() if not _SECRET.search(name)}


def spawn(launch: Launch, theirs: socket.socket, inbox: Scratch, outbox: Scratch) -> subprocess.Popen[bytes]:
    """A fresh interpreter with one end of the socket and both pieces of shared memory. What it prints comes out of `stdout`."""
    # OpenMP, BLAS and torch read this before the first import, so the child cannot set it itself.
    environment = open_environment()
    # Threads that wait by spinning take the cores from the other children: two threads of torch are then half as fast.
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    environment |= {"OMP_NUM_THREADS": str(launch.threads), "OPENBLAS_NUM_THREADS": str(launch.threads)}
    if launch.models is not None:
        environment["PACKSHOT_MODELS_DIR"] = str(launch.models)
    inbox.write([_CARDS.dump_json(launch.cards)])
    fds = (theirs.fileno(), inbox.fd, outbox.fd)
    python = str(launch.python or sys.executable)
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [python, "-m", "packshot.confined", *map(str, fds), launch.model_dump_json()],
        pass_fds=fds,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        # Ctrl-C in a terminal is for the worker, which lets what is in hand end. And the whole session can be ended at once.
        start_new_session=True,
    )
