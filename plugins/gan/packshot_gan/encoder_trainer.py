"""How `gan.encoder` is trained: the encoder beside a generator that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from packshot.contracts.dataset import Manifest, Split
from packshot.contracts.model import Json
from packshot.features.sight import seen
from packshot.imaging.pixels import to_bytes
from packshot.plugin import Frame
from packshot.training import NetTrainer, Picture
from packshot.training.trainer import Array, Nets
from packshot_gan.use import GeneratorUse, one_hot

if TYPE_CHECKING:
    from torch import nn


class EncoderTraining(GeneratorUse):
    """What the training of `gan.encoder` takes: the generator's own shape, and this."""

    encoder: int = Field(32, ge=2, le=512, description="Channels of the finest layer of the encoder")
    latents: float = Field(0.3, ge=0, description="Weight of the latents of made pictures, which are known")
    naming: float = Field(0.1, ge=0, description="Weight of telling the class")


class EncoderTrainer(NetTrainer[EncoderTraining]):
    """Learns to tell of a picture what latent and class make it, by pictures that the generator makes and by real ones.

    Give it the generator as its parent, and the generator's parameters. What it makes holds both, so that edits and variations
    are offered where the generator was alone; the generator stays as it is.
    """

    name = "gan.encoder"
    title = "Generator with an encoder"
    Params, Use = EncoderTraining, GeneratorUse
    learns_by = "packshot_gan.encoder_loss:loss"
    aim = "psnr"
    kept = ("generator",)
    defaults: ClassVar[Json] = {
        "batch": 64,
        "steps": 20_000,
        "optimiser": {"kind": "adam", "lr": 1e-3, "betas": [0.9, 0.99]},
        "validate_every": 2000,
        "validate_on": 500,
    }

    def of_data(self, params: EncoderTraining, manifest: Manifest) -> EncoderTraining:
        """As the generator's trainer."""
        found = sorted({item.category for item in manifest.of(Split.TRAIN)})
        return params if params.classes or len(found) < 2 else params.model_copy(update={"classes": tuple(found)})

    def networks(self, params: EncoderTraining) -> dict[str, nn.Module]:
        """Under the generator's name, so that the parent's weights are found."""
        return {"generator": params.network()}

    def turns(self, params: EncoderTraining) -> tuple[str, ...]:
        """See Trainer."""
        return ("generator",)

    def longest(self, params: EncoderTraining) -> int:
        """See Trainer."""
        return params.size

    def example(self, picture: Picture, params: EncoderTraining, rng: np.random.Generator) -> dict[str, Array]:
        """A picture (uint8), its class, and a latent and a class of which another is made."""
        return {
            "picture": seen(picture.rgb, params.size, params.channels),
            "label": np.eye(params.kinds, dtype=np.float32)[params.label(picture.category)],
            "latent": rng.standard_normal(params.latent, np.float32),
        }

    def trials(self, picture: Picture, params: EncoderTraining, rng: np.random.Generator) -> dict[str, Frame]:
        """The picture itself."""
        return {"picture": Frame.of(picture.rgb.astype(np.float32) / 255)}

    def answer(self, nets: Nets, given: Frame, params: EncoderTraining) -> Frame:
        """What generator and encoder make of it, without steps; the guessed class as a finding."""
        wanted = _wanted(given, params)
        nothing = np.zeros((1, params.latent, 1, 1), np.float32), one_hot(np.zeros(1, np.int64), params.kinds)
        _, latent, scores = nets["generator"](*nothing, wanted[None])
        guessed = int(scores[0, :, 0, 0].argmax())
        made = nets["generator"](latent, one_hot(np.array([guessed]), params.kinds), wanted[None])[0][0]
        shown = np.clip(made.transpose(1, 2, 0) / 2 + 0.5, 0, 1)
        rgb = np.repeat(shown, 3, axis=2) if params.channels == 1 else shown
        return Frame.of(np.ascontiguousarray(rgb)).with_finding(self.name, guessed)

    def figures(self, trial: str, answer: Frame, picture: Picture, params: EncoderTraining) -> dict[str, float]:
        """PSNR in dB at the generator's size, and 1 where the class was guessed."""
        wanted = _wanted(Frame.of(picture.rgb.astype(np.float32) / 255), params).transpose(1, 2, 0) / 2 + 0.5
        error = float(np.square(answer.rgb - wanted).mean())
        right = float(answer.findings[self.name] == params.label(picture.category))
        return {"psnr": float(-10 * np.log10(max(error, 1e-10))), "named": right}


def _wanted(given: Frame, params: EncoderTraining) -> Array:
    return np.asarray(seen(to_bytes(given.rgb), params.size, params.channels).astype(np.float32) / np.float32(127.5) - 1)
