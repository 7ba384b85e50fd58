"""What operations with a generator have in common: their names, and pictures of latents and classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, Generic, Self, TypeVar

import numpy as np
from pydantic import BaseModel

from packshot.contracts.operation import Device
from packshot.plugin import Pixels, Touch
from packshot.plugin.frame import Plane
from packshot.plugin.models import Floats, ModelCard, NetOperation
from packshot_gan.use import GeneratorUse

P = TypeVar("P", bound=BaseModel)

OWN = "generate"
"""The model that comes with the plugin and lends its operations their plain names."""
_AT_ONCE = 64


class Generating(NetOperation[P, GeneratorUse], Generic[P]):
    """The base: an operation for each generator that was trained."""

    family, prefix, handling = "gan.modern", "gan", "1"
    further = ("gan.dcgan", "gan.wgan-gp", "gan.encoder")
    ships = "packshot_gan"
    takes = Pixels.FLOAT
    touch = Touch.GENERATED
    Use = GeneratorUse
    device = Device(kind="cuda")
    verb: ClassVar[str]
    """What it does: the last word of its name; empty: the model's name alone."""
    needs_encoder: ClassVar[bool] = False

    @classmethod
    def for_card(cls, card: ModelCard) -> type[Self]:
        """Of the model `mugs` it is called `gan.mugs`, `gan.mugs.edit`, …; of the plugin's own `gan.generate`, `gan.edit`, …"""
        made = super().for_card(card)
        if cls.verb:
            made.name = f"gan.{cls.verb}" if card.name == OWN else f"gan.{card.name}.{cls.verb}"
        return made

    @classmethod
    def for_cards(cls) -> list[type[Self]]:
        """One for each card, where it needs no encoder or there is one."""
        return [one for one in super().for_cards() if one.card.use.get("encoder") or not cls.needs_encoder]

    def pictures(self, latents: Floats, labels: Floats) -> Floats:
        """N×H×W×3 float32, 0..1, of latents N×latent and classes N×kinds."""
        made = []
        for start in range(0, len(latents), _AT_ONCE):
            few = slice(start, start + _AT_ONCE)
            given = latents[few, :, None, None], labels[few, :, None, None]
            # The encoder's answer is not wanted: it is given as little as can be.
            unseen = np.zeros((1, self.use.channels, self.use.size, self.use.size), np.float32)
            made.append(self.net(*given, *([unseen] if self.use.encoder else []))[0])
        rgb = np.clip(np.concatenate(made) * np.float32(0.5) + np.float32(0.5), 0, 1).transpose(0, 2, 3, 1)
        return np.ascontiguousarray(np.repeat(rgb, 3, axis=3) if self.use.channels == 1 else rgb)

    def classes(self, category: str, drawn: Sequence[int] | Plane) -> Floats:
        """N×kinds: `category` for each, or where it is empty what was `drawn`. Raises BadParameters for one that is not known."""
        labels = np.asarray([self.use.label(category)] * len(drawn) if category else drawn, np.int64)
        return np.eye(self.use.kinds, dtype=np.float32)[labels]


def laid_out(pictures: Floats, columns: int | None = None) -> Plane:
    """One picture of N (N×H×W×3), row by row, as nearly square as they allow; what is left over is white."""
    count, height, width, _ = pictures.shape
    across = columns or math.ceil(math.sqrt(count))
    down = math.ceil(count / across)
    sheet = np.ones((down * height, across * width, 3), np.float32)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, across)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    return sheet
