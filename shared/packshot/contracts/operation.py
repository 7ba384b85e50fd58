"""What a worker announces of an operation: enough for forms, help, validation, routing and labels."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packshot.contracts.artifact import Digest
from packshot.contracts.model import Contract, Json

OPERATION_NAME = re.compile(r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_-]*)+$")
VERSION = re.compile(r"^\d+\.\d+\.\d+$")


class Stage(StrEnum):
    """Which service runs an operation."""

    PREPROCESS = "preprocess"
    GENERATE = "generate"
    EDIT = "edit"
    QUALITY_CHECK = "quality-check"


class Pixels(StrEnum):
    """How an operation takes the colour and alpha planes. The host converts once, between operations that differ."""

    UINT8 = "uint8"
    """rgb uint8 sRGB, alpha uint8."""
    FLOAT = "float"
    """rgb float32 sRGB-encoded 0..1 (values outside may occur and are kept), alpha float32 0..1."""
    LINEAR = "linear"
    """rgb float32 linear light 0..1 (values outside may occur and are kept), alpha float32 0..1."""
    ANY = "any"
    """As they come: for operations that do not touch pixels."""


class Touch(StrEnum):
    """What an operation does to the truth of a picture; decides its IPTC DigitalSourceType."""

    NONE = "none"
    """Measures only, or plain editing that adds no learned pixels."""
    ENHANCED = "enhanced"
    """A learned model changed existing pixels (algorithmicallyEnhanced)."""
    COMPOSITE = "composite"
    """Parts of the picture were generated (compositeWithTrainedAlgorithmicMedia)."""
    GENERATED = "generated"
    """The whole picture was generated (trainedAlgorithmicMedia)."""


class Device(Contract):
    """What an operation wants to run on. `required` fails at once without it; `preferred` falls back and says so."""

    kind: Annotated[str, Field(pattern="^(cpu|cuda)$")] = "cpu"
    required: bool = False
    memory_mb: int = 0


class Batch(Contract):
    """How many frames of equal parameters and shape one call takes, and how long the first may wait for others."""

    max: Annotated[int, Field(ge=1)] = 1
    window_ms: Annotated[int, Field(ge=0)] = 20


class ModelUse(Contract):
    """One set of weights an operation uses."""

    name: str
    digest: Digest


class OperationSpec(Contract):
    """An operation as the catalogue shows it."""

    name: Annotated[str, Field(pattern=OPERATION_NAME.pattern)]
    version: Annotated[str, Field(pattern=VERSION.pattern)]
    stage: Stage
    title: str
    summary: str
    explanation: str = ""
    """More about it: how it works, why it takes long where it does, where the algorithm comes from."""
    params_schema: Json
    takes: Pixels = Pixels.UINT8
    source: bool = True
    """False for a generator: it needs no input frame."""
    inputs: dict[str, str] = Field(default_factory=dict)
    """Further inputs by name, each with what it is for."""
    several: tuple[str, ...] = ()
    """Those of `inputs` that take any number of pictures."""
    touch: Touch = Touch.NONE
    device: Device = Device()
    batch: Batch = Batch()
    timeout_s: Annotated[float, Field(gt=0)] = 60.0
    models: tuple[ModelUse, ...] = ()
    plugin: str = ""
    """The distribution or file it came from, with its version."""

    def takes_input(self, name: str) -> bool:
        """Whether a step may name a further input so: `name` as declared, or `name.2` where it takes several."""
        declared, dot, number = name.partition(".")
        return declared in self.inputs and (not dot or (declared in self.several and number.isdecimal()))

    @property
    def major(self) -> int:
        """The version's first number: what a queue and a recipe's pin name."""
        return int(self.version.split(".", 1)[0])
