"""From a rule and a measured value to a check: pass, warn, fail or not_checked, with words."""

from __future__ import annotations

from enum import StrEnum, auto

from pydantic import JsonValue

from packshot.contracts.model import Contract
from packshot_inspect.evidence import Evidence, Measured
from packshot_inspect.rulebook import Confidence, Limits, Rule, RuleBook


class Status(StrEnum):
    """What came of a check: `pass`, `warn`, `fail` or `not_checked`."""

    PASS = auto()
    WARN = auto()
    FAIL = auto()
    NOT_CHECKED = auto()


class Check(Contract):
    """One rule, judged."""

    rule: str
    title: str
    status: Status
    measured: JsonValue = None
    wanted: str = ""
    unit: str = ""
    message: str
    source: str
    confidence: Confidence


_WORST_FIRST = (Status.FAIL, Status.WARN, Status.PASS)


def judge(book: RuleBook, evidence: Evidence) -> list[Check]:
    """Every rule of `book` on one file, in the book's order."""
    return [_check(rule, book, None if rule.measure is None else evidence.measure(rule.measure)) for rule in book.rules]


def verdict(checks: list[Check]) -> Status:
    """The worst status; what was not checked does not count, unless nothing was."""
    found = {check.status for check in checks}
    return next((status for status in _WORST_FIRST if status in found), Status.NOT_CHECKED)


def keeps(value: float | str, limits: Limits | None) -> bool:
    """Whether a value is within limits; no limits hold anything."""
    if limits is None:
        return True
    if limits.one_of is not None:
        return str(value) in limits.one_of
    number = float(value)
    return (limits.min is None or number >= limits.min) and (limits.max is None or number <= limits.max)


def _check(rule: Rule, book: RuleBook, measured: Measured) -> Check:
    status, message = _judged(rule, measured)
    confidence = rule.confidence or book.confidence
    if confidence is Confidence.LOW:
        message = f"{message} {_HEARSAY}"
    return Check(
        rule=rule.id,
        title=rule.title,
        status=status,
        measured=round(measured, 4) if isinstance(measured, float) else measured,
        wanted=_wanted(rule),
        unit=rule.unit,
        message=message,
        source=rule.source or book.source[0],
        confidence=confidence,
    )


_HEARSAY = "(Second-hand figure: confirm it with the marketplace.)"


def _judged(rule: Rule, measured: Measured) -> tuple[Status, str]:
    if rule.measure is None:
        return Status.NOT_CHECKED, rule.note
    if measured is None:
        return Status.NOT_CHECKED, "This could not be measured: the product cannot be told from its background."
    found = f"Measured {shown(measured, rule.unit)}"
    advice = f" {rule.note}" if rule.note else ""
    if not keeps(measured, rule.must):
        return Status.FAIL, f"{found}, required is {_limits(rule.must, rule.unit)}.{advice}"
    if not keeps(measured, rule.should):
        return Status.WARN, f"{found}, advised is {_limits(rule.should, rule.unit)}.{advice}"
    return Status.PASS, f"{found}."


def _wanted(rule: Rule) -> str:
    required = f"required {_limits(rule.must, rule.unit)}" if rule.must else ""
    advised = f"advised {_limits(rule.should, rule.unit)}" if rule.should else ""
    return ", ".join(part for part in (required, advised) if part)


def _limits(limits: Limits | None, unit: str) -> str:
    assert limits is not None
    if limits.one_of is not None:
        return " or ".join(limits.one_of)
    if limits.min == limits.max and limits.min is not None:
        return shown(limits.min, unit)
    bounds = (("at least", limits.min), ("at most", limits.max))
    return " and ".join(f"{word} {shown(bound, unit)}" for word, bound in bounds if bound is not None)


def shown(value: float | str, unit: str) -> str:
    """A value as people read it: 0.8712 with the unit `share` is 87.1 %."""
    if isinstance(value, str):
        return value
    if unit == "share":
        return f"{round(value * 100, 2):g} %"
    if unit == "bytes":
        return f"{value / 1e6:.2f} MB" if value >= 1e6 else f"{value / 1e3:.0f} kB"
    number = f"{int(value):,}" if value == int(value) else f"{value:,.2f}"
    return f"{number} {unit}".rstrip()
