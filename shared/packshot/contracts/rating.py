"""Ratings as the HTTP API says them: people choose between two pictures without knowing whose they are; systems are ranked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator

from packshot.contracts.annotation import Person
from packshot.contracts.artifact import Digest
from packshot.contracts.model import Authored, Contract

MOST_PAIRS = 5000


class Side(StrEnum):
    """Where a picture is shown; `reference` is what both were made of."""

    LEFT = "left"
    RIGHT = "right"
    REFERENCE = "reference"


class Verdict(StrEnum):
    """What a person says of a pair."""

    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"


class NewSystem(Authored):
    """What is compared: an operation's answers, a model's samples, or photos."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    dataset: str
    """NAME for the newest version of the data set with its pictures, or NAME@DIGEST."""


class NewRating(Authored):
    """What people are to compare."""

    systems: Annotated[tuple[NewSystem, ...], Field(min_length=2, max_length=20)]
    question: Annotated[str, Field(max_length=300)] = ""
    """What they are asked; empty: which picture is better."""
    match: Literal["product", "category", "any"] = "product"
    """What the pictures of a pair have in common: answers to one input have a product, samples a category, or nothing."""
    reference: str | None = None
    """A data set whose picture of the same product is shown beside each pair: what both were made of."""
    pairs: Annotated[int, Field(ge=1, le=MOST_PAIRS)] = 100
    """So many at most, evenly over the systems."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0

    @field_validator("systems")
    @classmethod
    def _once(cls, systems: tuple[NewSystem, ...]) -> tuple[NewSystem, ...]:
        if len({system.name for system in systems}) < len(systems):
            raise ValueError("two systems have one name")
        return systems


class RatedSystem(Contract):
    """A system and the pictures it is judged by."""

    name: str
    dataset: str
    digest: Digest


class RatingView(Contract):
    """A rating and how far it is."""

    id: str
    question: str
    systems: tuple[RatedSystem, ...]
    pairs: int
    created_at: datetime
    choices: int = 0
    """Of all people together."""
    people: int = 0
    person: str = ""
    """Who asks."""
    mine: int = 0
    """Pairs that this person has judged."""


class PairView(Contract):
    """A pair as one person sees it. Whose pictures they are is not said; each person has another side first."""

    position: int
    reference: bool = False
    """Whether there is a picture of what both were made of."""


class NextPair(Contract):
    """The next pair for a person; none when this person has judged all."""

    pair: PairView | None = None
    rating: RatingView


class Judged(Authored):
    """A person's word on a pair; said again, it replaces the one before."""

    person: Person = "me"
    verdict: Verdict


class Undoing(Authored):
    """Whose last word is taken back."""

    person: Person = "me"


class Ranked(Contract):
    """A system's place."""

    name: str
    preferred: float
    """The chance that it is preferred to another system, the mean over the others."""
    low: float
    high: float
    """Hold `preferred` with 95 % confidence."""
    log_strength: float
    choices: int
    wins: int
    ties: int


class Ranking(Contract):
    """Which systems people prefer, the best first (Bradley-Terry; a tie is half a win for either)."""

    systems: tuple[Ranked, ...]
    choices: int
    people: int
    agreement: float | None = None
    """How often two people said the same of one pair; none where no pair was judged by two."""
    left: float | None = None
    """How often the left picture was chosen where one was: far from 0.5, people do not look."""
