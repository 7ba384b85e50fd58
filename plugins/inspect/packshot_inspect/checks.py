"""Checks that packshot makes by rules of its own, in the same form as a marketplace's: a finding that people can read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import JsonValue

from packshot_inspect.judge import Check, Status, verdict
from packshot_inspect.rulebook import Confidence


def check(
    rule: str,
    title: str,
    status: Status,
    message: str,
    *,
    measured: JsonValue = None,
    wanted: str = "",
    unit: str = "",
    confidence: Confidence = Confidence.HIGH,
) -> Check:
    """One check, whose rule is this program's own."""
    return Check(
        rule=rule,
        title=title,
        status=status,
        measured=round(measured, 4) if isinstance(measured, float) else measured,
        wanted=wanted,
        unit=unit,
        message=message,
        source="packshot",
        confidence=confidence,
    )


def graded(value: float, warn: float, fail: float) -> Status:
    """The status of a figure of which less is better."""
    return Status.FAIL if value > fail else Status.WARN if value > warn else Status.PASS


def report(title: str, checks: Sequence[Check], **figures: Any) -> dict[str, Any]:
    """The finding: the verdict, each check, and figures."""
    return {
        "title": title,
        "verdict": verdict(list(checks)).value,
        "checks": [each.model_dump(mode="json") for each in checks],
        **figures,
    }
