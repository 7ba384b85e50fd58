"""Places to compute: as many as there are cores, shared by all plugin sets, and one more for what is on trial.

What has not worked yet, or has just crashed or hung, may take its whole time and end in nothing. In a place of its own it holds
nobody up: however many bad plugins there are, they wait for each other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from packshot.plugin.turns import Turns


class Places:
    """Who may compute now. Whoever waits is served in order, urgent work first."""

    def __init__(self, count: int) -> None:
        self._proven: Turns[None] = Turns()
        self._on_trial: Turns[None] = Turns()
        for _ in range(count):
            self._proven.give(None)
        self._on_trial.give(None)

    @asynccontextmanager
    async def one(self, urgent: bool, on_trial: bool) -> AsyncIterator[None]:
        """One place while entered."""
        turns = self._on_trial if on_trial else self._proven
        await turns.take(urgent)
        try:
            yield
        finally:
            turns.give(None)
