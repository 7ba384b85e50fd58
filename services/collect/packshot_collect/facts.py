"""What a collection has found so far, fact by fact. Facts may be told twice and by two services: the first of a key counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from packshot.contracts.collecting import Rejection
from packshot.contracts.dataset import Item
from packshot.contracts.model import Contract
from packshot_collect.crawl.facts import HostPaused, HostRules, Visited
from packshot_collect.look import Look


class Taken(Contract):
    """A picture that is in the store."""

    fact: Literal["taken"] = "taken"
    key: str
    """What it is one of a kind by, within its source: an address or a path."""
    item: Item
    look: Look | None = None
    """None where nothing needs it."""


class LeftOut(Contract):
    """A picture that was not taken."""

    fact: Literal["left-out"] = "left-out"
    key: str
    rejection: Rejection


class Pinned(Contract):
    """Which version of a data set is read: a newer one may appear meanwhile."""

    fact: Literal["pinned"] = "pinned"
    digest: str


class Gathered(Contract):
    """The source has nothing more."""

    fact: Literal["gathered"] = "gathered"
    note: str = ""


class Copied(Contract):
    """A varied copy of a picture."""

    fact: Literal["copied"] = "copied"
    key: str
    """Which copy of which picture."""
    item: Item


class LegEnded(Contract):
    """A leg was handed on."""

    fact: Literal["leg-ended"] = "leg-ended"
    leg: int


Fact: TypeAlias = Annotated[
    Taken | LeftOut | Pinned | Gathered | Copied | LegEnded | Visited | HostRules | HostPaused, Field(discriminator="fact")
]
FACTS: TypeAdapter[Fact] = TypeAdapter(Fact)


@dataclass
class State:
    """All facts together."""

    leg: int = 0
    taken: dict[str, Taken] = field(default_factory=dict)
    left_out: dict[str, Rejection] = field(default_factory=dict)
    copied: dict[str, Item] = field(default_factory=dict)
    visited: dict[str, Visited] = field(default_factory=dict)
    """In the order in which they were asked."""
    pages: int = 0
    rules: dict[str, HostRules] = field(default_factory=dict)
    paused: dict[str, HostPaused] = field(default_factory=dict)
    pinned: str | None = None
    gathered: Gathered | None = None
    bytes: int = 0

    @property
    def note(self) -> str:
        """What is worth knowing about what was gathered, for people."""
        return self.gathered.note if self.gathered else ""

    def knows(self, key: str) -> bool:
        """Whether this picture was decided on."""
        return key in self.taken or key in self.left_out

    def add(self, fact: Fact) -> bool:
        """Take a fact in; whether it was new."""
        match fact:
            case Taken() | LeftOut():
                return self._decide(fact)
            case Visited():
                return self._visit(fact)
            case Copied():
                return self.copied.setdefault(fact.key, fact.item) is fact.item
            case HostRules():
                self.rules[fact.origin] = fact
            case HostPaused():
                self.paused[fact.host] = fact
            case Pinned():
                self.pinned = self.pinned or fact.digest
            case Gathered():
                self.gathered = self.gathered or fact
            case LegEnded():
                self.leg = max(self.leg, fact.leg + 1)
        return True

    def _decide(self, fact: Taken | LeftOut) -> bool:
        if self.knows(fact.key):
            return False
        if isinstance(fact, Taken):
            for model in (fact, fact.item, fact.item.picture, fact.look):
                if model is not None:
                    _share_fields(model)
            self.taken[fact.key] = fact
            self.bytes += fact.item.picture.size
        else:
            self.left_out[fact.key] = fact.rejection
        return True

    def _visit(self, fact: Visited) -> bool:
        if fact.key in self.visited:
            return False
        self.visited[fact.key] = fact
        self.pages += fact.read
        return True


_FIELDS: dict[frozenset[str], set[str]] = {}


def _share_fields(model: Contract) -> None:
    """Let equal sets of given fields be one. pydantic keeps one for each model: half of what a picture would need in memory."""
    own = model.model_fields_set
    object.__setattr__(model, "__pydantic_fields_set__", _FIELDS.setdefault(frozenset(own), own))
