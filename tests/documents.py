"""Documents that are made from the code: `python -m tests.documents write`. A test compares them, so they cannot rot."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from packshot import __version__
from packshot.contracts.asyncapi import asyncapi
from packshot.contracts.operation import OperationSpec
from packshot.plugin.registry import load_registry
from packshot.settings import Settings
from packshot_gateway import openapi

ROOT = Path(__file__).parent.parent


def asyncapi_document() -> str:
    """The bus."""
    return json.dumps(asyncapi(__version__), indent=1, ensure_ascii=False) + "\n"


def operations_document() -> str:
    """Every operation of the plugins in plugins/."""
    specs = [offered.spec for offered in load_registry(Settings(plugins_dir=None))]
    head = "# Operations\n\nMade from the plugins' own declarations; `packshot ops NAME` shows the same.\n"
    return head + "".join(_operation(spec) for spec in specs if spec.plugin.startswith("packshot-"))


def _operation(spec: OperationSpec) -> str:
    rows = [
        f"| `{name}` | {_type(prop)} | {json.dumps(prop['default']) if 'default' in prop else 'required'} "
        f"| {prop.get('description', '')} |\n"
        for name, prop in dict(spec.params_schema.get("properties", {})).items()  # type: ignore[arg-type]
    ]
    table = "\n| parameter | takes | default | meaning |\n| --- | --- | --- | --- |\n" + "".join(rows) if rows else ""
    where = f"Stage `{spec.stage.value}`, plugin {spec.plugin.split()[0]}."
    inputs = "\n".join(f"- Further input `{name}`: {meaning}" for name, meaning in spec.inputs.items())
    said = "\n\n".join(filter(None, (f"{spec.summary} {where}", spec.explanation, inputs)))
    return f"\n## `{spec.name}` {spec.version}\n\n{said}\n{table}"


def _type(prop: dict[str, object]) -> str:
    if "enum" in prop:
        return " · ".join(f"`{value}`" for value in prop["enum"])  # type: ignore[attr-defined]
    kinds = [part.get("type", "object") for part in prop.get("anyOf", [prop])]  # type: ignore[attr-defined]
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    limits = [f"{sign} {prop[key]}" for key, sign in bounds.items() if key in prop]
    return " or ".join(str(kind) for kind in kinds) + (" " + ", ".join(limits) if limits else "")


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/reference/asyncapi.json": asyncapi_document,
    "docs/reference/openapi.json": openapi.document,
    "docs/reference/operations.md": operations_document,
}


def write() -> None:
    """Bring every document up to date."""
    for path, make in DOCUMENTS.items():
        (ROOT / path).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["write"]:
        raise SystemExit("usage: python -m tests.documents write")
    write()
