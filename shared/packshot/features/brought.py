"""Networks that users bring as ONNX files, such as Inception: by card and digest, as docs/decisions/0009-models.md has it."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadSettings
from packshot.features.sight import Bytes
from packshot.plugin.models import Floats, ModelCard, files_of
from packshot.plugin.models.onnx_runtime import open_session

FAMILY = "features.onnx"

Three = Annotated[tuple[float, ...], Field(min_length=1, max_length=3)]


class BroughtUse(BaseModel, extra="forbid"):
    """How pictures are given to the network, and what of it is taken."""

    side: int = Field(299, ge=16, le=1024, description="Pixels of the square that it looks at")
    channels: int = Field(3, ge=1, le=3, description="1: grey; 3: colours")
    mean: Three = Field((0.0,), description="Taken from pictures of 0..1, for all channels or for each")
    std: Three = Field((1.0,), description="What they are divided by then")
    output: str = Field("", description="The output that holds the features; empty: the first")


class BroughtNet:
    """An ONNX file with its card."""

    def __init__(self, card: ModelCard, use: BroughtUse, device: str) -> None:
        """Raises ModelMissing, ModelDamaged, or BadSettings for a file that cannot be used."""
        names = [file.name for file in card.files if file.name.endswith(".onnx")]
        if len(names) != 1:
            raise BadSettings(f"The card of {card.name} names {len(names)} ONNX files; it must name one.")
        self._session = open_session(card.name, str(files_of(card) / names[0]), device)
        self._given = self._session.get_inputs()[0].name
        outputs = [port.name for port in self._session.get_outputs()]
        if use.output and use.output not in outputs:
            raise BadSettings(f"The model {card.name} has no output {use.output!r}, but {', '.join(outputs)}.")
        self._wanted = use.output or outputs[0]
        self._mean, self._std = (np.asarray(each, np.float32)[:, None, None] for each in (use.mean, use.std))

    def __call__(self, pictures: Bytes) -> tuple[Floats, None]:
        """N×D of N×C×side×side; such a network tells nothing apart."""
        given = (pictures.astype(np.float32) / np.float32(255) - self._mean) / self._std
        (features,) = self._session.run([self._wanted], {self._given: given})
        return np.asarray(features, np.float32).reshape(len(pictures), -1), None
