"""What a worker asks of its plugin host, and what it gets: no NumPy, no bus, no store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from packshot.contracts.model import Json
from packshot.contracts.recipe import Step
from packshot.plugin.frame import File


class Kind(StrEnum):
    """How the bytes of a picture are to be read."""

    PHOTO = "photo"
    """An encoded picture of unknown origin: decoded safely."""
    FRAME = "frame"
    """packshot's frame codec."""
    RAW = "raw"
    """Planes as they lie in memory, on their way from one child to the next."""


@dataclass(frozen=True)
class Blob:
    """The bytes of one picture."""

    content: bytes
    kind: Kind
    layout: Json = field(default_factory=dict)
    """What `content` alone does not tell of RAW planes."""


@dataclass(frozen=True)
class OrderedStep:
    """One operation to run."""

    operation: str
    """`name@major`."""
    params: Json
    seed: int = 0
    inputs: Mapping[str, Blob] = field(default_factory=dict)
    timeout_s: float = 60.0
    version: str = ""
    """The version that it was planned with, and no other may do it; empty: whichever is there."""


def _ignore(step: int, fraction: float, note: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Order:
    """Steps to run on one picture, and what to give back."""

    steps: tuple[OrderedStep, ...]
    picture: Blob | None = None
    """None for a generator."""
    file: File | None = None
    """The finished file that came with the picture."""
    findings: Json = field(default_factory=dict)
    wants_frame: bool = True
    wants_file: bool = False
    """A file even if no operation exports one: then a PNG."""
    may_repair: bool = False
    """Stop after a step that asks for repairs."""
    urgent: bool = False
    progress: Callable[[int, float, str], None] = _ignore
    """Called with (index of the step, 0..1, note)."""


@dataclass(frozen=True)
class StepDone:
    """One operation that was run."""

    seconds: float
    device: str


@dataclass(frozen=True)
class Outcome:
    """What became of an order."""

    done: tuple[StepDone, ...]
    """One for each step that was run: fewer than ordered where one asked for repairs."""
    frame: Blob | None
    """The planes; None if they were not wanted, or are those of the order."""
    frame_unchanged: bool
    """Whether the planes are still those of the order."""
    file: File | None
    """The finished file, if there is one; the order's own object while it still holds."""
    width: int
    height: int
    findings: Json
    repairs: tuple[Step, ...] = ()
