"""The recipe that a version is compared in: alone, or in the place that its operation has in a recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from packshot.contracts.recipe import Branch, Include, Recipe, Step
from packshot.errors import BadRecipe


def with_version(
    base: tuple[Recipe, Mapping[str, Recipe]] | None,
    versions: tuple[str, str],
    version: str,
    params: Mapping[str, Any],
    measures: Sequence[str],
) -> Recipe:
    """The recipe that runs `version`, and then `measures`.

    In `base` (a recipe, and those it may include), every step of the compared operations is pinned to it, with `params` over
    its own. Raises BadRecipe if there is none.
    """
    after = tuple(Step(operation=name) for name in measures)
    if base is None:
        return Recipe(name="compare", steps=(Step(operation=version, params=dict(params)), *after), output="result")
    recipe, known = base
    compared = {name.partition("@")[0] for name in versions}
    count = 0

    def pinned(step: Step) -> Step:
        nonlocal count
        if step.operation.partition("@")[0] not in compared:
            return step
        count += 1
        return step.model_copy(update={"operation": version, "params": {**step.params, **params}})

    def rewritten(branch: Branch) -> dict[str, Any]:
        steps = tuple(pinned(step) for step in _flat(branch, known, (recipe.name,)))
        below = tuple(Branch(**rewritten(child)) for child in branch.branches)
        return {"steps": (*steps, *after) if branch.output else steps, "output": branch.output, "branches": below}

    whole = Recipe(name=recipe.name, over=recipe.over, **rewritten(recipe))
    if not count:
        raise BadRecipe(f"Recipe {recipe.name!r} has no step of {' or '.join(sorted(compared))}, so nothing would differ.")
    return whole


def _flat(branch: Branch, known: Mapping[str, Recipe], trail: tuple[str, ...]) -> Iterator[Step]:
    for step in branch.steps:
        if isinstance(step, Include):
            if step.recipe in trail or step.recipe not in known:
                raise BadRecipe(f"Recipe {trail[0]!r} includes {step.recipe!r}, which cannot be put in there.")
            yield from _flat(known[step.recipe], known, (*trail, step.recipe))
        else:
            yield step
