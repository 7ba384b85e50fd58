"""Taking up cards, and files that are on this machine already."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from packshot.errors import BadSettings
from packshot.plugin.models.card import SAFE, ModelCard, ModelFile, read_card
from packshot.plugin.models.folder import ModelFolder, digest_of_file


def add_card(path: Path, sources: Sequence[Path], folder: ModelFolder) -> ModelCard:
    """Take up the card in `path`, and of `sources` (files, or folders of them) those that it names by digest.

    Raises BadSettings for a card that cannot be used, or a source that holds nothing of it.
    """
    card = read_card(path)
    wanted = {file.sha256: file for file in card.files}
    for source in sources:
        found = {digest: one for one in files_in(source) if (digest := digest_of_file(one)) in wanted}
        if not found:
            raise BadSettings(
                f"{source} is nothing that the card of {card.name} names; compare: packshot models describe {source}"
            )
        for digest, one in found.items():
            _place(one, folder.path(wanted[digest]))
    # The card comes last: workers that see it find the rest.
    folder.link(card)
    _place(path, folder.card_path(card.name))
    return card


def describe(source: Path) -> tuple[ModelFile, ...]:
    """The `files` of a card for one file, or for all that a folder holds of a model. BadSettings if it holds nothing."""
    below = source if source.is_dir() else source.parent
    usable = [one for one in files_in(source) if one.suffix.lower() in SAFE]
    if not usable:
        raise BadSettings(
            f"{source} holds no model file ({', '.join(sorted(SAFE))}). Convert other weights to safetensors or ONNX."
        )
    return tuple(
        ModelFile(name=one.relative_to(below).as_posix(), sha256=digest_of_file(one), bytes=one.stat().st_size) for one in usable
    )


def files_in(source: Path) -> list[Path]:
    """`source` itself, or all files below it that are not hidden."""
    if not source.is_dir():
        return [source]
    inside = (one for one in source.rglob("*") if one.is_file() and not any(part.startswith(".") for part in one.parts[1:]))
    return sorted(inside)


def _place(source: Path, target: Path) -> None:
    """Copy it so that other processes see all of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.adding")
    shutil.copyfile(source, aside)
    aside.replace(target)
