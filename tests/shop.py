"""A running system, and commands to it, as a person at a terminal gives them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.system import System

PACKSHOT = Path(sys.executable).with_name("packshot")


_HERE = ("evaluate",)
"""Commands that work where they are given, whoever runs elsewhere."""


class Shop:
    """A running system and its command line."""

    def __init__(self, system: System, settings: dict[str, str], *, remote: bool = False) -> None:
        """`remote`: the system does not run in the home that `settings` name, and is asked by its URL."""
        self.system = system
        self._remote = remote
        self._env = {key: value for key, value in os.environ.items() if not key.startswith("PACKSHOT_")} | settings

    def __call__(self, *arguments: object, status: int = 0) -> str:
        """Run a command; what it says on standard output."""
        where = ("--server", self.system.url) if self._remote and arguments[0] not in _HERE else ()
        done = subprocess.run(
            [PACKSHOT, *map(str, arguments), *where], env=self._env, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == status, f"{done.stdout}\n{done.stderr}\n{self.system.logs()}"
        return done.stdout

    def live(self, operation: str) -> set[str]:
        """The versions of an operation that a worker offers now."""
        offered = self.system.http.get("/v1/operations").json()
        return {one["version"] for one in offered if one["name"] == operation and not one["away"]}

    def wait_live(self, operation: str, versions: set[str]) -> None:
        """Until exactly these versions of it are offered."""
        self.system.until(lambda: self.live(operation) == versions, 100, f"{operation} is not live in {versions}")
