"""A plugin with a network that is trained in a moment, slowly or wrongly if it is told to, and the operation that it becomes."""

from __future__ import annotations

import os
import time
from typing import ClassVar

import numpy as np
from pydantic import BaseModel

from packshot.contracts.model import Json
from packshot.plugin import Frame, Pixels, hookimpl
from packshot.plugin.models import ModelOperation, files_of
from packshot.training import Trainer


class TrainerParams(BaseModel, extra="forbid"):
    gain: float = 0.25
    pause_s: float = 0.0
    fault: str = ""
    """`nan`, `raise`, or `exit`."""
    fault_at: int = 3


class TinyTrainer(Trainer[TrainerParams]):
    """Learns how much brighter a picture should be."""

    name, title, Params, aim = "tiny.brighter", "Brighter", TrainerParams, "psnr"
    defaults: ClassVar[Json] = {"batch": 4, "loaders": 0, "validate_every": 20, "threads": 1, "weights": "float32", "ema": 0}

    def __init__(self):
        self._seen = 0

    def networks(self, params):
        from torch import nn  # noqa: PLC0415 - who only lists trainers must not wait for torch

        return {"net": nn.Conv2d(3, 3, 1)}

    def example(self, picture, params, rng):
        crop = np.asarray(picture.rgb[:8, :8], np.float32).transpose(2, 0, 1) / 255
        return {"given": crop, "wanted": crop + np.float32(params.gain)}

    def loss(self, turn, networks, batch, params):
        self._seen += 1
        time.sleep(params.pause_s)
        if params.fault and self._seen > params.fault_at:
            if params.fault == "exit":
                os._exit(3)
            if params.fault == "raise":
                raise RuntimeError("the shapes do not fit")
        loss = (networks["net"](batch["given"]) - batch["wanted"]).square().mean()
        return {"loss": loss * float("nan") if params.fault == "nan" else loss}

    def trials(self, picture, params, rng):
        return {"plain": Frame.of(np.asarray(picture.rgb, np.float32) / 255)}

    def answer(self, nets, given, params):
        (made,) = nets["net"](given.rgb.transpose(2, 0, 1)[None])
        return given.with_rgb(made[0].transpose(1, 2, 0))

    def figures(self, trial, answer, picture, params):
        wanted = np.asarray(picture.rgb, np.float32) / 255 + params.gain
        return {"psnr": float(-10 * np.log10(np.mean(np.square(answer.rgb - wanted)) + 1e-12))}

    def use(self, params):
        return {"gain": params.gain}


class Nothing(BaseModel):
    pass


class Use(BaseModel):
    gain: float


class Brighter(ModelOperation[Nothing, Use]):
    """Makes a picture brighter, as it has learnt."""

    family, prefix, handling = "tiny.brighter", "tiny", "1"
    stage, title, takes = "edit", "Brighter", Pixels.FLOAT
    Params, Use = Nothing, Use

    def load(self, device):
        from safetensors.numpy import load_file  # noqa: PLC0415 - the light install has none

        (path,) = [files_of(self.card) / file.name for file in self.card.files]
        weights = load_file(path)
        self._matrix = next(value for value in weights.values() if value.ndim == 4)[:, :, 0, 0].astype(np.float32)
        self._offset = next(value for value in weights.values() if value.ndim == 1).astype(np.float32)

    def run(self, frame, params, run):
        return frame.with_rgb(np.asarray(frame.rgb @ self._matrix.T + self._offset, np.float32))


@hookimpl
def packshot_operations():
    return Brighter.for_cards()


@hookimpl
def packshot_trainers():
    return [TinyTrainer]
