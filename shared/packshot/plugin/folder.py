"""The plugins folder: what lies in it, by name, and whether it has changed. Nothing is imported or even opened."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

DIGEST_SUFFIX = ".sha256"
"""`NAME.sha256` beside a plugin holds the digest that it must have, as sha256sum writes it."""
_FITTING = frozenset(sys_tags())


class Form(StrEnum):
    """What kind of thing a plugin is."""

    FILE = "file"
    """One .py file."""
    PACKAGE = "package"
    """A folder with an __init__.py."""
    PROJECT = "project"
    """A folder with a pyproject.toml that names entry points."""
    WHEEL = "wheel"


@dataclass(frozen=True)
class Candidate:
    """Something in the folder that may be a plugin."""

    name: str
    path: Path
    form: Form
    version: Version | None = None
    """Of a wheel."""

    @property
    def label(self) -> str:
        """For people and lineage."""
        return f"{self.path.name} in the plugins folder"

    @property
    def digest_file(self) -> Path:
        """Where its author may have written which digest it must have."""
        return self.path.with_name(self.path.name + DIGEST_SUFFIX)

    def stamp(self) -> Hashable:
        """Equal as long as nothing was written. No inode: some network file systems make them up. Raises OSError."""
        files = [self.path] if self.path.is_file() else list(files_of(self.path))
        seen = [(str(file.relative_to(self.path)), *_size_and_time(file)) for file in files]
        digest = _size_and_time(self.digest_file) if self.digest_file.is_file() else None
        return (self.path.name, tuple(seen), digest)


@dataclass(frozen=True)
class Found:
    """One look into the folder."""

    candidates: list[Candidate] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Why, by file name."""


def find_candidates(folder: Path) -> Found:
    """What is in the folder. Of several wheels of one distribution the newest counts. Raises OSError if it cannot be read."""
    found = Found()
    by_name: dict[str, Candidate] = {}
    for path in sorted(folder.iterdir()):
        try:
            candidate = candidate_at(path)
        except ValueError as error:
            found.refused[path.name] = str(error)
            continue
        if candidate is None:
            continue
        rival = by_name.get(candidate.name)
        if rival is None:
            by_name[candidate.name] = candidate
        elif rival.version is not None and candidate.version is not None:
            older, newer = sorted((rival, candidate), key=lambda one: one.version or Version("0"))
            by_name[candidate.name] = newer
            found.refused[older.path.name] = f"{newer.path.name} is newer and is used; remove this one."
        else:
            found.refused[path.name] = f"{rival.path.name} has the same name and is used; rename or remove one of them."
    found.candidates.extend(by_name.values())
    return found


def files_of(folder: Path) -> Iterator[Path]:
    """All files below it that belong to the plugin, in an order of their own names. Raises OSError."""
    for root, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        yield from (Path(root, name) for name in sorted(names) if not name.startswith("."))


def candidate_at(path: Path) -> Candidate | None:
    """What `path` may be; None if it is no plugin. Raises ValueError for a wheel that this machine cannot take."""
    if path.name.startswith((".", "_")):
        return None
    if path.suffix == ".whl":
        return _wheel(path)
    if path.is_dir():
        for marker, form in (("__init__.py", Form.PACKAGE), ("pyproject.toml", Form.PROJECT)):
            if (path / marker).is_file():
                return Candidate(path.name, path, form)
        return None
    return Candidate(path.stem, path, Form.FILE) if path.suffix == ".py" else None


def _wheel(path: Path) -> Candidate:
    try:
        name, version, _, tags = parse_wheel_filename(path.name)
    except InvalidWheelFilename as error:
        raise ValueError(f"This is not the name of a wheel ({error}); keep the name that its build gave it.") from error
    if not tags & _FITTING:
        built_for = ", ".join(sorted(map(str, tags)))
        raise ValueError(f"It was built for {built_for}, which is not this machine's Python; build it for this one.")
    return Candidate(name, path, Form.WHEEL, version)


def _size_and_time(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns


def _raise(error: OSError) -> None:
    raise error
