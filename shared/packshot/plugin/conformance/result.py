"""What one check said of one operation, and how the child that runs it tells."""

from __future__ import annotations

from enum import StrEnum

from packshot.contracts.model import Contract


class Verdict(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Result(Contract):
    """One check of one operation, or of a plugin as a whole."""

    subject: str
    """The operation's name, or the plugin's."""
    check: str
    """What it must do, in words: `leaves its input alone`."""
    verdict: Verdict
    reason: str = ""
    """Why it failed or was skipped, or what was measured."""
    seconds: float = 0.0


class Begun(Contract):
    """The child begins a check, which may take `limit_s`."""

    subject: str
    check: str
    limit_s: float


class Said(Contract):
    """One line from the child: either of the two."""

    begun: Begun | None = None
    result: Result | None = None
