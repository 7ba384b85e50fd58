"""What to test: a file, a folder, a wheel or an installed plugin, made visible to a child process and to nobody else."""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions, entry_points
from pathlib import Path

from packshot.errors import BadParameters, UnknownName, nearest
from packshot.plugin.discovery import find_plugins
from packshot.plugin.hookspecs import ENTRY_POINTS
from packshot.settings import Settings

_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info")


@dataclass(frozen=True)
class Target:
    """A plugin, and the environment in which a child finds it and no other."""

    name: str
    """What `PACKSHOT_PLUGINS` lists; several, comma-separated, where one distribution brings them."""
    environment: dict[str, str] = field(default_factory=dict)


@contextmanager
def staged(what: str) -> Iterator[Target]:
    """`what` is a .py file, a package folder, a distribution's folder, a wheel, or the name of an installed plugin.

    Raises BadParameters for what is none of these, UnknownName for a name that is not installed.
    """
    path = Path(what)
    with tempfile.TemporaryDirectory(prefix="packshot-test-") as folder:
        if path.exists():
            yield _of_path(path.resolve(), Path(folder))
        elif path.suffix in (".py", ".whl") or len(path.parts) > 1:
            raise BadParameters(f"{what}: there is no such file or folder.")
        else:
            yield _installed(what)


def _of_path(path: Path, folder: Path) -> Target:
    if path.suffix == ".whl":
        return _wheel(path, folder)
    if (path / "pyproject.toml").is_file():
        return _distribution(path, folder)
    if path.suffix == ".py" or (path / "__init__.py").is_file():
        return _loose(path, folder)
    raise BadParameters(f"{path} is no plugin: give a .py file, a folder with __init__.py or pyproject.toml, or a wheel.")


def _loose(path: Path, folder: Path) -> Target:
    if path.name.startswith((".", "_")):
        raise BadParameters(f"A plugin's name does not begin with {path.name[0]!r}; rename {path.name}.")
    if path.is_dir():
        shutil.copytree(path, folder / path.name, ignore=_LEFT_OUT)
    else:
        shutil.copy(path, folder)
    return Target(path.stem, {"PACKSHOT_PLUGINS_DIR": str(folder)})


def _distribution(path: Path, folder: Path) -> Target:
    """As if it were installed: its own folder is on the import path, and a record of its entry points beside it."""
    try:
        project = tomllib.loads((path / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    except tomllib.TOMLDecodeError as error:
        raise BadParameters(f"{path / 'pyproject.toml'} cannot be read: {error}.") from error
    offered = project.get("entry-points", {}).get(ENTRY_POINTS)
    if not offered or "name" not in project:
        raise BadParameters(
            f'{path / "pyproject.toml"} has no name and no [project.entry-points.{ENTRY_POINTS}], as in: my-effect = "my_effect".'
        )
    version = project.get("version", "0")
    record = folder / f"{project['name'].replace('-', '_')}-{version}.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {version}\n", encoding="utf-8")
    lines = (f"{name} = {value}\n" for name, value in offered.items())
    (record / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\n{''.join(lines)}", encoding="utf-8")
    sources = path / "src" if (path / "src").is_dir() else path
    return Target(",".join(offered), {"PYTHONPATH": os.pathsep.join((str(folder), str(sources)))})


def _wheel(path: Path, folder: Path) -> Target:
    try:
        with zipfile.ZipFile(path) as wheel:
            wheel.extractall(folder)
    except zipfile.BadZipFile as error:
        raise BadParameters(f"{path} is not a wheel: {error}.") from error
    offered = [name for each in distributions(path=[str(folder)]) for name in _offered(each)]
    if not offered:
        raise BadParameters(f"{path.name} has no entry point in the group {ENTRY_POINTS!r}, so it is no plugin.")
    return Target(",".join(offered), {"PYTHONPATH": str(folder)})


def _offered(distribution: Distribution) -> Iterator[str]:
    return (entry.name for entry in distribution.entry_points if entry.group == ENTRY_POINTS)


def _installed(name: str) -> Target:
    settings = Settings.read()
    by_distribution = {entry.dist.name: entry.name for entry in entry_points(group=ENTRY_POINTS) if entry.dist}
    known = [plugin.name for plugin in find_plugins(settings.plugins_dir)]
    if name not in known and name not in by_distribution:
        raise UnknownName(f"No plugin {name!r} is installed, and there is no such file or folder. {nearest(name, known)}")
    folder = {} if settings.plugins_dir is None else {"PACKSHOT_PLUGINS_DIR": str(settings.plugins_dir.resolve())}
    return Target(by_distribution.get(name, name), folder)
