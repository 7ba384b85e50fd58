"""Where plugins come from: entry points of installed distributions, and files that are named."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from pydantic import Field

from packshot.contracts.model import Contract
from packshot.errors import BadSettings
from packshot.plugin.folder import Form, find_candidates
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


class Source(Contract):
    """What one plugin-host child imports of the plugins folder."""

    name: str
    label: str
    file: Path | None = None
    """A .py file or a package folder."""
    entry_points: Mapping[str, str] = Field(default_factory=dict)
    """Of a distribution: name and `module:attribute`."""
    paths: tuple[Path, ...] = ()
    """Where the distribution's modules lie; they go before everything else."""

    def plugins(self) -> Iterator[FoundPlugin]:
        """What there is to load."""
        if self.file is not None:
            yield FoundPlugin(self.name, self.label, _FolderImport(self.file))
        for path in map(str, reversed(self.paths)):
            if path not in sys.path:
                sys.path.insert(0, path)
        for name, value in sorted(self.entry_points.items()):
            yield FoundPlugin(self.name, self.label, EntryPoint(name, value, ENTRY_POINTS).load)


def find_installed() -> Iterator[FoundPlugin]:
    """The plugins of installed distributions, by name."""
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: (entry.name, entry.value)):
        yield FoundPlugin(entry.name, _distribution(entry), entry.load)


def find_plugins(folder: Path | None) -> Iterator[FoundPlugin]:
    """What can be loaded into this very process, always in the same order: installed plugins, then those of `folder` by name.

    A wheel or project is a plugin of the host alone, which gives it a process and an environment of its own.
    """
    yield from find_installed()
    if folder is not None and folder.is_dir():
        for candidate in sorted(find_candidates(folder).candidates, key=lambda candidate: candidate.name):
            alone = candidate.form in {Form.FILE, Form.PACKAGE}
            load = _FolderImport(candidate.path) if alone else _refuse(candidate.path.name)
            yield FoundPlugin(candidate.name, candidate.label, load)


def _distribution(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def _refuse(name: str) -> Callable[[], ModuleType]:
    def load() -> ModuleType:
        raise BadSettings(
            f"{name} runs only in a plugin host, with an environment of its own: use `packshot run` or `packshot up`."
        )

    return load


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
