"""Watches the plugins folder by looking at it: that works on every file system, also where nobody is told of changes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

from packshot.plugin.folder import Candidate, Found, find_candidates


@dataclass(frozen=True)
class Changes:
    """What has changed and settled since the last look."""

    arrived: tuple[Candidate, ...] = ()
    """New, or other than before."""
    left: tuple[str, ...] = ()
    """Names that are gone."""


class Watch:
    """Compares looks. What still grows is left alone until two looks in a row find it alike."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refused: dict[str, str] = {}
        """What is no plugin of this machine, by file name, and why."""
        self._taken: dict[str, Hashable] = {}
        self._last: dict[str, Hashable] = {}

    def look(self, *, settled: bool = False) -> Changes:
        """One look. With `settled` everything is taken as it is. Raises OSError if the folder cannot be read."""
        found = find_candidates(self.folder) if self.folder.is_dir() or self._taken else Found()
        now = {candidate.name: candidate.stamp() for candidate in found.candidates}
        steady = {name for name, stamp in now.items() if settled or self._last.get(name) == stamp}
        arrived = [one for one in found.candidates if one.name in steady and self._taken.get(one.name) != now[one.name]]
        left = [name for name in self._taken if name not in now and name not in self._last]
        self.refused = found.refused
        self._last = now
        self._taken.update({candidate.name: now[candidate.name] for candidate in arrived})
        for name in left:
            del self._taken[name]
        return Changes(tuple(arrived), tuple(left))

    def forget(self, name: str) -> None:
        """Take it up again at the next look, though it has not changed."""
        self._taken.pop(name, None)
