"""From what a merchant asks for to plans, with the catalogue and the traffic policies as they are now."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.plan import Plan
from packshot.contracts.recipe import Recipe
from packshot.contracts.routing import Route, Traffic
from packshot.errors import BadRecipe, UnknownName, nearest
from packshot.recipes.loading import parse_recipe
from packshot.recipes.planning import make_plan, make_shadow
from packshot_gateway.catalogue import LiveCatalogue
from packshot_gateway.traffic.policies import Policies

PATIENCE_S = 10.0


def wanted_recipes(asked: Sequence[str], inline: Sequence[str], known: Mapping[str, Recipe]) -> list[Recipe]:
    """The recipes asked for by name, and those written out. Raises UnknownName, BadRecipe."""
    found = [_named(name, known) for name in asked] + [parse_recipe(text, "custom") for text in inline]
    if not found:
        raise BadRecipe("Say what to make: give at least one `recipe`. " + nearest("", list(known)))
    names = [recipe.name for recipe in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadRecipe(f"Recipe {twice[0]!r} is asked for twice.")
    return found


@dataclass(frozen=True)
class Planned:
    """What one job is to do, and what is to run in its shadow."""

    plan: Plan
    shadow: Plan | None = None


class Planner:
    """Plans the recipes of one listing. Photos whose work the policies split alike share their plans."""

    def __init__(
        self,
        wanted: Sequence[Recipe],
        known: Mapping[str, Recipe],
        catalogue: Catalogue,
        policies: Mapping[str, Traffic],
        tenant: str,
    ) -> None:
        """Raises UnknownName, BadParameters or BadRecipe for what no version on trial could make good."""
        self.wanted = wanted
        self.catalogue = catalogue
        self._known = known
        self._policies = policies
        self._tenant = tenant
        self._made: dict[frozenset[str], list[Planned]] = {}
        untried = {name: policy.model_copy(update={"candidate": None}) for name, policy in policies.items()}
        self.plans = [make_plan(recipe, catalogue, known, Route(untried, tenant)) for recipe in wanted]
        """With the stable versions alone."""

    def plans_for(self, key: str) -> list[Planned]:
        """The plans of a photo's jobs; equal keys get equal versions."""
        picked = frozenset(name for name, policy in self._policies.items() if policy.picks(self._tenant, key))
        if picked not in self._made:
            route = Route(self._policies, self._tenant, key)
            self._made[picked] = [self._planned(recipe, route) for recipe in self.wanted]
        return self._made[picked]

    def _planned(self, recipe: Recipe, route: Route) -> Planned:
        plan = make_plan(recipe, self.catalogue, self._known, route)
        return Planned(plan, make_shadow(recipe, self.catalogue, self._known, route))


async def make_planner(
    wanted: Sequence[Recipe], known: Mapping[str, Recipe], catalogue: LiveCatalogue, policies: Policies, tenant: str
) -> Planner:
    """A planner of these recipes. While the system starts, waits up to ten seconds for operations that are not announced yet.

    Raises UnknownName, BadParameters or BadRecipe.
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        operations = await catalogue.current()
        try:
            return Planner(wanted, known, operations, await policies.in_force(), tenant)
        except UnknownName:
            if not await catalogue.grew(until - time.monotonic()):
                raise


def _named(name: str, known: Mapping[str, Recipe]) -> Recipe:
    if name.lstrip().startswith("{"):
        return parse_recipe(name, "custom")
    if name not in known:
        raise UnknownName(f"There is no recipe {name!r}. {nearest(name, list(known))}")
    return known[name]
