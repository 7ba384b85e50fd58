"""Can every plugin be loaded, and every recipe be made?"""

from __future__ import annotations

from collections.abc import Iterator

from packshot.cli.checks.line import Line, fail, ok, warn
from packshot.contracts.catalogue import Catalogue
from packshot.contracts.recipe import Recipe
from packshot.errors import PackshotError
from packshot.plugin.registry import load_registry
from packshot.recipes.loading import load_recipes
from packshot.recipes.planning import make_plan
from packshot.settings import Settings


def check_plugins(settings: Settings) -> Iterator[Line]:
    """A line for each plugin that fails, one for all that load, and the same for recipes."""
    folder = settings.plugins_dir
    if folder is not None and not folder.is_dir():
        yield fail("plugins folder", f"{folder} is not a folder", "Make it, or correct PACKSHOT_PLUGINS_DIR.")
    registry = load_registry(settings)
    for failure in registry.failures:
        yield fail(f"plugin {failure.plugin}", failure.reason, "Mend or remove it; the others go on without it.")
    plugins = {spec.plugin for spec in registry.catalogue}
    if plugins:
        yield ok("plugins", f"{len(plugins)} with {len(registry)} operations")
    else:
        yield fail("plugins", "none is installed", "Install one, such as packshot-layout, or set PACKSHOT_PLUGINS_DIR.")
    try:
        recipes = load_recipes(settings.recipes_dir)
    except (PackshotError, OSError) as error:
        yield fail("recipes", str(error), "Correct that file; until then no recipe can be read.")
        return
    yield from _recipes(registry.catalogue, recipes)


def _recipes(catalogue: Catalogue, recipes: dict[str, Recipe]) -> Iterator[Line]:
    usable = []
    for name, recipe in sorted(recipes.items()):
        try:
            make_plan(recipe, catalogue, recipes)
        except PackshotError as error:
            yield warn(f"recipe {name}", str(error), "Install the plugin that it needs, or correct the recipe.")
        else:
            usable.append(name)
    yield ok("recipes", ", ".join(usable)) if usable else warn("recipes", "none can be made", "Install plugins or add recipes.")
