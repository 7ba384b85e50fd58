"""Wheels: checked against their own RECORD, unpacked, and read."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from importlib.metadata import PathDistribution
from pathlib import Path

from packshot.errors import BadPlugin
from packshot.plugin.hookspecs import ENTRY_POINTS

_UNSIGNED = ("RECORD", "RECORD.jws", "RECORD.p7s")
"""What RECORD itself does not vouch for."""


def unpack_wheel(wheel: Path, into: Path) -> None:
    """The wheel's modules in `into`. Raises BadPlugin for a file that is cut short, or whose content is not what RECORD says."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            _check(archive, _record_of(archive))
            archive.extractall(into)
    except zipfile.BadZipFile as error:
        raise BadPlugin(f"{wheel.name} is not a whole wheel ({error}); copy it again.") from error
    _spread(into)


def distribution_in(folder: Path) -> PathDistribution:
    """The one distribution whose modules lie in `folder`. Raises BadPlugin."""
    found = sorted(folder.glob("*.dist-info"))
    if len(found) != 1:
        raise BadPlugin(f"A wheel has one .dist-info folder, this one has {len(found)}; build it again.")
    return PathDistribution(found[0])


def entry_points_of(distribution: PathDistribution) -> dict[str, str]:
    """The plugins it names. Raises BadPlugin if there is none."""
    named = {entry.name: entry.value for entry in distribution.entry_points if entry.group == ENTRY_POINTS}
    if not named:
        raise BadPlugin(f'It names no plugin: add [project.entry-points.{ENTRY_POINTS}] with NAME = "package.module".')
    return named


def _record_of(archive: zipfile.ZipFile) -> dict[str, str]:
    """What RECORD says: `algorithm=digest` by path."""
    name = next((name for name in archive.namelist() if name.endswith(".dist-info/RECORD") and name.count("/") == 1), None)
    if name is None:
        raise BadPlugin("The wheel has no RECORD, so nothing vouches for its files; build it again.")
    rows = csv.reader(io.StringIO(archive.read(name).decode("utf-8")))
    return {row[0]: row[1] for row in rows if len(row) >= 2}


def _check(archive: zipfile.ZipFile, record: dict[str, str]) -> None:
    for entry in archive.infolist():
        if entry.is_dir() or (".dist-info/" in entry.filename and entry.filename.rsplit("/", 1)[1] in _UNSIGNED):
            continue
        algorithm, _, wanted = record.get(entry.filename, "").partition("=")
        if algorithm not in hashlib.algorithms_guaranteed or algorithm in {"md5", "sha1"}:
            raise BadPlugin(f"The wheel's RECORD does not vouch for {entry.filename}; build it again.")
        digest = hashlib.new(algorithm, archive.read(entry)).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != wanted:
            raise BadPlugin(f"{entry.filename} is not what the wheel's RECORD says: it was changed or damaged; build it again.")


def _spread(folder: Path) -> None:
    """Modules that lie in NAME.data/purelib or /platlib belong beside the others."""
    for inner in (*folder.glob("*.data/purelib/*"), *folder.glob("*.data/platlib/*")):
        inner.rename(folder / inner.name)
