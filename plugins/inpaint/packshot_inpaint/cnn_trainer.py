"""How `inpaint.cnn` is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import cv2
import numpy as np
from pydantic import Field

from packshot.contracts.model import Json
from packshot.evaluation.holes import in_hole
from packshot.evaluation.measures import restoration
from packshot.imaging.pixels import to_bytes
from packshot.plugin import Frame
from packshot.plugin.frame import Plane
from packshot.training import NetTrainer, Picture
from packshot.training.patches import middle
from packshot.training.trainer import Array, Losses, Nets, Networks
from packshot_inpaint.cnn import CnnUse, fill
from packshot_inpaint.coarse_to_fine import RIM, depth_of, smooth
from packshot_inpaint.drawn import Kind, drawn
from packshot_inpaint.membrane import Bools, Floats

if TYPE_CHECKING:
    from torch import Tensor

JUDGED: Mapping[str, tuple[Kind, float, float]] = {"thin": ("thin", 0.03, 0.05), "wide": ("wide", 0.2, 0.3)}
"""Trials: kind of hole, and the shares of the picture between which it is."""
_TRAINED: Mapping[Kind, tuple[float, float, float]] = {
    "thin": (0.4, 0.02, 0.2),
    "brush": (0.25, 0.05, 0.4),
    "wide": (0.35, 0.1, 0.5),
}
"""Share of the examples, and the shares of the patch between which the hole is."""
_SIDE = 512
"""Longest side of what is judged: larger pictures are cut to their middle."""
_SHRUNK = 3.0
"""Photos are learnt from at full size and down to a third: wide holes are filled on small pictures."""
_FLOOR = 1e-4
"""Mean squared difference, of white, below which an example is no longer hurried on."""


class CnnTraining(CnnUse):
    """What the training of `inpaint.cnn` takes."""

    patch: int = Field(128, ge=32, le=512, multiple_of=32, description="Pixels of each side of what it is trained on")
    guessed: float = Field(0.25, ge=0, le=1, description="Share of the examples whose holes have a coarser fill in their depth")


class CnnTrainer(NetTrainer[CnnTraining]):
    """Learns to fill holes in photos, from photos with holes drawn into them: cracks, strokes, boxes, outlines of products."""

    name = "inpaint.cnn"
    title = "Filler of holes"
    Params = CnnTraining
    Use = CnnUse
    aim = "psnr"
    defaults: ClassVar[Json] = {"optimiser": {"lr": 1e-3, "betas": [0.9, 0.99]}, "batch": 8, "steps": 40_000}
    baselines = ("inpaint.telea", "inpaint.ns", "inpaint.patch")

    def example(self, picture: Picture, params: CnnTraining, rng: np.random.Generator) -> dict[str, Array]:
        """A patch (uint8), the same with a smooth fill in its hole (float32), and what each pixel is (see FillNet)."""
        clean = _turned(_patch(picture.rgb, params.patch, rng), rng)
        kinds = list(_TRAINED)
        kind = kinds[int(rng.choice(len(kinds), p=[_TRAINED[each][0] for each in kinds]))]
        _, least, most = _TRAINED[kind]
        hole = drawn(kind, clean.shape[:2], rng.uniform(least, (least + most) / 2), most, rng)
        rgb = np.where(hole[..., None], 0, clean).astype(np.float32) / np.float32(255)
        state = hole.astype(np.float32)
        if rng.random() < params.guessed:
            rgb, state = _guessed(clean, rgb, hole, rng)
        return {
            "clean": np.ascontiguousarray(clean.transpose(2, 0, 1)),
            "given": np.ascontiguousarray(smooth(rgb, state).transpose(2, 0, 1)),
            "state": state[None],
        }

    def loss(self, turn: str, networks: Networks, batch: Mapping[str, Tensor], params: CnnTraining) -> Losses:
        """Minus the PSNR in the hole, of each example by itself: easy and hard ones count alike."""
        state, given, clean = batch["state"], batch["given"], batch["clean"].float() / 255
        made = networks["net"](given, state).float()
        missing = (state == 1).float()
        count = 3 * missing.sum((1, 2, 3)).clamp(min=1)
        error, before = (((one - clean).square() * missing).sum((1, 2, 3)) / count for one in (made, given))
        decibels = 10 * ((error + _FLOOR) / (before + _FLOOR)).log10()
        return {"loss": decibels.mean()}

    def trials(self, picture: Picture, params: CnnTraining, rng: np.random.Generator) -> dict[str, Frame]:
        """The picture with thin holes, and with wide ones: black there, with the plane `mask`."""
        rgb = middle(picture.rgb, _SIDE).astype(np.float32) / np.float32(255)
        return {
            trial: with_hole(rgb, drawn(kind, rgb.shape[:2], least, most, rng)) for trial, (kind, least, most) in JUDGED.items()
        }

    def answer(self, nets: Nets, given: Frame, params: CnnTraining) -> Frame:
        """As the operation."""
        hole = np.asarray(given.planes["mask"] > 0)
        made = fill(nets["net"], params, given.rgb, hole)
        return given.with_rgb(np.where(hole[..., None], np.clip(made, 0, 1), given.rgb))

    def figures(self, trial: str, answer: Frame, picture: Picture, params: CnnTraining) -> dict[str, float]:
        """In the hole and, as `whole_…`, of the whole picture, of 8-bit answers; `psnr` is the mean of the trials'."""
        truth, made = middle(picture.rgb, _SIDE), to_bytes(answer.rgb)
        whole = {f"whole_{name}": value for name, value in restoration(truth, made).items()}
        found = in_hole(np.asarray(answer.planes["mask"] > 0), truth, made) | whole
        return {"psnr": found["psnr"], **{f"{name}.{trial}": value for name, value in found.items()}}


def with_hole(rgb: Floats, hole: Bools) -> Frame:
    """`rgb` (0..1), black in its hole, which is the plane `mask`."""
    return Frame.of(np.where(hole[..., None], 0, rgb).astype(np.float32)).with_planes(mask=hole.astype(np.float32))


def _guessed(clean: Plane, rgb: Floats, hole: Bools, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """`rgb` and its state with a fill from a coarser level where the hole is deep: blurred, and partly wrong."""
    state = hole.astype(np.float32)
    deep = depth_of(hole) > RIM * rng.uniform(0.3, 1)
    height, width = hole.shape
    scale = rng.uniform(2, 8)
    small = cv2.resize(clean, (max(1, round(width / scale)), max(1, round(height / scale))), interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    right = np.float32(rng.uniform(0, 1))
    state[deep] = 0.5
    return np.where(deep[..., None], smooth(rgb, hole.astype(np.float32)) * (1 - right) + blurred * right, rgb), state


def _patch(rgb: Plane, side: int, rng: np.random.Generator) -> Plane:
    """side×side×3 of a photo at a size of its own; a smaller picture is enlarged."""
    shortest = min(rgb.shape[:2])
    cut = min(shortest, round(side * float(np.exp(rng.uniform(0, np.log(_SHRUNK))))))
    top, left = (int(rng.integers(0, length - cut + 1)) for length in rgb.shape[:2])
    part = np.asarray(rgb[top : top + cut, left : left + cut])
    return (
        part if cut == side else cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA if cut > side else cv2.INTER_CUBIC)
    )


def _turned(patch: Plane, rng: np.random.Generator) -> Plane:
    """Mirrored or not, on its side now and then, with its channels in any order: light mostly comes from above."""
    turned: Plane = np.rot90(patch, int(rng.choice(4, p=(0.55, 0.15, 0.15, 0.15))))[:, :: int(rng.choice((-1, 1)))]
    return turned[..., rng.permutation(3)]
