"""Which photos a run takes, and the stem that names each one's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PICTURE_SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".heic", ".heif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
)
"""What is taken from a folder (HEIC to be told that it cannot be used). A file that is named is tried whatever its suffix."""


@dataclass(frozen=True)
class Photo:
    """One photo and the stem that its files are named by."""

    path: Path
    stem: str


@dataclass(frozen=True)
class Fault:
    """What could not be made, and why."""

    source: Path
    message: str
    recipe: str = ""
    output: str = ""


def find_photos(paths: Sequence[Path], out: Path) -> tuple[list[Photo], list[Fault]]:
    """The photos at `paths` (files, and folders with all below them) and what is wrong with the others.

    Each file is taken once. Hidden files are left out, and so is everything in `out`, which may lie inside a folder of photos.
    """
    found: dict[Path, Path] = {}
    faults: list[Fault] = []
    for path in paths:
        below = list(_pictures(path, out.resolve())) if path.is_dir() else [path]
        if not below:
            faults.append(Fault(path, "There is no picture in this folder."))
        for file in below:
            if (reason := _unreadable(file)) is not None:
                faults.append(Fault(file, reason))
            else:
                found.setdefault(file.resolve(), file)
    files = list(found.values())
    return [Photo(file, stem) for file, stem in zip(files, unique_stems(files), strict=True)], faults


def _pictures(folder: Path, out: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.suffix.lower() in PICTURE_SUFFIXES and path.is_file() and out not in path.resolve().parents:
            yield path


def _unreadable(file: Path) -> str | None:
    try:
        file.open("rb").close()
    except OSError as error:
        return f"{error.strerror}."
    return None


_NAMINGS: tuple[Callable[[Path], str], ...] = (
    lambda file: file.stem,
    lambda file: f"{file.resolve().parent.name}-{file.stem}",
    lambda file: f"{file.resolve().parent.name}-{file.stem}-{file.suffix.lstrip('.')}",
)


def unique_stems(files: Sequence[Path]) -> list[str]:
    """A stem for each file, all different even where case does not count.

    It is the file's own where no other has the same, else with its folder, else also with its suffix, else with a number.
    """
    stems = [_NAMINGS[0](file) for file in files]
    for naming in _NAMINGS[1:]:
        counts = Counter(stem.casefold() for stem in stems)
        stems = [naming(file) if counts[stem.casefold()] > 1 else stem for file, stem in zip(files, stems, strict=True)]
    taken: set[str] = set()
    for index, stem in enumerate(stems):
        number = 1
        while stems[index].casefold() in taken:
            number += 1
            stems[index] = f"{stem}-{number}"
        taken.add(stems[index].casefold())
    return stems
