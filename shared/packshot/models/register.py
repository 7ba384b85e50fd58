"""Where the versions of models are written down: `models/<name>/<version>/<digest>`, so that none overwrites another.

The digest is that of the version's card, which names the files by theirs; card and files are blobs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from packshot.contracts.model import Contract
from packshot.errors import ArtifactMissing, BadParameters, ModelDamaged, ModelMissing, UnknownName, nearest
from packshot.plugin.models.card import ModelCard, ModelFile
from packshot.store.protocol import ArtifactStore

CARD_MEDIA_TYPE = "application/vnd.packshot.model-card+json"
FILE_MEDIA_TYPE = "application/octet-stream"
_SAFE = {".safetensors", ".onnx", ".json"}
"""What the register takes: weights as safetensors, graphs as ONNX, and configuration."""


class _Entry(Contract):
    registered_at: datetime


@dataclass(frozen=True)
class Version:
    """One version of a model."""

    name: str
    version: str
    digest: str
    """Of its card."""

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def key(self) -> tuple[str, tuple[int, ...], str]:
        """What versions are ordered by."""
        return self.name, tuple(int(part) for part in self.version.split(".")), self.digest

    @property
    def major(self) -> int:
        """The first number of its version."""
        return self.key[1][0]


async def register(store: ArtifactStore, card: ModelCard, files: Mapping[str, Path] | None = None) -> Version:
    """Write a version down; `files` are those that the store may lack, by name. Registering the same once more changes nothing.

    Raises BadParameters if this version has another card already, for weights that are no safetensors, and for a file that is not
    the one that the card names, or is neither given nor in the store.
    """
    for file in card.files:
        _require_safe(file)
    wanted = Version(card.full_name, card.version, hashlib.sha256(card.written()).hexdigest())
    await _require_free(store, wanted)
    for file in card.files:
        await _store(store, file, (files or {}).get(file.name))
    await store.put(card.written(), CARD_MEDIA_TYPE)
    now = _Entry(registered_at=datetime.now(UTC))
    await store.put_entry(f"models/{wanted.name}/{wanted.version}/{wanted.digest}", now.model_dump_json().encode())
    return wanted


async def versions(store: ArtifactStore, name: str = "") -> list[Version]:
    """All versions of one model, or of all models; by name, the newest version last."""
    entries = await store.entries(f"models/{name}" if name else "models")
    return sorted((_version(entry) for entry in entries), key=lambda version: version.key)


async def find(store: ArtifactStore, reference: str) -> Version:
    """The version that `NAME` (its newest), `NAME@MAJOR` (its newest in that major) or `NAME@VERSION` names.

    Raises UnknownName with what is near.
    """
    name, _, wanted = reference.partition("@")
    known = await versions(store)
    found = [one for one in known if one.name == name and f"{one.version}.".startswith(f"{wanted}." if wanted else "")]
    if not found:
        there = sorted({str(one) if wanted else one.name for one in known})
        raise UnknownName(f"There is no model {reference!r} in the register. {nearest(reference, there)}")
    return found[-1]


async def card_of(store: ArtifactStore, version: Version) -> ModelCard:
    """The card of a version. Raises ModelDamaged if it cannot be read, ModelMissing if the store has lost it."""
    try:
        return ModelCard.model_validate_json(await store.get(version.digest))
    except ArtifactMissing as error:
        raise ModelMissing(f"The store has lost the card of {version}. Register it again.") from error
    except ValidationError as error:
        reason = error.errors(include_url=False)[0]["msg"]
        raise ModelDamaged(
            f"The card of {version} cannot be read ({reason}). Does this packshot have the right version?"
        ) from error


async def registered_at(store: ArtifactStore, version: Version) -> datetime | None:
    """When a version was written down; None if it is not there."""
    entry = await store.get_entry(f"models/{version.name}/{version.version}/{version.digest}")
    return None if entry is None else _Entry.model_validate_json(entry).registered_at


async def verify(store: ArtifactStore, version: Version) -> None:
    """Read a version's card and files, and compare digests. Raises ModelMissing, ModelDamaged or ArtifactDamaged."""
    for file in (await card_of(store, version)).files:
        try:
            # The store compares what it reads with the digest.
            await store.get(file.sha256)
        except ArtifactMissing as error:
            raise ModelMissing(f"The store has lost {file.name} of {version}. Register it again.") from error


async def _store(store: ArtifactStore, file: ModelFile, path: Path | None) -> None:
    if path is not None:
        ref = await store.put_file(path, FILE_MEDIA_TYPE)
        if ref.digest != file.sha256:
            raise BadParameters(f"{path} is not the {file.name} that the card names (SHA-256 differs).")
        return
    try:
        await store.stat(file.sha256)
    except ArtifactMissing as error:
        raise BadParameters(f"The card names {file.name}, which was not given.") from error


def _require_safe(file: ModelFile) -> None:
    if PurePosixPath(file.name).suffix.lower() not in _SAFE:
        raise BadParameters(
            f"{file.name} is not taken: weights are registered as .safetensors and graphs as .onnx, which cannot carry code."
        )


async def _require_free(store: ArtifactStore, wanted: Version) -> None:
    there = [one for one in await versions(store, wanted.name) if one.version == wanted.version and one.digest != wanted.digest]
    if there:
        raise BadParameters(
            f"{wanted} is registered already, with other content ({there[0].digest[:12]}). "
            f"A version never changes: give this one the next number."
        )


def _version(entry: str) -> Version:
    _, name, version, digest = entry.split("/")
    return Version(name, version, digest)
