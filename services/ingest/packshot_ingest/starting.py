"""From a planned job to the commands that start it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.messages import Failure
from packshot.contracts.plan import Plan, PlannedBranch, PlannedStep
from packshot.errors import BadPhoto, BadRecipe, PackshotError
from packshot_ingest.photos import Photo


class CannotStart(Exception):
    """A job cannot start, for want of one of its listing's photos."""

    def __init__(self, step: PlannedStep, error: PackshotError) -> None:
        super().__init__(str(error))
        self.step = step
        self.failure = Failure(code=error.code, message=str(error), step=step.id, operation=step.operation)


def heads(branch: PlannedBranch) -> Iterator[PlannedBranch]:
    """What can be sent to a work queue: `branch` if it begins with a step, else the heads of its branches."""
    if branch.steps:
        # A Plan is a branch with a recipe's name; the slip on the wire is the branch alone.
        yield PlannedBranch(steps=branch.steps, output=branch.output, branches=branch.branches)
    else:
        for child in branch.branches:
            yield from heads(child)


def needs_photos(plan: Plan) -> bool:
    """Whether a job of `plan` takes other photos of its listing."""
    return plan.over == "listing" or any(True for _ in _named(plan))


def further_photos(plan: Plan, looks: Sequence[Photo | Failure]) -> tuple[ArtifactRef, ...]:
    """The photos of the listing that a job of `plan` is given, once all were looked into.

    Where steps name photos, positions are those of the listing; else they are the good ones in order. Raises CannotStart for
    a step that names a photo which is not there or was rejected.
    """
    good = [look.artifact for look in looks if isinstance(look, Photo)]
    named = list(_named(plan))
    for step, position in named:
        _check(step, position, looks)
    if not named:
        return tuple(good)
    # A rejected photo that no step names must not move the others from their places, so a good one stands there.
    return tuple(look.artifact if isinstance(look, Photo) else good[0] for look in looks)


def _named(plan: Plan) -> Iterator[tuple[PlannedStep, int]]:
    for step in plan.all_steps():
        for given in step.inputs.values():
            if given.photo is not None:
                yield step, given.photo


def _check(step: PlannedStep, position: int, looks: Sequence[Photo | Failure]) -> None:
    if position >= len(looks):
        have = f"{len(looks)} photo{'' if len(looks) == 1 else 's'}"
        raise CannotStart(
            step, BadRecipe(f"{step.operation} takes photo {position} (counted from 0), but the listing has {have}.")
        )
    look = looks[position]
    if isinstance(look, Failure):
        raise CannotStart(step, BadPhoto(f"{step.operation} takes photo {position}, which was rejected: {look.message}"))
