"""Parameters as their JSON Schema shows them: every leaf, values that fit, and values that must be refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packshot.contracts.model import Json

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """One parameter, or one inside another."""

    path: tuple[str, ...]
    schema: Schema
    """Its own, with references followed; without `null`, where it may be that too."""
    described: bool

    @property
    def name(self) -> str:
        """`shadow.opacity`."""
        return ".".join(self.path)


def parameters(root: Schema) -> Iterator[Parameter]:
    """Every parameter of the schema `root`, those inside others after them."""
    yield from _below(root, root, ())


def with_value(root: Schema, path: tuple[str, ...], value: Any) -> Json:
    """Parameters that are right but for `value` at `path`."""
    first, *rest = path
    if not rest:
        return {**examples(root), first: value}
    inside = _alone(root["properties"][first], root)
    return {**examples(root), first: with_value({**inside, "$defs": root.get("$defs", {})}, tuple(rest), value)}


def examples(root: Schema) -> Json:
    """Parameters that work: the first of the model's own `examples`, and some value for each other that has no default."""
    given = (root.get("examples") or [{}])[0]
    properties = root.get("properties", {})
    return {**{name: _some(properties[name], root) for name in root.get("required", [])}, **given}


def wrong_values(schema: Schema) -> Iterator[Any]:
    """Values that `schema` forbids."""
    kind = schema.get("type")
    if kind in ("integer", "number"):
        yield "much"
        yield from (schema[limit] + by for limit, by in _BEYOND.items() if limit in schema)
    elif kind in ("string", "boolean"):
        yield {"not": "this"}
        if "enum" in schema:
            yield "no-such-choice"
    elif kind == "array":
        yield "not a list"


_BEYOND = {"minimum": -1, "maximum": 1, "exclusiveMinimum": 0, "exclusiveMaximum": 0}


def _below(schema: Schema, root: Schema, path: tuple[str, ...]) -> Iterator[Parameter]:
    for name, own in schema.get("properties", {}).items():
        alone = _alone(own, root)
        here = (*path, name)
        yield Parameter(here, alone, bool(own.get("description") or alone.get("description")))
        if len(here) < _DEEPEST:
            yield from _below(alone, root, here)


_DEEPEST = 8
"""Models may hold themselves."""


def _alone(schema: Schema, root: Schema) -> Schema:
    """`schema` with its reference followed, and of `X or null` only X."""
    while "$ref" in schema:
        schema = {**root.get("$defs", {})[schema["$ref"].rpartition("/")[2]], **{k: v for k, v in schema.items() if k != "$ref"}}
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    return _alone({**schema, **kinds[0], "anyOf": ()}, root) if len(kinds) == 1 else schema


def _some(schema: Schema, root: Schema) -> Any:
    schema = _alone(schema, root)
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema or "const" in schema:
        return schema["enum"][0] if "enum" in schema else schema["const"]
    if schema.get("type") in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    if schema.get("type") == "object":
        return examples({**schema, "$defs": root.get("$defs", {})})
    return {"boolean": True, "array": []}.get(str(schema.get("type")), "x")
