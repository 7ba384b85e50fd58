"""What a training made, in a models folder as `packshot models add` leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from packshot.contracts.training import Trained, TrainingOrder
from packshot.plugin.models import ModelCard
from packshot.plugin.models.adding import add_card
from packshot.plugin.models.folder import ModelFolder
from packshot.training.card import card_of
from packshot.training.leg import run_leg
from packshot.training.reader import FolderReader


def train_and_shelve(order: TrainingOrder, root: Path) -> tuple[Trained, ModelFolder]:
    """Run `order` to its end in `root`."""
    leg = run_leg(order, root / "training", FolderReader(root))
    assert leg.trained is not None
    folder = ModelFolder(root / "models")
    shelve(folder, card_of(order, leg.trained), [path for path in (leg.weights, leg.graph) if path is not None])
    return leg.trained, folder


def shelve(folder: ModelFolder, card: ModelCard, files: Sequence[Path]) -> None:
    """Put a model into `folder`; its files may have any names."""
    path = files[0].with_name("card.yaml")
    path.write_bytes(card.written())
    add_card(path, files, folder)


def shelve_altered(made: ModelFolder, name: str, folder: ModelFolder, **use: object) -> None:
    """Put the model `name` of `made` into `folder` with a card that describes another network."""
    card = made.card(name)
    files = [made.path(file) for file in card.files]
    folder.root.mkdir(parents=True, exist_ok=True)
    aside = folder.root / "other.yaml"
    aside.write_bytes(card.model_copy(update={"use": {**card.use, **use}}).written())
    add_card(aside, files, folder)
