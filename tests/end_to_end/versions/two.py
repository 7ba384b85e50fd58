"""Major 2 of an operation, for tests: says so in its findings."""

from __future__ import annotations

import time

from pydantic import BaseModel

from packshot.plugin import Frame, Operation, Run, hookimpl


class Nothing(BaseModel):
    """No parameters."""


class Versioned(Operation[Nothing]):
    """Says which version it is."""

    name, version, stage, Params = "e2e.versioned", "2.0.0", "edit", Nothing

    def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
        time.sleep(0.02)
        return frame.with_rgb(255 - frame.rgb).with_finding("e2e.versioned", {"major": 2})


@hookimpl
def packshot_operations() -> list[type[Operation]]:
    """The one."""
    return [Versioned]
