"""What operations on a given photo have in common: from the photo to its latent, and the pictures around it."""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters
from packshot.features.sight import seen
from packshot.imaging.pixels import to_bytes
from packshot.plugin import Frame
from packshot.plugin.models import Floats
from packshot.plugin.models.opening import open_in_torch
from packshot_gan.generating import Generating
from packshot_gan.inversion import Inverted, refined

if TYPE_CHECKING:
    from torch import nn


class InvertParams(BaseModel):
    """How a photo becomes a latent."""

    shows: str = Field("", description="What the photo shows, of the classes that it has learnt; empty: it is guessed")
    refine: int = Field(
        0,
        ge=0,
        le=1000,
        description="Steps of optimisation towards the photo, 60 are usual: they need torch; 0: what the encoder says",
    )


P = TypeVar("P", bound=InvertParams)


class Inverting(Generating[P], Generic[P]):
    """The base: it needs a generator with an encoder beside it."""

    needs_encoder = True

    @cached_property
    def _generator(self) -> nn.Module:
        """Without the encoder beside it."""
        return open_in_torch(self.card, self.use, self._device).module.get_submodule("made").requires_grad_(False)

    def load(self, device: str) -> None:
        """See NetOperation."""
        super().load(device)
        self._device = device

    def inverted(self, frame: Frame, params: InvertParams) -> Inverted:
        """What the photo is made of. BadParameters for a class that is not known, or for steps where there is no torch."""
        if params.refine and find_spec("torch") is None:
            raise BadParameters(
                f"{self.name} needs torch for its steps of optimisation, and only ONNX Runtime is installed: pip install "
                "'packshot[torch]', or give refine=0 to take what the encoder says."
            )
        wanted = seen(to_bytes(frame.rgb), self.use.size, self.use.channels).astype(np.float32) / np.float32(127.5) - 1
        latent, label = self._encoded(wanted, params.shows)
        if params.refine:
            latent = refined(self._generator, wanted, latent, label, params.refine)
        return Inverted(latent, label, wanted)

    def _encoded(self, wanted: Floats, shows: str) -> tuple[Floats, Floats]:
        nothing = np.zeros((1, self.use.latent, 1, 1), np.float32), np.zeros((1, self.use.kinds, 1, 1), np.float32)
        _, latent, scores = self.net(*nothing, wanted[None])
        return latent[0, :, 0, 0], self.classes(shows, [int(scores[0, :, 0, 0].argmax())])[0]

    def finding(self, found: Inverted) -> dict[str, JsonValue]:
        """What the photo was taken for, and how nearly the generator can make it (PSNR in dB at its size)."""
        made = self.pictures(found.latent[None], found.label[None])[0]
        wanted = np.clip(found.picture.transpose(1, 2, 0) / 2 + 0.5, 0, 1)
        error = float(np.square(made - wanted).mean())
        shows = self.use.classes[int(found.label.argmax())] if self.use.classes else None
        return {"shows": shows, "psnr": round(float(-10 * np.log10(max(error, 1e-10))), 2), "side": self.use.size}
