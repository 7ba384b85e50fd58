"""Traffic between major versions of an operation: which of them answers a step that pins none."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packshot.contracts.model import Contract
from packshot.contracts.operation import OPERATION_NAME

Share = Annotated[float, Field(ge=0, le=1)]


class Mode(StrEnum):
    """What a candidate is given."""

    CANARY = "canary"
    """A part of the work instead of the stable version; its results are the merchant's."""
    SHADOW = "shadow"
    """A copy of a part of the work, done after the original; its results are for whoever compares versions."""


class Traffic(Contract):
    """The policy of one operation. It holds for steps that float; a step that pins a version keeps it."""

    operation: Annotated[str, Field(pattern=OPERATION_NAME.pattern)]
    stable: Annotated[int, Field(ge=0)]
    """The major version that answers."""
    candidate: Annotated[int, Field(ge=0)] | None = None
    """The major version that is tried beside it."""
    mode: Mode = Mode.CANARY
    share: Share = 0.0
    """The candidate's part of the work (of these tenants' work, where `tenants` are named)."""
    tenants: tuple[str, ...] = ()
    """Whose work the candidate may get; none named: everybody's."""
    salt: str = ""
    """New with each candidate, so that two trials do not fall on the same photos; kept while its share changes."""
    previous: int | None = None
    """What a rollback goes back to once the candidate was promoted."""
    revision: int = 0
    """Grows with every change of any policy."""
    changed_at: datetime | None = None

    def picks(self, tenant: str, key: str) -> bool:
        """Whether the candidate is given the work of `tenant` that is called `key`: the same answer wherever it is asked."""
        if self.candidate is None or (self.tenants and tenant not in self.tenants):
            return False
        return place(self.salt, key) < self.share


def place(salt: str, key: str) -> float:
    """Where `key` falls in 0..1: the first 53 bits of SHA-256 over salt and key. A larger share keeps those of a smaller one."""
    digest = hashlib.sha256(f"{salt}\x1f{key}".encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


@dataclass(frozen=True)
class Route:
    """The policies as they apply to one job."""

    policies: Mapping[str, Traffic] = field(default_factory=dict)
    """By operation."""
    tenant: str = "local"
    key: str = ""
    """What the job is about: equal keys get equal versions."""
    shadow: bool = False
    """Whether to plan what runs in shadow, instead of the job itself."""

    def majors(self, operation: str) -> tuple[int, ...]:
        """The versions to try in this order; none where no policy speaks of the operation."""
        policy = self.policies.get(operation)
        if policy is None:
            return ()
        if policy.candidate is None or not policy.picks(self.tenant, self.key):
            return (policy.stable,)
        if policy.mode is Mode.SHADOW:
            return (policy.candidate if self.shadow else policy.stable,)
        return (policy.candidate, policy.stable)

    def chosen(self) -> dict[str, int]:
        """The first choice for every operation that a policy speaks of."""
        return {operation: self.majors(operation)[0] for operation in self.policies}

    def in_shadow(self) -> Route | None:
        """The route of the job's shadow; None if no policy gives it one."""
        shadowed = any(policy.mode is Mode.SHADOW and policy.picks(self.tenant, self.key) for policy in self.policies.values())
        return Route(self.policies, self.tenant, self.key, shadow=True) if shadowed else None


Version = tuple[str, int]
"""An operation's name and major version."""


def in_force(policies: Iterable[Traffic], known: Iterable[Version], live: Collection[Version]) -> dict[str, Traffic]:
    """The policies as they hold while only the `live` versions have workers, by operation.

    A candidate that is away is given nothing: a trial keeps nobody waiting. An operation that no policy speaks of is answered
    by its highest major that is live; while none is, work waits for the highest that is `known`.
    """
    held = {policy.operation: policy for policy in policies}
    for operation, policy in held.items():
        if policy.candidate is not None and (operation, policy.candidate) not in live:
            held[operation] = policy.model_copy(update={"candidate": None})
    highest: dict[str, int] = {}
    for operation, major in known:
        highest[operation] = max(major, highest.get(operation, major))
    for operation in highest.keys() - held.keys():
        majors = [major for name, major in live if name == operation]
        if majors and max(majors) < highest[operation]:
            held[operation] = Traffic(operation=operation, stable=max(majors))
    return held


ANY = Route()
"""No policy at all: the highest major answers."""
