"""Where plugins come from: entry points of installed distributions, and a folder of files."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from packshot.plugin.hookspecs import ENTRY_POINTS


@dataclass(frozen=True)
class FoundPlugin:
    """A plugin that can be loaded."""

    name: str
    """The entry point's or the file's name: what `PACKSHOT_PLUGINS` lists."""
    label: str
    """Where it comes from, with its version, for people and lineage."""
    load: Callable[[], ModuleType]
    """Imports it; may raise anything, for plugins are strangers."""


def find_plugins(folder: Path | None) -> Iterator[FoundPlugin]:
    """All plugins, always in the same order: entry points by name, then the files of `folder` by name."""
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: (entry.name, entry.value)):
        yield FoundPlugin(entry.name, _distribution(entry), entry.load)
    if folder is not None and folder.is_dir():
        for path in sorted(folder.iterdir()):
            if _is_plugin(path):
                yield FoundPlugin(path.stem, f"{path.name} in the plugins folder", _FolderImport(path))


def _distribution(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def _is_plugin(path: Path) -> bool:
    if path.name.startswith((".", "_")):
        return False
    return (path / "__init__.py").is_file() if path.is_dir() else path.suffix == ".py"


@dataclass(frozen=True)
class _FolderImport:
    """Imports one file or package folder without putting its folder on the import path."""

    path: Path

    def __call__(self) -> ModuleType:
        name = f"packshot_folder_{self.path.stem.replace('-', '_')}"
        file = self.path / "__init__.py" if self.path.is_dir() else self.path
        inside = [str(self.path)] if self.path.is_dir() else None
        spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=inside)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # Dataclasses, pydantic and relative imports inside the package look their module up by name.
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        return module
