"""Putting plugins into the plugins folder and taking them out, each in one step, so that no worker ever sees half of one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from packshot.errors import BadPlugin, UnknownName, nearest
from packshot.plugin.folder import DIGEST_SUFFIX, Candidate, Form, candidate_at, find_candidates
from packshot.plugin.pip import pip


def install(what: str, folder: Path, pip_args: str) -> Candidate:
    """Put a plugin into `folder`, in the place of an earlier version: a .py file, a package folder or a wheel.

    pip makes a wheel of a folder with a pyproject.toml, and of what is no path, by its name. Raises BadPlugin with the reason.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _ready(what, pip_args) as path:
        candidate = candidate_at(path)
        if candidate is None:
            raise BadPlugin(
                f"{path} is no plugin: it must be a .py file, a folder with __init__.py or pyproject.toml, or a wheel."
            )
        before = _named(candidate.name, folder)
        target = folder / path.name
        _place(path, target)
    for old in before:
        if old.path != target:
            _take_away(old.path)
    return Candidate(candidate.name, target, candidate.form, candidate.version)


def remove(name: str, folder: Path) -> list[Path]:
    """Take the plugin `name` out of `folder`; what was removed. Raises UnknownName."""
    found = _named(name, folder)
    if not found:
        names = sorted({each.name for each in find_candidates(folder).candidates}) if folder.is_dir() else []
        raise UnknownName(f"There is no plugin {name!r} in {folder}. {nearest(name, names)}")
    for each in found:
        _take_away(each.path)
        each.digest_file.unlink(missing_ok=True)
    return [each.path for each in found]


@contextmanager
def _ready(what: str, pip_args: str) -> Iterator[Path]:
    """`what` as something that may lie in the folder."""
    path = Path(what)
    is_path = path.exists() or os.sep in what
    if is_path and not path.exists():
        raise BadPlugin(f"{path} does not exist.")
    if is_path and not _is_project(path):
        yield path.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="packshot-install-") as built:
        yield _built(str(path.resolve()) if is_path else what, Path(built), pip_args)


def _is_project(path: Path) -> bool:
    candidate = candidate_at(path.resolve())
    return (candidate is not None and candidate.form is Form.PROJECT) or path.suffix == ".gz"


def _built(what: str, into: Path, pip_args: str) -> Path:
    """The wheel that pip makes or fetches."""
    try:
        pip("wheel", [what], "--no-deps", "--wheel-dir", str(into), pip_args=pip_args)
    except BadPlugin as error:
        raise BadPlugin(f"pip could not make a wheel of {what}: {error}") from error
    (wheel,) = into.glob("*.whl")
    return wheel


def _named(name: str, folder: Path) -> list[Candidate]:
    """All that has this name, also the older wheels of one distribution."""
    found = (_candidate(path) for path in sorted(folder.iterdir())) if folder.is_dir() else iter(())
    return [candidate for candidate in found if candidate is not None and candidate.name == name]


def _candidate(path: Path) -> Candidate | None:
    try:
        return candidate_at(path)
    except ValueError:
        return None


def _place(source: Path, target: Path) -> None:
    # What begins with a dot is no plugin yet; a rename is one step, on network file systems too.
    part = target.with_name(f".{target.name}.part")
    if source.is_dir():
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(source, part, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        if target.exists():
            _take_away(target)
    else:
        shutil.copyfile(source, part)
    part.replace(target)
    beside = source.with_name(source.name + DIGEST_SUFFIX)
    digest = target.with_name(target.name + DIGEST_SUFFIX)
    if beside.is_file():
        shutil.copyfile(beside, digest)
    else:
        digest.unlink(missing_ok=True)


def _take_away(path: Path) -> None:
    if path.is_dir():
        gone = path.with_name(f".{path.name}.gone")
        shutil.rmtree(gone, ignore_errors=True)
        path.replace(gone)
        shutil.rmtree(gone, ignore_errors=True)
    else:
        path.unlink()
