"""Quarantine: an operation that crashes or hangs its host again and again rests for a while, so that others can work."""

from __future__ import annotations

import time
from collections.abc import Callable

from packshot.contracts.messages import Failure
from packshot.errors import OperationQuarantined

STRIKES = 3
"""Crashes or timeouts in a row."""


class Quarantine:
    """Which operations rest, until when and why."""

    def __init__(self, rest_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest_s = rest_s
        self._clock = clock
        self._strikes: dict[str, int] = {}
        self._resting: dict[str, tuple[float, str]] = {}

    def failed(self, operation: str, reason: str) -> bool:
        """Count a crash or timeout of `operation`; whether it rests from now on."""
        self._strikes[operation] = self._strikes.get(operation, 0) + 1
        if self._strikes[operation] < STRIKES:
            return False
        self._resting[operation] = (self._clock() + self._rest_s, reason)
        # After its rest one more failure is enough.
        self._strikes[operation] = STRIKES - 1
        return True

    def suspects(self, operation: str) -> bool:
        """Whether `operation` crashed or hung when it last ran."""
        return operation in self._strikes

    def succeeded(self, operation: str) -> None:
        """Forget its failures."""
        if self._strikes:
            self._strikes.pop(operation, None)

    def forget(self, operation: str) -> None:
        """Another version of `operation` is there, which has done nothing wrong yet."""
        self._strikes.pop(operation, None)
        self._resting.pop(operation, None)

    def check(self, operation: str) -> None:
        """Raise OperationQuarantined while `operation` rests."""
        left = self.rests_s(operation)
        if left > 0:
            raise OperationQuarantined(
                f"{operation} rests for {left:.0f} s more after {STRIKES} failures in a row: {self._resting[operation][1]}"
            )

    def rests_s(self, operation: str) -> float:
        """Seconds that `operation` still rests; 0 if it may run."""
        until, _ = self._resting.get(operation, (0.0, ""))
        left = until - self._clock()
        if left <= 0:
            self._resting.pop(operation, None)
        return max(0.0, left)

    def resting(self) -> tuple[Failure, ...]:
        """The operations that rest now, with the reason of their last failure."""
        names = [name for name in sorted(self._resting) if self.rests_s(name) > 0]
        return tuple(Failure(code=OperationQuarantined.code, message=self._resting[name][1], operation=name) for name in names)
