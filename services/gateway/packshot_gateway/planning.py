"""From what a merchant asks for to plans, with the catalogue as it is now."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from packshot.contracts.plan import Plan
from packshot.contracts.recipe import Recipe
from packshot.errors import BadRecipe, UnknownName, nearest
from packshot.recipes.loading import parse_recipe
from packshot.recipes.planning import make_plan
from packshot_gateway.catalogue import LiveCatalogue

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


async def make_plans(wanted: Sequence[Recipe], known: Mapping[str, Recipe], catalogue: LiveCatalogue) -> list[Plan]:
    """The plans of these recipes. While the system starts, waits up to ten seconds for operations that are not announced yet.

    Raises UnknownName, BadParameters or BadRecipe.
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        operations = await catalogue.current()
        try:
            return [make_plan(recipe, operations, known) for recipe in wanted]
        except UnknownName:
            if not await catalogue.grew(until - time.monotonic()):
                raise


def _named(name: str, known: Mapping[str, Recipe]) -> Recipe:
    if name.lstrip().startswith("{"):
        return parse_recipe(name, "custom")
    if name not in known:
        raise UnknownName(f"There is no recipe {name!r}. {nearest(name, list(known))}")
    return known[name]
