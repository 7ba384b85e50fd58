"""Why something ended, as every message says it."""

from __future__ import annotations

from packshot.contracts.model import Contract


class Failure(Contract):
    """Why something ended: `code` for programs (see packshot.errors), `message` for people."""

    code: str
    message: str
    step: str | None = None
    operation: str | None = None
