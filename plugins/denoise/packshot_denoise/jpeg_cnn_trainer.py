"""How `denoise.jpeg-cnn` is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from packshot.contracts.model import Json
from packshot.evaluation.blocking import psnr_b
from packshot.evaluation.measures import psnr
from packshot.imaging.pixels import to_bytes
from packshot.plugin import Frame
from packshot.plugin.frame import Plane
from packshot.training import NetTrainer, Picture
from packshot.training.patches import middle, patch, turned
from packshot.training.trainer import Array, Losses, Nets, Networks
from packshot_denoise.blocks import SIDE
from packshot_denoise.cnn import CnnUse, cleaned_of
from packshot_denoise.compression import Compression, find_compression
from packshot_denoise.degrade import as_jpeg
from packshot_denoise.jpeg_cnn import level_of

if TYPE_CHECKING:
    from torch import Tensor

JUDGED_AT = (10, 20, 30, 40)
_LONGEST = 512
"""Pixels of a side of what is judged: of larger pictures the middle."""


class JpegTraining(CnnUse):
    """What the training of `denoise.jpeg-cnn` takes."""

    patch: int = Field(96, ge=16, le=512, multiple_of=16, description="Pixels of each side of what it is trained on")
    lowest: int = Field(10, ge=1, le=95, description="Lowest quality")
    highest: int = Field(95, ge=1, le=100, description="Highest quality")
    twice: float = Field(0.3, ge=0, le=1, description="Share of the examples that were JPEG before, on a shifted grid of blocks")
    cropped: float = Field(0.15, ge=0, le=1, description="Share of the others that were cropped since: blocks begin anywhere")


class JpegCnnTrainer(NetTrainer[JpegTraining]):
    """Learns to mend JPEGs of any quality, told the quality; start it from the weights of `denoise.cnn`, which have its shape.

    Half of the examples keep colours at full size, half at half. Some were compressed twice: networks that never saw it fail
    where the first grid of blocks is another (J. Jiang, K. Zhang, R. Timofte, ICCV 2021, §4.4).
    """

    name = "denoise.jpeg-cnn"
    title = "JPEG mender"
    Params = JpegTraining
    Use = CnnUse
    aim = "psnr.q10"
    defaults: ClassVar[Json] = {"optimiser": {"lr": 1e-3, "betas": [0.9, 0.99]}, "batch": 16, "steps": 30_000}
    baselines = ("denoise.jpeg", "denoise.bilateral")

    def example(self, picture: Picture, params: JpegTraining, rng: np.random.Generator) -> dict[str, Array]:
        """A patch, compressed and clean (uint8), with what the network is told of it."""
        clean = turned(patch(picture.rgb, params.patch + SIDE, rng), rng)
        jpeg, clean, quality = _compressed(clean, params, rng)
        level = level_of(Compression(quality, full_colour=False))
        return {
            "jpeg": np.ascontiguousarray(jpeg.transpose(2, 0, 1)),
            "clean": np.ascontiguousarray(clean.transpose(2, 0, 1)),
            "level": np.full((1, 1, 1), level, np.float32),
        }

    def loss(self, turn: str, networks: Networks, batch: Mapping[str, Tensor], params: JpegTraining) -> Losses:
        """The mean absolute difference from the clean patch."""
        made = networks["net"](batch["jpeg"].float() / 255, batch["level"])
        return {"loss": (made.float() - batch["clean"].float() / 255).abs().mean()}

    def trials(self, picture: Picture, params: JpegTraining, rng: np.random.Generator) -> dict[str, Frame]:
        """The picture compressed, colours at half size, as most files have them."""
        clean = middle(picture.rgb, _LONGEST)
        return {
            f"q{quality}": Frame.of(as_jpeg(clean, quality, full_colour=False).astype(np.float32) / 255) for quality in JUDGED_AT
        }

    def answer(self, nets: Nets, given: Frame, params: JpegTraining) -> Frame:
        """As the operation: the quality is read from the pixels."""
        found = find_compression(given.rgb)
        if found is None:
            return given
        return given.with_rgb(cleaned_of(nets["net"], params, given.rgb, level_of(found)))

    def figures(self, trial: str, answer: Frame, picture: Picture, params: JpegTraining) -> dict[str, float]:
        """PSNR in dB over all channels, and PSNR-B, of the answer rounded to 8 bits."""
        truth, made = middle(picture.rgb, _LONGEST), to_bytes(answer.rgb)
        return {f"psnr.{trial}": psnr(truth, made), f"psnr_b.{trial}": psnr_b(truth, made)}


def _compressed(clean: Plane, params: JpegTraining, rng: np.random.Generator) -> tuple[Plane, Plane, float]:
    """Of `clean`, which has SIDE pixels more each way than the patch: the patch compressed, the patch, and its last quality."""
    side = params.patch
    down, right = (int(shift) for shift in rng.integers(0, SIDE, 2))
    cut = np.s_[down : down + side, right : right + side]
    quality, first = (int(drawn) for drawn in rng.integers(params.lowest, params.highest + 1, 2))
    full_colour, twice = bool(rng.random() < 0.5), rng.random() < params.twice
    if twice:
        before = as_jpeg(clean, first, full_colour=bool(rng.random() < 0.5))[cut]
        return as_jpeg(before, quality, full_colour=full_colour), clean[cut], quality
    if rng.random() < params.cropped:
        return as_jpeg(clean, quality, full_colour=full_colour)[cut], clean[cut], quality
    return as_jpeg(clean[cut], quality, full_colour=full_colour), clean[cut], quality
