"""What an operator does to a policy. Pure: from the policy that is to the one that shall be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packshot.contracts.http import OperationView, Trial
from packshot.contracts.ids import new_id
from packshot.contracts.routing import Traffic
from packshot.errors import UnknownName, nearest
from packshot_gateway.http.problems import Conflict


@dataclass(frozen=True)
class Versions:
    """The majors of one operation."""

    operation: str
    known: tuple[int, ...]
    """Those that any worker ever offered, ascending."""
    live: tuple[int, ...]

    @classmethod
    def of(cls, operation: str, views: Sequence[OperationView]) -> Versions:
        """Raises UnknownName for an operation that nobody ever offered."""
        mine = [view for view in views if view.name == operation]
        if not mine:
            raise UnknownName(f"There is no operation {operation!r}. {nearest(operation, sorted({view.name for view in views}))}")
        known, live = {view.major for view in mine}, {view.major for view in mine if not view.away}
        return cls(operation, tuple(sorted(known)), tuple(sorted(live)))

    @property
    def answering(self) -> int:
        """What answers where there is no policy."""
        return max(self.live or self.known)

    def check(self, major: int) -> None:
        """Raise UnknownName unless a worker ever offered it, Conflict if none does now."""
        if major not in self.known:
            have = ", ".join(f"{self.operation}@{each}" for each in self.known)
            raise UnknownName(f"Operation {self.operation!r} has no version {major}. There is {have}.")
        if major not in self.live:
            raise Conflict(f"No worker offers {self.operation}@{major} now, so its work would wait. Start one first.")


def tried(policy: Traffic | None, trial: Trial, versions: Versions) -> Traffic:
    """A candidate is given a part of the work. What has answered so far stays the stable version."""
    versions.check(trial.major)
    others = [major for major in versions.live or versions.known if major != trial.major]
    if policy is None and not others:
        raise Conflict(f"There is only {versions.operation}@{trial.major}; a trial needs another version beside it.")
    stable = policy.stable if policy else max(others)
    if stable == trial.major:
        raise Conflict(f"{versions.operation}@{stable} is the stable version already. `rollback` or `promote` changes that.")
    goes_on = policy is not None and policy.candidate == trial.major
    return Traffic(
        operation=versions.operation,
        stable=stable,
        candidate=trial.major,
        mode=trial.mode,
        share=trial.share,
        tenants=tuple(sorted(set(trial.tenants))),
        salt=policy.salt if policy and goes_on else new_id(),
        previous=policy.previous if policy else None,
    )


def promoted(policy: Traffic | None, major: int | None, versions: Versions) -> Traffic:
    """The candidate, or the version that is named, becomes the stable one: it answers whatever newer version appears."""
    chosen = major if major is not None else policy.candidate if policy else None
    if chosen is None:
        raise Conflict(f"No version of {versions.operation} is on trial. Name the one to promote, as in {versions.operation}@2.")
    versions.check(chosen)
    before = policy.stable if policy else versions.answering
    previous = before if before != chosen else policy.previous if policy else None
    return Traffic(operation=versions.operation, stable=chosen, previous=previous)


def rolled_back(policy: Traffic | None, versions: Versions) -> Traffic:
    """The trial ends; without one, what answered before the last promotion answers again.

    Without a policy it is the version below the one that answers: the way back from one that has just appeared.
    """
    if policy is not None and policy.candidate is not None:
        return Traffic(operation=policy.operation, stable=policy.stable, previous=policy.previous)
    if policy is not None and policy.previous is not None:
        return Traffic(operation=policy.operation, stable=policy.previous)
    below = [major for major in versions.live if major < versions.answering]
    if policy is not None or not below:
        raise Conflict(
            f"There is nothing to roll {versions.operation} back to. `promote` with a version says which shall answer."
        )
    return Traffic(operation=versions.operation, stable=max(below))
