"""What a stopping service waits for."""

from __future__ import annotations

import asyncio


class InHand:
    """Counts messages while they are handled: `with in_hand: …`."""

    def __init__(self) -> None:
        self._count = 0
        self._empty = asyncio.Event()
        self._empty.set()

    def __enter__(self) -> None:
        self._count += 1
        self._empty.clear()

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._empty.set()

    async def emptied(self, timeout_s: float) -> bool:
        """Wait until nothing is in hand; False if that takes longer."""
        try:
            await asyncio.wait_for(self._empty.wait(), timeout_s)
        except TimeoutError:
            return False
        return True
