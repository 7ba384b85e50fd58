"""The card of a model: what it is, where its files come from, and how a plugin uses it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import Annotated, TypeVar

import yaml
from pydantic import BaseModel, Field, PrivateAttr, ValidationError, field_validator

from packshot.contracts.artifact import Digest
from packshot.contracts.model import Authored, Json
from packshot.contracts.operation import VERSION, Device, ModelUse
from packshot.errors import BadSettings

U = TypeVar("U", bound=BaseModel)

WEIGHTS = frozenset({".onnx", ".onnx_data", ".data", ".safetensors"})
SAFE = WEIGHTS | {".json", ".txt", ".model", ".jinja"}
"""Kinds of files that cannot carry code. Pickles (.pt, .pth, .ckpt, .bin, .pkl) can, so they are no model files."""


class ModelFile(Authored):
    """One file of a model."""

    name: str
    """Its path inside the model, such as `unet/config.json`."""
    sha256: Digest
    bytes: Annotated[int, Field(gt=0)]
    url: str = ""
    """Where it can be fetched; empty for a file that only its owner has."""

    @field_validator("name")
    @classmethod
    def _is_safe(cls, name: str) -> str:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or str(path) != name or name == ".":
            raise ValueError(f"{name!r} must be a plain path inside the model, such as unet/config.json")
        if path.suffix.lower() not in SAFE:
            raise ValueError(f"{name!r} is none of {', '.join(sorted(SAFE))}; weights are taken as safetensors or ONNX only")
        return name


class Made(Authored):
    """How a model was made by packshot: enough to make it again, and what it was worth then."""

    order: Json
    """The training's order: trainer, data set, seed, parameters and all settings."""
    data: Digest | None = None
    """The data set's manifest."""
    parent: Digest | None = None
    """The weights that it was started from."""
    step: int
    """At which the weights were kept."""
    device: str
    """The hardware it was trained on, in words."""
    figures: Json = Field(default_factory=dict)
    """On the test side, by name: mean, low, high (95 %), pictures."""
    baselines: Json = Field(default_factory=dict)
    """The same of other operations, by the operation's name."""


class ModelCard(Authored):
    """A model as its user describes it."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    family: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9_-]*$")]
    """Who runs it: `onnx.cutout`, …"""
    version: Annotated[str, Field(pattern=VERSION.pattern)] = "1.0.0"
    """Of the operation that it becomes; two majors can be live side by side under two cards."""
    title: str = ""
    summary: str = ""
    licence: Annotated[str, Field(min_length=1)]
    source: str = ""
    files: Annotated[tuple[ModelFile, ...], Field(min_length=1)]
    device: Device = Device(kind="cuda")
    timeout_s: Annotated[float, Field(gt=0)] = 300.0
    use: Json = Field(default_factory=dict)
    """How the family's plugin uses it, in that plugin's own words."""
    made: Made | None = None
    """Of a model that packshot trained."""
    _folder: Path | None = PrivateAttr(None)

    @property
    def folder(self) -> Path | None:
        """Where its files lie by their names, of a model that comes with a plugin; None: in PACKSHOT_MODELS_DIR."""
        return self._folder

    def lying_in(self, folder: Path) -> ModelCard:
        """The same card, with its files in `folder`."""
        placed = self.model_copy()
        placed._folder = folder
        return placed

    @property
    def full_name(self) -> str:
        """Its family's first word and its name, `denoise.cnn`: what the register calls it, and its operation where that is so."""
        return f"{self.family.partition('.')[0]}.{self.name}"

    @property
    def major(self) -> int:
        """The first number of its version."""
        return int(self.version.partition(".")[0])

    def written(self) -> bytes:
        """All that it says, the same for equal cards: its digest names a version of the model in the register."""
        return self.model_dump_json(exclude_defaults=True).encode()

    @field_validator("files")
    @classmethod
    def _has_names_of_their_own(cls, files: tuple[ModelFile, ...]) -> tuple[ModelFile, ...]:
        names = [file.name for file in files]
        if len(set(names)) < len(names):
            raise ValueError("two files have the same name")
        return files

    def models(self, handling: str) -> tuple[ModelUse, ...]:
        """What an operation that runs this model declares: each file of weights, and the card.

        The card counts, because another normalisation makes another result of the same weights. `handling` is what the plugin
        itself would raise when it uses equal cards differently. Titles, licences and addresses do not count.
        """
        weights = [file for file in self.files if PurePosixPath(file.name).suffix in WEIGHTS]
        counted = {
            "family": self.family,
            "handling": handling,
            "use": self.use,
            "files": sorted((file.name, file.sha256) for file in self.files),
        }
        canonical = json.dumps(counted, sort_keys=True, separators=(",", ":")).encode()
        card = ModelUse(name=f"{self.name} (card)", digest=hashlib.sha256(canonical).hexdigest())
        return (*(ModelUse(name=f"{self.name}/{file.name}", digest=file.sha256) for file in weights), card)


def read_card(path: Path) -> ModelCard:
    """The card in a YAML file. Raises BadSettings saying what is wrong."""
    try:
        return ModelCard.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadSettings(f"{path} cannot be read: {error}.") from error
    except ValidationError as error:
        raise BadSettings(f"{path}: {_first(error)}.") from error


def parse_use(card: ModelCard, kind: type[U]) -> U:
    """The card's `use` as the family's own model. Raises BadSettings naming the card."""
    try:
        return kind.model_validate(card.use)
    except ValidationError as error:
        raise BadSettings(f"The card of {card.name} does not suit {card.family}: use.{_first(error)}.") from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
