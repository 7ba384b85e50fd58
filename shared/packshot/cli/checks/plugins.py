"""Can every plugin be loaded, and every recipe be made?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from packshot.cli.checks.line import Line, fail, ok, warn
from packshot.contracts.catalogue import Catalogue
from packshot.contracts.recipe import Recipe
from packshot.errors import PackshotError
from packshot.plugin.survey import survey
from packshot.recipes.loading import load_recipes
from packshot.recipes.planning import make_plan
from packshot.settings import Settings


async def check_plugins(settings: Settings) -> AsyncIterator[Line]:
    """A line for each plugin that fails, one for all that load, and the same for recipes."""
    folder = settings.plugins_dir
    if folder is not None and not folder.is_dir():
        yield fail("plugins folder", f"{folder} is not a folder", "Make it, or correct PACKSHOT_PLUGINS_DIR.")
    found = await survey(settings)
    for plugin in found.plugins:
        if plugin.reason:
            yield fail(f"plugin {plugin.source}", plugin.reason, "Mend or remove it; the others go on without it.")
    plugins = {spec.plugin for spec in found.catalogue}
    if plugins:
        yield ok("plugins", f"{len(plugins)} with {len(found.catalogue)} operations")
    else:
        yield fail("plugins", "none is installed", "Install one, such as packshot-layout, or set PACKSHOT_PLUGINS_DIR.")
    try:
        recipes = load_recipes(settings.recipes_dir)
    except (PackshotError, OSError) as error:
        yield fail("recipes", str(error), "Correct that file; until then no recipe can be read.")
        return
    for line in _recipes(found.catalogue, recipes):
        yield line


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
