"""How a plugin-host child is started: what it is told, and what is kept from it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from packshot.contracts.model import Contract
from packshot.plugin.scratch import Scratch

_SECRETS = ("PACKSHOT_BUS_URL", "PACKSHOT_STORE_URL", "PACKSHOT_DATABASE_URL", "PACKSHOT_SECRET")


class Launch(Contract):
    """What a child needs to know."""

    plugins: str = ""
    plugins_dir: Path | None = None
    devices: tuple[str, ...] = ("cpu",)
    threads: int = 1
    """Of one operation: several children share the cores."""


def spawn(launch: Launch, theirs: socket.socket, inbox: Scratch, outbox: Scratch) -> subprocess.Popen[bytes]:
    """A fresh interpreter with one end of the socket and both pieces of shared memory. It never sees a password."""
    # OpenMP, BLAS and torch read this before the first import, so the child cannot set it itself.
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    environment |= {"OMP_NUM_THREADS": str(launch.threads), "OPENBLAS_NUM_THREADS": str(launch.threads)}
    fds = (theirs.fileno(), inbox.fd, outbox.fd)
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "packshot.plugin.child", *map(str, fds), launch.model_dump_json()],
        pass_fds=fds,
        stdin=subprocess.DEVNULL,
        env=environment,
        # Ctrl-C in a terminal is for the worker, which lets what is in hand end.
        start_new_session=True,
    )
