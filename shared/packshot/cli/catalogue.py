"""What `packshot ops` and `packshot recipes` show: of this machine's plugins, or of a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import yaml
from pydantic import JsonValue

from packshot.cli.console import show_json, show_table
from packshot.cli.home import quiet
from packshot.client import Client
from packshot.contracts.catalogue import Catalogue
from packshot.contracts.http import OperationView
from packshot.contracts.model import Json
from packshot.contracts.recipe import Branch, Recipe
from packshot.errors import UnknownName, nearest
from packshot.plugin.survey import survey
from packshot.recipes.loading import load_recipes
from packshot.serving import run
from packshot.settings import Settings


def show_operations(server: str | None, as_json: bool) -> None:
    """A line for each operation."""
    catalogue = _catalogue(server)
    if as_json:
        show_json([spec.model_dump(mode="json") for spec in catalogue])
        return
    rows = ((spec.name, spec.version, spec.stage.value, spec.title) for spec in catalogue)
    show_table(("operation", "version", "stage", "title"), rows)


def show_operation(name: str, server: str | None, as_json: bool) -> None:
    """One operation with its parameters. Raises UnknownName saying what is near."""
    spec = _catalogue(server).find(name)
    if as_json:
        show_json(spec.model_dump(mode="json"))
        return
    click.echo(f"{spec.name} {spec.version} ({spec.stage.value}), {spec.title}")
    click.echo("\n\n".join(filter(None, (spec.summary, spec.explanation, spec.plugin and f"From {spec.plugin}."))))
    for input_name, use in spec.inputs.items():
        several = f" (any number: {input_name}.1, {input_name}.2, …)" if input_name in spec.several else ""
        click.echo(f"Further input {input_name}: {use}{several}")
    click.echo()
    show_parameters(spec.params_schema)


def show_parameters(schema: Json) -> None:
    """A line for each parameter of an operation or trainer."""
    show_table(("parameter", "type", "default", "range", "meaning"), _parameters(schema))


def show_recipes(server: str | None, as_json: bool) -> None:
    """A line for each recipe."""
    recipes = _recipes(server)
    if as_json:
        show_json([_written(recipe) for recipe in recipes])
        return
    show_table(("recipe", "outputs", "title"), ((r.name, ", ".join(_outputs(r)), r.title) for r in recipes))


def show_recipe(name: str, server: str | None, as_json: bool) -> None:
    """One recipe as a person writes it. Raises UnknownName saying what is near."""
    recipes = {recipe.name: recipe for recipe in _recipes(server)}
    if name not in recipes:
        raise UnknownName(f"There is no recipe {name!r}. {nearest(name, list(recipes))}")
    written = _written(recipes[name])
    if as_json:
        show_json(written)
    else:
        click.echo(yaml.safe_dump(written, sort_keys=False, allow_unicode=True), nl=False)


def _catalogue(server: str | None) -> Catalogue:
    if server is None:
        quiet()
        return run(survey(Settings.read())).catalogue

    async def ask(url: str) -> list[OperationView]:
        async with Client(url) as client:
            return await client.operations()

    return Catalogue(run(ask(server)))


def _recipes(server: str | None) -> list[Recipe]:
    if server is None:
        known = load_recipes(Settings.read().recipes_dir)
        return [known[name] for name in sorted(known)]

    async def ask(url: str) -> list[Recipe]:
        async with Client(url) as client:
            return await client.recipes()

    return run(ask(server))


def _written(recipe: Recipe) -> dict[str, Any]:
    return {"name": recipe.name, **recipe.model_dump(mode="json", exclude_defaults=True)}


def _outputs(branch: Branch) -> Iterator[str]:
    if branch.output is not None:
        yield branch.output
    for below in branch.branches:
        yield from _outputs(below)


def _parameters(schema: Json) -> Iterator[tuple[str, str, str, str, str]]:
    properties, required = schema.get("properties"), schema.get("required") or []
    if not isinstance(properties, dict) or not isinstance(required, list):
        return
    for name, prop in properties.items():
        if isinstance(prop, dict):
            default = "required" if name in required else yaml.safe_dump(prop.get("default"), default_flow_style=True)
            meaning = str(prop.get("description") or "")
            yield name, _type(prop, schema), default.removesuffix("\n").removesuffix("\n..."), _range(prop), meaning


def _type(prop: Json, schema: Json) -> str:
    """The type of a JSON Schema property in few words."""
    prop = _resolved(prop, schema)
    if isinstance(choices := prop.get("enum"), list):
        return " | ".join(str(choice) for choice in choices)
    if "const" in prop:
        return str(prop["const"])
    if isinstance(several := prop.get("anyOf"), list):
        return " or ".join(_type(one, schema) for one in several if isinstance(one, dict))
    kind = str(prop.get("type", "any"))
    if kind == "array" and isinstance(items := prop.get("items"), dict):
        return f"list of {_type(items, schema)}"
    return {"integer": "whole number", "string": "text", "boolean": "true | false", "null": "none"}.get(kind, kind)


def _resolved(prop: Json, schema: Json) -> Json:
    reference = prop.get("$ref")
    definitions = schema.get("$defs")
    if isinstance(reference, str) and isinstance(definitions, dict):
        found: JsonValue = definitions.get(reference.rsplit("/", 1)[-1])
        return found if isinstance(found, dict) else prop
    return prop


def _range(prop: Json) -> str:
    """The bounds of a JSON Schema property: `0..1`, `>0`, `≤255`."""
    low, above = prop.get("minimum"), prop.get("exclusiveMinimum")
    high, below = prop.get("maximum"), prop.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f"{low}..{high}"
    bounds = (("≥", low), (">", above), ("≤", high), ("<", below))
    return " ".join(f"{sign}{bound}" for sign, bound in bounds if bound is not None)
