"""What a check asks for becomes steps: the corrective ones, the check again, and what was to follow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.plan import PlannedBranch, PlannedStep
from packshot.contracts.recipe import Step
from packshot.recipes.planning import plan_step

_ROUND = re.compile(r"^(?P<check>.*)\.r(?P<round>\d+)$")


def plan_repairs(
    check: PlannedStep,
    repairs: Sequence[Step],
    after: PlannedBranch,
    catalogue: Catalogue,
    majors: Mapping[str, int] | None = None,
) -> PlannedBranch:
    """The slip of a frame that `check` sends back; `after` is what was to follow it, `majors` what traffic policies chose.

    The check `3` asks for `3.r1.0`, `3.r1.1`, … and runs again as `3.r1`. Raises UnknownName, BadParameters or BadRecipe for
    repairs that cannot be planned.
    """
    found = _ROUND.match(check.id)
    again = f"{found['check']}.r{int(found['round']) + 1}" if found else f"{check.id}.r1"
    chosen = {name: f"{name}@{major}" for name, major in (majors or {}).items()}
    specs = [catalogue.find(chosen.get(step.operation, step.operation)) for step in repairs]
    steps = [plan_step(*planned, f"{again}.{index}") for index, planned in enumerate(zip(repairs, specs, strict=True))]
    return after.model_copy(update={"steps": (*steps, check.model_copy(update={"id": again}), *after.steps)})
