"""What a check asks for becomes steps: the corrective ones, the check again, and what was to follow."""

from __future__ import annotations

import re
from collections.abc import Sequence

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.plan import PlannedBranch, PlannedStep
from packshot.contracts.recipe import Step
from packshot.recipes.planning import plan_step

_ROUND = re.compile(r"^(?P<check>.*)\.r(?P<round>\d+)$")


def plan_repairs(check: PlannedStep, repairs: Sequence[Step], after: PlannedBranch, catalogue: Catalogue) -> PlannedBranch:
    """The slip of a frame that `check` sends back; `after` is what was to follow it.

    The check `3` asks for `3.r1.0`, `3.r1.1`, … and runs again as `3.r1`. Raises UnknownName, BadParameters or BadRecipe for
    repairs that cannot be planned.
    """
    found = _ROUND.match(check.id)
    again = f"{found['check']}.r{int(found['round']) + 1}" if found else f"{check.id}.r1"
    steps = [plan_step(step, catalogue.find(step.operation), f"{again}.{index}") for index, step in enumerate(repairs)]
    return after.model_copy(update={"steps": (*steps, check.model_copy(update={"id": again}), *after.steps)})
