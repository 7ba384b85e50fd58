"""Operations that misbehave on purpose."""

from __future__ import annotations

import os
import time

from pydantic import BaseModel, Field

from packshot.plugin import Frame, Operation, Run, hookimpl


class Slow(BaseModel):
    """How slow."""

    seconds: float = Field(0.3, ge=0, le=30)


class Wait(Operation[Slow]):
    """Takes its time."""

    name, version, stage, Params = "e2e.wait", "1.0.0", "edit", Slow

    def run(self, frame: Frame, params: Slow, run: Run) -> Frame:
        time.sleep(params.seconds)
        return frame


class Nothing(BaseModel):
    """No parameters."""


class Raise(Operation[Nothing]):
    """Always raises."""

    name, version, stage, Params = "e2e.raise", "1.0.0", "edit", Nothing

    def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
        raise ValueError("the lens cap was on")


class Crash(Operation[Nothing]):
    """Takes its process with it."""

    name, version, stage, Params = "e2e.crash", "1.0.0", "edit", Nothing

    def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
        os._exit(139)


@hookimpl
def packshot_operations() -> list[type[Operation]]:
    """All of them."""
    return [Wait, Raise, Crash]
