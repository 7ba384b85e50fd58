"""What a plugin needs beside packshot, and what of it this environment lacks."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from packshot.errors import BadPlugin
from packshot.plugin.hookspecs import ENTRY_POINTS


def missing(requirements: Iterable[str]) -> list[str]:
    """Those that this environment lacks, or has in another version. Raises BadPlugin for one that cannot be read."""
    return [text for text in requirements if not _is_met(text)]


def needs_of_package(folder: Path) -> list[str]:
    """What the requirements.txt, or the pyproject.toml, of a package folder asks for."""
    plain = folder / "requirements.txt"
    if plain.is_file():
        lines = (line.split(" #")[0].strip() for line in plain.read_text(encoding="utf-8").splitlines())
        return [line for line in lines if line and not line.startswith(("#", "-"))]
    return list(_project(folder).get("dependencies", [])) if (folder / "pyproject.toml").is_file() else []


def read_project(folder: Path) -> tuple[dict[str, str], list[str]]:
    """The entry points and dependencies of a project folder. Raises BadPlugin."""
    project = _project(folder)
    named = project.get("entry-points", {}).get(ENTRY_POINTS, {})
    if not named:
        raise BadPlugin(
            f'Its pyproject.toml names no plugin: add [project.entry-points.{ENTRY_POINTS}] with NAME = "package.module".'
        )
    return dict(named), list(project.get("dependencies", []))


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Changes with this environment: its Python, and every distribution in it."""
    have = sorted(f"{one.metadata['Name']}=={one.version}" for one in distributions())
    return hashlib.sha256("\n".join([sys.prefix, sys.version, *have]).encode()).hexdigest()


def _project(folder: Path) -> dict[str, Any]:
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPlugin(f"Its pyproject.toml cannot be read: {error}.") from error
    return dict(project)


def _is_met(text: str) -> bool:
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise BadPlugin(f"It needs {text!r}, which is no requirement: {error}.") from error
    if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
        return True
    try:
        return requirement.url is None and requirement.specifier.contains(version(requirement.name), prereleases=True)
    except PackageNotFoundError:
        return False
