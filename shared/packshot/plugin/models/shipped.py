"""Models that come with a plugin: `models/NAME.yaml` in its package, and the files that each card names beside it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from packshot.plugin.models.card import ModelCard, read_card

FOLDER = "models"


def shipped_cards(package: str, family: str) -> tuple[ModelCard, ...]:
    """The cards of `family` in the folder `models` of an installed package, by name.

    They may be added to, and files be replaced, only with another version: what a card names is checked when it is used.
    Raises BadSettings for a card that cannot be read.
    """
    folder = Path(str(files(package))) / FOLDER
    cards = (read_card(path) for path in sorted(folder.glob("*.yaml")))
    return tuple(card.lying_in(folder) for card in cards if card.family == family)
