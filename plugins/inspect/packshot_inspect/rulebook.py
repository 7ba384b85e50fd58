"""Marketplace rules as dated data: what a rule file says, and which one is in force."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import Field, model_validator

from packshot.contracts.model import Authored
from packshot.errors import BadParameters, nearest

MeasureName = Literal[
    "width",
    "height",
    "longest_side",
    "shortest_side",
    "megapixels",
    "elongation",
    "aspect_ratio",
    "bytes",
    "format",
    "suffix",
    "frames",
    "mode",
    "bits",
    "colour_space",
    "transparency",
    "ground_white",
    "edge_halo",
    "fill",
    "margin",
    "sides_touched",
    "edge_width",
]


class Confidence(StrEnum):
    """How sure we are that a rule is as written: official page, several secondary sources that agree, hearsay."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Limits(Authored):
    """What a measured value has to keep."""

    min: float | None = None
    max: float | None = None
    one_of: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Limits:
        numeric = self.min is not None or self.max is not None
        if numeric == (self.one_of is not None):
            raise ValueError("give `min` and/or `max`, or `one_of`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` is above `max`")
        return self


class Rule(Authored):
    """One thing that a marketplace wants. Breaking `must` is a fail, breaking `should` a warning."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: str
    measure: MeasureName | None = None
    """None for what no program here can check; then `note` says what a person should look at."""
    must: Limits | None = None
    should: Limits | None = None
    unit: Literal["", "px", "share", "bytes", "Mpx", "bit"] = ""
    note: str = ""
    source: str | None = None
    """Where this rule was read, if not where the others were."""
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _can_be_judged(self) -> Rule:
        if self.measure is None and not self.note:
            raise ValueError(f"rule {self.id!r} has no measure, so it needs a note that says what to look at")
        if (self.measure is None) != (self.must is None and self.should is None):
            raise ValueError(f"rule {self.id!r} needs a measure together with `must` or `should`")
        return self


class RuleBook(Authored):
    """A marketplace's rules as they are from one day on."""

    market: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    effective_from: date | None = None
    """None: in force already when they were first read, since when is not known."""
    checked_on: date
    """When somebody last compared this file with its source."""
    confidence: Confidence
    note: str = ""
    """What a merchant should know of all these rules, such as that they are hearsay."""
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hearsay_says_so(self) -> RuleBook:
        if self.confidence is Confidence.LOW and not self.note:
            raise ValueError("rules of low confidence need a note that tells merchants so")
        return self

    @model_validator(mode="after")
    def _rules_have_own_names(self) -> RuleBook:
        names = [rule.id for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("two rules have the same id")
        return self


@cache
def rulebooks() -> tuple[RuleBook, ...]:
    """All rule files, by market and date."""
    folder = files("packshot_inspect.rules")
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    books = [RuleBook.model_validate(yaml.safe_load(text)) for text in texts]
    return tuple(sorted(books, key=lambda book: (book.market, book.effective_from or date.min)))


def markets() -> list[str]:
    """The marketplaces with rules."""
    return sorted({book.market for book in rulebooks()})


def versions_of(market: str) -> list[RuleBook]:
    """The rule books of a market, oldest first. BadParameters if there is none."""
    books = [book for book in rulebooks() if book.market == market]
    if not books:
        raise BadParameters(f"There are no rules for the market {market!r}. {nearest(market, markets())}")
    return books


def in_force(market: str, on: date | None = None) -> RuleBook:
    """The rules of `market` on a day; by default the day on which its rules were last checked.

    So the same job gives the same report whenever it runs: a newer file, not the calendar, changes the answer.
    """
    books = versions_of(market)
    day = on or max(book.checked_on for book in books)
    begun = [book for book in books if (book.effective_from or date.min) <= day]
    return begun[-1] if begun else books[0]
