"""Watches the cards of the models folder by looking, as plugins are watched: that works on every file system."""

from __future__ import annotations

from collections.abc import Hashable

from packshot.plugin.models.card import ModelCard
from packshot.plugin.models.folder import ModelFolder


class CardWatch:
    """The cards, as of the last look."""

    def __init__(self, folder: ModelFolder) -> None:
        self._folder = folder
        self._taken: Hashable = ()
        self._last: Hashable = ()
        self.cards: tuple[ModelCard, ...] = ()
        """The same object for as long as nothing has changed."""

    def look(self, *, settled: bool = False) -> None:
        """One look. What is still being written is left alone until two looks find it alike; with `settled` it is not.

        Raises OSError if the folder cannot be read.
        """
        now = self._stamp()
        if now != self._taken and (settled or now == self._last):
            self.cards = self._folder.usable()
            self._taken = now
        self._last = now

    def _stamp(self) -> Hashable:
        stats = ((name, self._folder.card_path(name).stat()) for name in self._folder.names)
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
