"""`packshot recipes`: what can be made of a photo."""

from __future__ import annotations

import click


@click.command(short_help="List recipes.")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: the recipes of this machine.")
def recipes(name: str | None, as_json: bool, server: str | None) -> None:
    """List the recipes, or print the one called NAME as YAML: a start for one of your own.

    \b
    Examples:
      packshot recipes
      packshot recipes amazon-main > my-recipe.yaml
    """
    from packshot.cli.catalogue import show_recipe, show_recipes

    if name is None:
        show_recipes(server, as_json)
    else:
        show_recipe(name, server, as_json)
