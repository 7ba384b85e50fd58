"""Plans: recipes after every name was looked up and every parameter checked. The rest of one is the routing slip."""

from __future__ import annotations

from collections.abc import Iterator

from packshot.contracts.model import Contract, Json
from packshot.contracts.operation import Stage
from packshot.contracts.recipe import Input


class PlannedStep(Contract):
    """A step that any worker of its stage can run without asking anybody."""

    id: str
    """Its place in the plan, unique in the job, such as `0`, `1` or `1.amazon-main.0`."""
    stage: Stage
    operation: str
    major: int
    params: Json
    """Validated and complete: defaults are filled in."""
    inputs: dict[str, Input] = {}
    seed: int = 0
    timeout_s: float = 60.0
    routed: bool = False
    """Whether a traffic policy chose the major."""


class PlannedBranch(Contract):
    """What remains to be done: steps, then either one named output or further branches."""

    steps: tuple[PlannedStep, ...] = ()
    output: str | None = None
    branches: tuple[PlannedBranch, ...] = ()

    def outputs(self) -> Iterator[str]:
        """The names of all outputs below this branch, in order."""
        if self.output is not None:
            yield self.output
        for branch in self.branches:
            yield from branch.outputs()

    def all_steps(self) -> Iterator[PlannedStep]:
        """Every step below this branch, in order."""
        yield from self.steps
        for branch in self.branches:
            yield from branch.all_steps()


class Plan(PlannedBranch):
    """A whole recipe, ready to run."""

    recipe: str
    over: str = "photo"
    majors: dict[str, int] = {}
    """What traffic policies chose, by operation: also for steps that are added on the way."""
