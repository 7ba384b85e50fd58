"""Reading recipes from YAML files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from packshot.contracts.recipe import Recipe
from packshot.errors import BadRecipe


def parse_recipe(text: str, name: str | None = None) -> Recipe:
    """A recipe from YAML (or JSON) text; `name` where the text gives none. Raises BadRecipe saying where it is wrong."""
    try:
        written = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise BadRecipe(f"The recipe is not valid YAML: {error}") from error
    if not isinstance(written, dict):
        raise BadRecipe("A recipe is a mapping with `name`, `steps` and `output` or `branches`.")
    if name is not None:
        written.setdefault("name", name)
    try:
        return Recipe.model_validate(written)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"] if not isinstance(part, str) or not part[:1].isupper())
        raise BadRecipe(f"The recipe is wrong at {where or 'the top'}: {first['msg']}.") from error


def load_recipes(folder: Path | None = None) -> dict[str, Recipe]:
    """The recipes packshot ships and those in `folder`, by name; the folder's replace those of the same name."""
    recipes = dict(_shipped())
    for path in sorted(folder.glob("*.yaml")) if folder else ():
        recipe = parse_recipe(path.read_text(encoding="utf-8"), path.stem)
        recipes[recipe.name] = recipe
    return recipes


@cache
def _shipped() -> dict[str, Recipe]:
    found = sorted((entry for entry in files("packshot.recipes").iterdir() if entry.name.endswith(".yaml")), key=lambda e: e.name)
    recipes = (parse_recipe(entry.read_text(encoding="utf-8"), entry.name.removesuffix(".yaml")) for entry in found)
    return {recipe.name: recipe for recipe in recipes}
