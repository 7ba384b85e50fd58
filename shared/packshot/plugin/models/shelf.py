"""The cards that the plugins of this process run, and for which families they were asked.

A plugin-host child is given its cards when it starts: one that is started again later must run what its generation offers, even
if the folder has other cards by then. Any other process reads the folder. What plugins ask for is what they can run: so a worker
knows which models of the register are for it, and no plugin has to say so twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from packshot.plugin.models.card import ModelCard
from packshot.plugin.models.folder import models_folder
from packshot.settings import Settings


class Shelf:
    """One process's cards."""

    def __init__(self) -> None:
        self._given: tuple[ModelCard, ...] | None = None
        self.families: set[str] = set()
        """Those that were asked for."""

    def stock(self, cards: Sequence[ModelCard]) -> None:
        """From now on these are all there are."""
        self._given = tuple(cards)

    def find(self, *families: str) -> list[ModelCard]:
        """The cards of these families, by name."""
        self.families.update(families)
        cards = models_folder(Settings.read()).usable() if self._given is None else self._given
        return [card for card in cards if card.family in families]


SHELF = Shelf()


def find_cards(*families: str) -> list[ModelCard]:
    """The cards of the families that a plugin runs, by name; of those that cannot be read `packshot models list` tells.

    Ask whenever operations are offered, also while there are none: a model of a family that is asked for is brought here as soon
    as it is registered, and the plugin is started anew with its card.
    """
    return SHELF.find(*families)
