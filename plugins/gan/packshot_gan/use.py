"""What a card says of a generator."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from packshot.errors import BadParameters, nearest
from packshot.plugin.models import Floats, NetUse


class GeneratorUse(NetUse):
    """The shape of a generator, and what it has learnt to make."""

    built_by = "packshot_gan.pair:Pair"

    size: int = Field(32, ge=16, le=512, description="Pixels of each side: 4 to 7 times a power of two")
    channels: Literal[1, 3] = Field(3, description="1: grey pictures, 3: colours")
    classes: tuple[str, ...] = Field((), description="What it can be asked for; none said: the data set's categories")
    latent: int = Field(64, ge=2, le=1024, description="Numbers that a picture is made of")
    plan: Literal["dcgan", "residual"] = Field("residual", description="The kind of network")
    width: int = Field(32, ge=2, le=512, description="Channels of the finest layer; each coarser one has twice as many")
    blocks: int = Field(1, ge=1, le=8, description="Residual blocks of each size; `dcgan` has none")
    encoder: int = Field(0, ge=0, le=512, description="Channels of the finest layer of an encoder beside it; 0: there is none")

    @field_validator("size")
    @classmethod
    def _can_be_doubled_to(cls, size: int) -> int:
        if coarsest(size) is None:
            raise ValueError("must be 4, 5, 6 or 7 times a power of two, such as 28, 32, 48, 64, 96, 128")
        return size

    @property
    def kinds(self) -> int:
        """How many classes its networks are told apart; one where there are none."""
        return max(1, len(self.classes))

    def label(self, category: str) -> int:
        """The place of a class. Raises BadParameters naming those that there are."""
        if not self.classes:
            return 0
        if category not in self.classes:
            raise BadParameters(f"The generator has not learnt {category!r}. {nearest(category, list(self.classes))}")
        return self.classes.index(category)

    def example_inputs(self) -> tuple[Floats, ...]:
        """Latents N×latent×1×1, classes N×kinds×1×1 (one is 1), and for an encoder a picture (-1..1) beside."""
        rng = np.random.default_rng(0)
        latents = rng.standard_normal((2, self.latent, 1, 1), np.float32)
        inputs = latents, one_hot(np.arange(2) % self.kinds, self.kinds)
        if not self.encoder:
            return inputs
        return *inputs, rng.uniform(-1, 1, (2, self.channels, self.size, self.size)).astype(np.float32)


def one_hot(labels: np.ndarray[tuple[int, ...], np.dtype[np.int64]], kinds: int) -> Floats:
    """N×kinds×1×1: 1 at the label, 0 elsewhere."""
    return np.eye(kinds, dtype=np.float32)[labels][:, :, None, None]


def coarsest(size: int) -> int | None:
    """The side, 4 to 7, that `size` is a power of two of; None where there is none."""
    while size > 7 and size % 2 == 0:
        size //= 2
    return size if 4 <= size <= 7 else None
