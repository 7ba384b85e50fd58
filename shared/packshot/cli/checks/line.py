"""One line of the doctor's report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Line:
    """What was looked at, what was found, and how to mend it."""

    level: Level
    subject: str
    found: str
    mend: str = ""


def ok(subject: str, found: str) -> Line:
    """It is as it should be."""
    return Line(Level.OK, subject, found)


def warn(subject: str, found: str, mend: str) -> Line:
    """It works, and could be better."""
    return Line(Level.WARN, subject, found, mend)


def fail(subject: str, found: str, mend: str) -> Line:
    """It does not work."""
    return Line(Level.FAIL, subject, found, mend)
