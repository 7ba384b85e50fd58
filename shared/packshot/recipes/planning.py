"""From a recipe to a plan: includes are put in, every operation is looked up, every parameter checked and filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import jsonschema
from pydantic import JsonValue

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.model import Json
from packshot.contracts.operation import OperationSpec
from packshot.contracts.plan import Plan, PlannedBranch, PlannedStep
from packshot.contracts.recipe import MAX_DEPTH, MAX_STEPS, Branch, Include, Recipe, Step
from packshot.contracts.routing import ANY, Route
from packshot.contracts.training import TrainerSpec
from packshot.errors import BadParameters, BadRecipe, UnknownName, nearest


def make_plan(recipe: Recipe, catalogue: Catalogue, recipes: Mapping[str, Recipe], route: Route = ANY) -> Plan:
    """The plan of `recipe`. `route` chooses the majors of steps that pin none; what it does not speak of gets the highest.

    Raises UnknownName (recipe or operation, with what is near), BadParameters, or BadRecipe (a recipe that includes itself,
    two outputs of one name, an output that no step leads to, other photos without a listing, too many steps, branches too deep).
    """
    branch = _Planner(catalogue, recipes, recipe, route).branch(recipe, prefix="", depth=0)
    plan = Plan(recipe=recipe.name, over=recipe.over, majors=route.chosen(), **dict(branch))
    outputs = list(plan.outputs())
    twice = sorted({name for name in outputs if outputs.count(name) > 1})
    if twice:
        raise BadRecipe(f"Recipe {recipe.name!r} makes {', '.join(twice)} twice; every output needs a name of its own.")
    if recipe.over == "photo" and any(given.photos for step in plan.all_steps() for given in step.inputs.values()):
        raise BadRecipe(f"Recipe {recipe.name!r} takes the listing's other photos as inputs: write `over: listing` in it.")
    if untouched := next(_untouched(plan), None):
        raise BadRecipe(
            f"Recipe {recipe.name!r} has no steps that lead to {untouched}; nothing would run. Put at least one there."
        )
    return plan


def _untouched(branch: PlannedBranch) -> Iterator[str]:
    """The outputs that no step leads to."""
    if branch.steps:
        return
    if branch.output is not None:
        yield branch.output
    for child in branch.branches:
        yield from _untouched(child)


class _Planner:
    def __init__(self, catalogue: Catalogue, recipes: Mapping[str, Recipe], recipe: Recipe, route: Route) -> None:
        self._catalogue = catalogue
        self._recipes = recipes
        self._recipe = recipe
        self._route = route
        self._count = {Step: 0, Include: 0}

    def branch(self, branch: Branch, prefix: str, depth: int) -> PlannedBranch:
        if depth > MAX_DEPTH:
            raise BadRecipe(f"Recipe {self._recipe.name!r} has branches more than {MAX_DEPTH} deep.")
        steps = list(self._flat(branch, (self._recipe.name,)))
        planned = tuple(self._step(step, f"{prefix}{index}") for index, step in enumerate(steps))
        below = (self.branch(child, f"{prefix}{len(steps) + index}.", depth + 1) for index, child in enumerate(branch.branches))
        return PlannedBranch(steps=planned, output=branch.output, branches=tuple(below))

    def _flat(self, branch: Branch, trail: tuple[str, ...]) -> Iterator[Step]:
        for step in branch.steps:
            self._counted(type(step))
            if isinstance(step, Step):
                yield step
            else:
                yield from self._flat(self._included(step, trail), (*trail, step.recipe))

    def _included(self, include: Include, trail: tuple[str, ...]) -> Recipe:
        if include.recipe in trail:
            raise BadRecipe("A recipe includes itself: " + " → ".join((*trail, include.recipe)) + ".")
        if include.recipe not in self._recipes:
            raise UnknownName(f"There is no recipe {include.recipe!r} to include. {nearest(include.recipe, list(self._recipes))}")
        recipe = self._recipes[include.recipe]
        if recipe.branches:
            raise BadRecipe(f"Recipe {recipe.name!r} has branches, so its steps cannot be included in another recipe.")
        return recipe

    def _counted(self, kind: type[Step] | type[Include]) -> None:
        # While they are put in, not after: includes of includes multiply, also those without a step.
        self._count[kind] += 1
        if self._count[kind] > MAX_STEPS:
            raise BadRecipe(f"Recipe {self._recipe.name!r} has more than {MAX_STEPS} {kind.__name__.lower()}s.")

    def _step(self, step: Step, id: str) -> PlannedStep:
        majors = () if "@" in step.operation else self._route.majors(step.operation)
        if not majors:
            return plan_step(step, self._catalogue.find(step.operation), id)
        *tried, last = [f"{step.operation}@{major}" for major in majors]
        for operation in tried:
            try:
                return plan_step(step, self._catalogue.find(operation), id, routed=True)
            except (UnknownName, BadParameters, BadRecipe):
                # What the candidate does not take is not its work: a trial refuses nobody.
                continue
        return plan_step(step, self._catalogue.find(last), id, routed=True)


def make_shadow(recipe: Recipe, catalogue: Catalogue, recipes: Mapping[str, Recipe], route: Route) -> Plan | None:
    """The plan of what runs in the shadow of a job planned with `route`.

    None if no policy gives it one, if the recipe has no step of that operation, or if the candidate cannot do it.
    """
    beside = route.in_shadow()
    if beside is None:
        return None
    try:
        plan = make_plan(recipe, catalogue, recipes, beside)
    except (UnknownName, BadParameters, BadRecipe):
        return None
    chosen = {step.operation: step.major for step in plan.all_steps() if step.routed}
    return plan if any(major != route.majors(operation)[0] for operation, major in chosen.items()) else None


def plan_step(step: Step, spec: OperationSpec, id: str, *, routed: bool = False) -> PlannedStep:
    """One step planned as `spec`. Raises BadParameters, or BadRecipe for a further input that the operation does not take."""
    for name, given in step.inputs.items():
        if not spec.takes_input(name):
            raise BadRecipe(f"{spec.name} takes no input {name!r}. {nearest(name, list(spec.inputs))}")
        if given.photos is not None and name not in spec.several:
            raise BadRecipe(f"{spec.name} takes one picture as {name!r}; name it with `photo` or `artifact`.")
    return PlannedStep(
        id=id,
        stage=spec.stage,
        operation=spec.name,
        major=spec.major,
        params=complete_params(spec, step.params),
        inputs=step.inputs,
        seed=step.seed,
        timeout_s=spec.timeout_s,
        routed=routed,
    )


def complete_params(spec: OperationSpec | TrainerSpec, params: Mapping[str, JsonValue]) -> Json:
    """`params` checked against the schema, with defaults filled in. Raises BadParameters naming what is wrong."""
    schema = spec.params_schema
    properties = schema.get("properties", {})
    assert isinstance(properties, dict)
    for name in params:
        if name not in properties:
            raise BadParameters(f"{spec.name} has no parameter {name!r}. {nearest(name, list(properties))}")
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(dict(params)))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path)
        raise BadParameters(f"{spec.name}: {where + ': ' if where else ''}{error.message}.")
    defaults = {name: prop["default"] for name, prop in properties.items() if isinstance(prop, dict) and "default" in prop}
    return {**defaults, **params}
