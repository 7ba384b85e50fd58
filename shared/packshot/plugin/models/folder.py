"""The folder of models: cards (`cards/NAME.yaml`), files by digest (`files/SHA256`), and links to them by name (`named/…`).

Cards that the register brought are called `cards/denoise.NAME@MAJOR.yaml`.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from packshot.errors import BadSettings, ModelDamaged, ModelMissing, UnknownName, nearest
from packshot.plugin.models.card import ModelCard, ModelFile, read_card
from packshot.settings import Settings


@dataclass(frozen=True)
class ModelFolder:
    """Cards and files below one root."""

    root: Path

    @property
    def names(self) -> list[str]:
        """The names of all cards, readable or not: `NAME`, or `denoise.NAME@MAJOR` of one that the register brought."""
        return sorted(path.stem for path in (self.root / "cards").glob("*.yaml"))

    def card(self, name: str) -> ModelCard:
        """Raises UnknownName, or BadSettings for a card that cannot be used."""
        if name not in self.names:
            raise UnknownName(f"There is no model {name!r} in {self.root}. {nearest(name, self.names)}")
        path = self.card_path(name)
        card = read_card(path)
        if name not in (card.name, versioned_name(card)):
            raise BadSettings(f"{path} holds the card of {card.name!r}: name the file {card.name}.yaml.")
        return card

    def usable(self) -> tuple[ModelCard, ...]:
        """All cards that can be read."""
        cards = []
        for name in self.names:
            with suppress(BadSettings, UnknownName):
                cards.append(self.card(name))
        return tuple(cards)

    def card_path(self, name: str) -> Path:
        """Where a card of this name lies."""
        return self.root / "cards" / f"{name}.yaml"

    def path(self, file: ModelFile) -> Path:
        """Where this file lies, or will."""
        return self.root / "files" / file.sha256

    def missing(self, card: ModelCard) -> list[ModelFile]:
        """The files of a card that are not here. Nothing is read."""
        return [file for file in card.files if not self.path(file).is_file()]

    def named(self, card: ModelCard) -> Path:
        """A folder in which the files of a card have their own names, as libraries want them, once `link` has made it."""
        files = sorted((file.name, file.sha256) for file in card.files)
        return self.root / "named" / f"{card.name}-{hashlib.sha256(repr(files).encode()).hexdigest()[:16]}"

    def link(self, card: ModelCard) -> None:
        """Make `named`. The command line does it when it brings files: plugins only read."""
        for file in card.files:
            link = self.named(card) / file.name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(os.path.relpath(self.path(file), link.parent))

    def check(self, card: ModelCard) -> None:
        """Read every file of a card. Raises ModelMissing or ModelDamaged, saying what to run."""
        if missing := self.missing(card):
            names = ", ".join(file.name for file in missing)
            raise ModelMissing(f"The model {card.name} lacks {names}. Run: {_how_to_get(card, missing)}")
        for file in card.files:
            if digest_of_file(self.path(file)) != file.sha256:
                raise ModelDamaged(
                    f"{file.name} of the model {card.name} is not the file that its card names (SHA-256 differs). "
                    f"Delete {self.path(file)} and run: {_how_to_get(card, [file])}"
                )


def files_of(card: ModelCard) -> Path:
    """A folder with the files of `card` by their names, each just checked against its digest; load at once what is needed.

    Raises ModelMissing or ModelDamaged, saying what to run.
    """
    if card.folder is not None:
        return _shipped(card, card.folder)
    folder = models_folder(Settings.read())
    folder.check(card)
    named = folder.named(card)
    if not all((named / file.name).is_file() for file in card.files):
        raise ModelMissing(f"The files of the model {card.name} have no names yet. Run: packshot models verify {card.name}")
    return named


def _shipped(card: ModelCard, folder: Path) -> Path:
    for file in card.files:
        if not (folder / file.name).is_file() or digest_of_file(folder / file.name) != file.sha256:
            raise ModelDamaged(
                f"{file.name} of the model {card.full_name}, which came with its plugin, is missing or is not the file that its "
                "card names. Install the plugin again: pip install --force-reinstall."
            )
    return folder


def versioned_name(card: ModelCard) -> str:
    """What the file of a card may be called too, so that two majors of one model lie side by side: `denoise.cnn@2`."""
    return f"{card.full_name}@{card.major}"


def models_folder(settings: Settings) -> ModelFolder:
    """The folder that the settings name."""
    return ModelFolder(settings.resolved_models_dir)


def digest_of_file(path: Path) -> str:
    """SHA-256 of its content."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _how_to_get(card: ModelCard, files: list[ModelFile]) -> str:
    if all(file.url for file in files):
        return f"packshot models fetch {card.name}"
    return f"packshot models add CARD FILE… (the card names no address for {next(file.name for file in files if not file.url)})"
