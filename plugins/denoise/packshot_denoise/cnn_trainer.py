"""How `denoise.cnn` is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from packshot.contracts.model import Json
from packshot.evaluation.measures import restoration
from packshot.imaging.pixels import to_bytes
from packshot.plugin import Frame
from packshot.training import NetTrainer, Picture
from packshot.training.patches import middle, patch, turned
from packshot.training.trainer import Array, Losses, Nets, Networks
from packshot_denoise.cnn import CnnUse, denoised
from packshot_denoise.degrade import camera_noise, through_jpeg, white_noise
from packshot_denoise.noise import noise_of

if TYPE_CHECKING:
    from torch import Tensor

JUDGED_AT = (15, 25, 50)
_SIDE = 512
"""Longest side of what is judged: larger pictures are cut to their middle."""


class CnnTraining(CnnUse):
    """What the training of `denoise.cnn` takes."""

    patch: int = Field(128, ge=16, le=512, multiple_of=16, description="Pixels of each side of what it is trained on")
    strongest: float = Field(55, gt=0, le=200, description="Largest standard deviation of the noise, of 255")
    camera: float = Field(0.1, ge=0, le=1, description="Share of the examples with noise that grows with the light")
    jpeg: float = Field(0.1, ge=0, le=1, description="Share of the examples that were JPEG after they were noisy")
    loss: Literal["l1", "l2"] = Field("l1", description="Mean absolute, or mean squared difference")


class CnnTrainer(NetTrainer[CnnTraining]):
    """Learns to take noise of any strength out of photos, told how strong it is.

    One network for all strengths, as FFDNet's and DRUNet's; where nobody says how strong the noise is, it is measured.
    """

    name = "denoise.cnn"
    title = "Denoiser"
    Params = CnnTraining
    Use = CnnUse
    aim = "psnr.sigma25"
    defaults: ClassVar[Json] = {"optimiser": {"lr": 1e-3, "betas": [0.9, 0.99]}, "batch": 16, "steps": 60_000}
    baselines = ("denoise.dct", "denoise.nlm")

    def example(self, picture: Picture, params: CnnTraining, rng: np.random.Generator) -> dict[str, Array]:
        """A patch, noisy (float32) and clean (uint8), with the noise's sigma (of 1)."""
        square = turned(patch(picture.rgb, params.patch, rng), rng)
        clean = np.ascontiguousarray(square[..., rng.permutation(3)])
        # A few are beyond the range, so that its end is not the end of what is learnt.
        limit = params.strongest * (1.4 if rng.random() < 0.1 else 1)
        sigma = float(rng.uniform(0, limit)) / 255
        noise = camera_noise if rng.random() < params.camera else white_noise
        noisy = noise(clean.astype(np.float32) / 255, sigma, rng)
        if rng.random() < params.jpeg:
            noisy = through_jpeg(noisy, rng)
        return {
            "noisy": np.ascontiguousarray(noisy.transpose(2, 0, 1)),
            "clean": np.ascontiguousarray(clean.transpose(2, 0, 1)),
            "sigma": np.full((1, 1, 1), sigma, np.float32),
        }

    def loss(self, turn: str, networks: Networks, batch: Mapping[str, Tensor], params: CnnTraining) -> Losses:
        """The difference from the clean patch."""
        made = networks["net"](batch["noisy"], batch["sigma"])
        difference = made.float() - batch["clean"].float() / 255
        return {"loss": difference.abs().mean() if params.loss == "l1" else difference.square().mean()}

    def trials(self, picture: Picture, params: CnnTraining, rng: np.random.Generator) -> dict[str, Frame]:
        """The picture with white noise of three strengths, neither clipped nor rounded."""
        clean = middle(picture.rgb, _SIDE).astype(np.float32) / 255
        return {f"sigma{sigma}": Frame.of(white_noise(clean, sigma / 255, rng)) for sigma in JUDGED_AT}

    def answer(self, nets: Nets, given: Frame, params: CnnTraining) -> Frame:
        """As the operation: the noise is measured."""
        noise = noise_of(given, None)
        return given if noise is None else given.with_rgb(denoised(nets["net"], params, given.rgb, noise))

    def figures(self, trial: str, answer: Frame, picture: Picture, params: CnnTraining) -> dict[str, float]:
        """PSNR in dB and SSIM over all pixels of the answer, rounded to 8 bits."""
        return {f"{name}.{trial}": value for name, value in restoration(middle(picture.rgb, _SIDE), to_bytes(answer.rgb)).items()}
