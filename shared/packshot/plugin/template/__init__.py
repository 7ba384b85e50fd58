"""A new plugin: a whole distribution with one operation that works, for its author to change."""

from __future__ import annotations

import importlib.util
import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

from packshot.contracts.operation import Stage
from packshot.errors import BadParameters

_HERE = Path(__file__).parent
_NAME = re.compile(r"(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class _Start:
    """The operation that a new plugin begins with."""

    folder: str
    operation: str
    summary: str

    @property
    def kind(self) -> str:
        """Its class: `CornerLight`."""
        return "".join(word.capitalize() for word in self.operation.split("_"))


_VIGNETTE = _Start("edit", "vignette", "A vignette: less light towards the corners.")
_STARTS = {
    Stage.PREPROCESS: _VIGNETTE,
    Stage.EDIT: _VIGNETTE,
    Stage.GENERATE: _Start("generate", "spotlight", "A lit ground, made from nothing."),
    Stage.QUALITY_CHECK: _Start("quality-check", "corner_light", "A measure of how evenly a photo is lit."),
}


def new_plugin(name: str, stage: Stage, into: Path) -> Path:
    """Write the distribution `name` into the folder `into`; its folder.

    Raises BadParameters for a name that cannot be used, or where something of that name is already.
    """
    _check(name)
    folder = into / name
    if folder.exists():
        raise BadParameters(f"{folder} is there already, and nothing is overwritten. Choose another name, or -o another folder.")
    for path, text in _files(name, stage).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def operation_of(name: str, stage: Stage) -> str:
    """The name of the operation that a new plugin begins with: `my-effect.vignette`."""
    return f"{name}.{_STARTS[stage].operation}"


def _files(name: str, stage: Stage) -> dict[str, str]:
    start, module = _STARTS[stage], name.replace("-", "_")
    words = {
        "name": name,
        "module": module,
        "operation": start.operation,
        "Operation": start.kind,
        "summary": start.summary,
        "stage": stage,
    }

    def text(template: str) -> str:
        return Template((_HERE / f"{template}.tmpl").read_text(encoding="utf-8")).substitute(words)

    words["card"] = text(f"{start.folder}/card.md")
    return {
        "pyproject.toml": text("pyproject.toml"),
        "README.md": text("README.md"),
        ".gitignore": "__pycache__/\n.*_cache/\ndist/\n",
        f"{module}/__init__.py": text("__init__.py"),
        f"{module}/{start.operation}.py": text(f"{start.folder}/operation.py"),
        f"{module}/py.typed": "",
        f"tests/test_{start.operation}.py": text(f"{start.folder}/test_operation.py"),
        "tests/test_conformance.py": text("test_conformance.py"),
    }


def _check(name: str) -> None:
    module = name.replace("-", "_")
    if not _NAME.fullmatch(name):
        near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
        hint = f" Did you mean {near}?" if _NAME.fullmatch(near) else ""
        raise BadParameters(
            f"{name!r} cannot be a plugin's name: up to 40 lower-case letters, digits and single hyphens, as in my-effect.{hint}"
        )
    if keyword.iskeyword(module) or importlib.util.find_spec(module) is not None:
        raise BadParameters(f"Python has something called {module} already, and one would hide the other. Try my-{name}.")
