"""How `upscale.cnn` is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from packshot.contracts.model import Json
from packshot.evaluation.luma import judged
from packshot.imaging.pixels import to_bytes
from packshot.plugin import Frame
from packshot.plugin.frame import Plane
from packshot.training import NetTrainer, Picture
from packshot.training.patches import middle, patch, turned
from packshot.training.trainer import Array, Losses, Nets, Networks
from packshot_upscale.bicubic import shrunk
from packshot_upscale.cnn import CnnUse, enlarged
from packshot_upscale.degrade import as_photo

if TYPE_CHECKING:
    from torch import Tensor

_LONGEST = 768
"""Pixels of a side of what is judged: of larger pictures the middle."""


class UpscaleTraining(CnnUse):
    """What the training of `upscale.cnn` takes."""

    patch: int = Field(32, ge=8, le=256, description="Pixels of each side of what it is trained on, before it is enlarged")
    degradation: Literal["clean", "photo"] = Field(
        "clean", description="What small pictures are: shrunk only (bicubic), or also blurred, noisy and compressed"
    )


class UpscaleTrainer(NetTrainer[UpscaleTraining]):
    """Learns to enlarge photos by one factor, from photos that were made small.

    Judged by the protocol of the published tables: PSNR and SSIM of brightness, without a border of `factor` pixels.
    """

    name = "upscale.cnn"
    title = "Enlarger"
    Params = UpscaleTraining
    Use = CnnUse
    aim = "psnr_y"
    defaults: ClassVar[Json] = {"optimiser": {"lr": 1e-3, "betas": [0.9, 0.99]}, "batch": 16, "steps": 100_000}
    baselines = ("upscale.backprojection", "upscale.lanczos")

    def example(self, picture: Picture, params: UpscaleTraining, rng: np.random.Generator) -> dict[str, Array]:
        """A patch, small and large (uint8)."""
        large = turned(patch(picture.rgb, params.patch * params.factor, rng), rng)
        small = _small(large, params, rng)
        return {name: np.ascontiguousarray(one.transpose(2, 0, 1)) for name, one in (("small", small), ("large", large))}

    def loss(self, turn: str, networks: Networks, batch: Mapping[str, Tensor], params: UpscaleTraining) -> Losses:
        """The mean absolute difference from the large patch."""
        made = networks["net"](batch["small"].float() / 255)
        return {"loss": (made.float() - batch["large"].float() / 255).abs().mean()}

    def trials(self, picture: Picture, params: UpscaleTraining, rng: np.random.Generator) -> dict[str, Frame]:
        """The picture made small."""
        return {"small": Frame.of(_small(middle(picture.rgb, _LONGEST, params.factor), params, rng).astype(np.float32) / 255)}

    def answer(self, nets: Nets, given: Frame, params: UpscaleTraining) -> Frame:
        """As the operation."""
        return given.with_rgb(enlarged(nets["net"], params, given.rgb))

    def figures(self, trial: str, answer: Frame, picture: Picture, params: UpscaleTraining) -> dict[str, float]:
        """PSNR in dB and SSIM of brightness, of the answer rounded to 8 bits."""
        return judged(middle(picture.rgb, _LONGEST, params.factor), to_bytes(answer.rgb), params.factor)

    def baseline(self, operation: str, params: UpscaleTraining) -> dict[str, Any]:
        """The classical ones enlarge as much; another network does as its card says."""
        return {"factor": params.factor} if operation in self.baselines else {}


def _small(large: Plane, params: UpscaleTraining, rng: np.random.Generator) -> Plane:
    return as_photo(large, params.factor, rng) if params.degradation == "photo" else shrunk(large, params.factor)
