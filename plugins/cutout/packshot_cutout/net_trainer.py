"""How `cutout.net` is trained."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from packshot.contracts.model import Json
from packshot.evaluation.measures import iou
from packshot.imaging.pixels import to_bytes
from packshot.plugin import Frame
from packshot.plugin.frame import Plane
from packshot.training import NetTrainer, Picture
from packshot.training.trainer import Array, Nets
from packshot_cutout.cutting import CutParams, cut_out
from packshot_cutout.learned import CutoutUse, guess_of
from packshot_cutout.matte import band_of
from packshot_cutout.views import view_of

_EDGE = 5
"""Pixels from the true edge that count for `edge_mae`."""


class CutoutTrainer(NetTrainer[CutoutUse]):
    """Learns to tell the product from its ground, from photos with alpha or with masks that people drew.

    The network looks at a small picture; the edge is drawn at full size afterwards, as by `cutout.classical`.
    """

    name = "cutout.net"
    title = "Cutout"
    Params = Use = CutoutUse
    takes = ("alpha",)
    aim = "iou"
    defaults: ClassVar[Json] = {
        "optimiser": {"lr": 1e-3, "betas": [0.9, 0.999], "weight_decay": 1e-2},
        "batch": 8,
        "steps": 40_000,
        "ema": 0.998,
    }
    baselines = ("cutout.classical",)
    learns_by = "packshot_cutout.hybrid_loss:loss"

    def longest(self, params: CutoutUse) -> int:
        """Twice the side: views are at most 1.4 times as large."""
        return 2 * params.side

    def example(self, picture: Picture, params: CutoutUse, rng: np.random.Generator) -> dict[str, Array]:
        """A view of the photo (uint8) and its alpha (uint8)."""
        view = view_of(picture.rgb, picture.planes["alpha"], params.side, rng)
        rgb = np.rint(view.rgb * 255).astype(np.uint8)
        return {"rgb": np.ascontiguousarray(rgb.transpose(2, 0, 1)), "alpha": np.rint(view.alpha[None] * 255).astype(np.uint8)}

    def trials(self, picture: Picture, params: CutoutUse, rng: np.random.Generator) -> dict[str, Frame]:
        """The photo itself."""
        return {"photo": Frame.of(picture.rgb.astype(np.float32) / 255)}

    def answer(self, nets: Nets, given: Frame, params: CutoutUse) -> Frame:
        """As the operation, edge and all."""
        rgb = np.rint(np.clip(given.rgb, 0, 1) * 255).astype(np.uint8)
        guess = guess_of(nets["net"], params)
        return given.with_planes(alpha=cut_out(rgb, None, CutParams(), guess=guess).alpha.astype(np.float32))

    def figures(self, trial: str, answer: Frame, picture: Picture, params: CutoutUse) -> dict[str, float]:
        """IoU at one half; mean absolute differences of alpha everywhere, and near the true edge."""
        truth = _alpha(picture)
        made = np.ones_like(truth) if answer.alpha is None else np.asarray(answer.alpha, np.float32)
        difference = np.abs(made - truth)
        band = band_of(truth, _EDGE)
        edge = {"edge_mae": float(difference[band].mean())} if band.any() else {}
        return {"iou": iou(to_bytes(truth), to_bytes(made)), "mae": float(difference.mean()), **edge}


def _alpha(picture: Picture) -> Plane:
    alpha = np.asarray(picture.planes["alpha"])
    return np.asarray(alpha, np.float32) / (1 if alpha.dtype.kind == "f" else np.iinfo(alpha.dtype).max)
