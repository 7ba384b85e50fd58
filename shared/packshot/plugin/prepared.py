"""Plugins of the folder made ready to run: copied away, checked, unpacked, their needs met. Once for each content.

Children load the copy, never the folder: a child that is started again must run what its version says, also when somebody has
begun to write the next version over the file.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from packshot.errors import BadPlugin
from packshot.plugin.discovery import Source
from packshot.plugin.folder import Candidate, Form, files_of
from packshot.plugin.needs import fingerprint, missing, needs_of_package, read_project
from packshot.plugin.overlay import make_overlay
from packshot.plugin.wheel import distribution_in, entry_points_of, unpack_wheel

_DONE = "source.json"
_LONG_AGO_S = 3600.0
_PAUSE_S = 0.05


@dataclass(frozen=True)
class Prepared:
    """A plugin that children can be started with, for as long as it is held."""

    digest: str
    source: Source
    python: Path | None
    """Of its overlay; None: ours."""
    _folder: Path
    _lock: IO[str]

    def release(self, *, forget: bool = False) -> None:
        """No child needs it any more. With `forget` its files go, unless another worker uses them. Twice is once."""
        if self._lock.closed:
            return
        with self._lock:
            if forget:
                _remove_unused(self._folder, self._lock)


class Preparing:
    """Prepares plugins in one folder of this machine, which workers of one user share."""

    def __init__(self, root: Path, pip_args: str) -> None:
        self._root = root
        self._pip_args = pip_args

    def prepare(self, candidate: Candidate) -> Prepared:
        """Blocking; takes as long as pip does where something must be installed. Raises BadPlugin or OSError."""
        self._root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".copy-", dir=self._root) as name:
            copy = _copied(candidate, Path(name))
            digest = digest_of(copy)
            _check_digest(candidate, digest)
            folder = self._root / hashlib.sha256(f"{candidate.path.name}{digest}{fingerprint()}".encode()).hexdigest()[:24]
            lock = _locked(folder)
            try:
                if not (folder / _DONE).is_file():
                    self._make(candidate, copy, digest, folder)
            except BaseException:
                _remove_unused(folder, lock)
                lock.close()
                raise
        # From now on others may use it too, and nobody may remove it.
        fcntl.flock(lock, fcntl.LOCK_SH)
        source = Source.model_validate_json((folder / _DONE).read_text())
        python = folder / "overlay" / "bin" / "python"
        return Prepared(digest, source, python if python.exists() else None, folder, lock)

    def sweep(self) -> None:
        """Remove what no running worker uses, and what one that was killed left half done."""
        for path in self._root.iterdir() if self._root.is_dir() else ():
            if path.name.startswith(".copy-"):
                # A younger one may be another worker's that is copying now.
                if path.stat().st_mtime < time.time() - _LONG_AGO_S:
                    shutil.rmtree(path, ignore_errors=True)
            elif path.suffix == ".lock":
                with path.open("r") as lock:
                    _remove_unused(path.with_suffix(""), lock)

    def _make(self, candidate: Candidate, copy: Path, digest: str, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        content = folder / "content"
        source, needs = _unpacked(candidate, copy, content, digest)
        lacking = missing(needs)
        if lacking:
            make_overlay(folder / "overlay", lacking, self._pip_args)
        (folder / _DONE).write_text(source.model_dump_json())


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes (what sha256sum prints), or of a folder's names and contents."""
    if path.is_file():
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    whole = hashlib.sha256()
    for file in files_of(path):
        whole.update(f"{file.relative_to(path)}\0{digest_of(file)}\n".encode())
    return whole.hexdigest()


def _copied(candidate: Candidate, into: Path) -> Path:
    before = candidate.stamp()
    copy = into / candidate.path.name
    if candidate.path.is_dir():
        shutil.copytree(candidate.path, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    else:
        shutil.copyfile(candidate.path, copy)
    if candidate.stamp() != before:
        raise StillChanging(f"{candidate.path.name} was written while it was read; it is looked at again.")
    return copy


def _check_digest(candidate: Candidate, digest: str) -> None:
    with suppress(FileNotFoundError):
        wanted = candidate.digest_file.read_text(encoding="utf-8", errors="replace").split()
        if wanted[:1] != [digest]:
            said = wanted[0] if wanted else "nothing"
            raise BadPlugin(
                f"Its digest is {digest}, but {candidate.digest_file.name} says {said}: copy it again, or correct the digest."
            )


def _unpacked(candidate: Candidate, copy: Path, content: Path, digest: str) -> tuple[Source, list[str]]:
    """Where its code lies now, and what it needs."""
    label = f"{candidate.label} ({digest[:12]})"
    if candidate.form is Form.WHEEL:
        unpack_wheel(copy, content)
        distribution = distribution_in(content)
        named = entry_points_of(distribution)
        label = f"{distribution.metadata['Name']} {distribution.version} ({digest[:12]})"
        return Source(name=candidate.name, label=label, entry_points=named, paths=(content,)), distribution.requires or []
    content.mkdir()
    place = content / candidate.path.name
    shutil.move(copy, place)
    if candidate.form is Form.PROJECT:
        named, needs = read_project(place)
        roots = (place / "src", place) if (place / "src").is_dir() else (place,)
        return Source(name=candidate.name, label=label, entry_points=named, paths=roots), needs
    needs = needs_of_package(place) if candidate.form is Form.PACKAGE else []
    return Source(name=candidate.name, label=label, file=place), needs


def _locked(folder: Path) -> IO[str]:
    """The lock of a prepared folder: shared once the folder is ready, alone while it is not. It ends with its process."""
    path = folder.with_suffix(".lock")
    while True:
        lock = path.open("a")
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            if not (folder / _DONE).is_file():
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Another worker makes it, and will hold it for as long as it runs: wait until it is ready, not until it is free.
            lock.close()
            time.sleep(_PAUSE_S)
            continue
        # Whoever removed the folder has removed the lock with it: then this one is nobody's.
        with suppress(FileNotFoundError):
            if os.fstat(lock.fileno()).st_ino == path.stat().st_ino:
                return lock
        lock.close()


def _remove_unused(folder: Path, lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(".lock").unlink(missing_ok=True)


class StillChanging(Exception):
    """The plugin is being written."""
