"""A trainer for tests, as a file of the plugins folder: it learns to make pictures brighter, in a second."""

# ruff: noqa: PLC0415 - the module of a trainer imports torch only where it trains

import numpy as np
from pydantic import BaseModel, Field

from packshot.plugin import Frame, hookimpl
from packshot.training import Trainer


class Params(BaseModel, extra="forbid"):
    width: int = Field(4, ge=1)
    gain: float = 0.3
    noise: float = 0.0
    norm: bool = True


class Brightener(Trainer[Params]):
    """Learns to add a constant."""

    name = "tests.brightener"
    title = "Brightener"
    Params = Params
    aim = "psnr"

    def networks(self, params):
        from torch import nn

        body = nn.Sequential(
            nn.Conv2d(3, params.width, 3, padding=1),
            *([nn.BatchNorm2d(params.width)] if params.norm else []),
            nn.ReLU(),
            nn.Conv2d(params.width, 3, 1),
        )
        return {"net": body}

    def example(self, picture, params, rng):
        top, left = (int(rng.integers(0, side - 15)) for side in (picture.height, picture.width))
        crop = np.asarray(picture.rgb[top : top + 16, left : left + 16], np.float32).transpose(2, 0, 1) / 255
        return {"given": crop, "wanted": crop + np.float32(params.gain)}

    def loss(self, turn, networks, batch, params):
        import torch

        given = batch["given"] + params.noise * torch.randn_like(batch["given"])
        loss = (networks["net"](given) - batch["wanted"]).square().mean()
        return {"loss": loss, "root": loss.sqrt()}

    def trials(self, picture, params, rng):
        return {"plain": Frame.of(np.asarray(picture.rgb, np.float32) / 255)}

    def answer(self, nets, given, params):
        (made,) = nets["net"](given.rgb.transpose(2, 0, 1)[None])
        return given.with_rgb(made[0].transpose(1, 2, 0))

    def figures(self, trial, answer, picture, params):
        wanted = np.asarray(picture.rgb, np.float32) / 255 + params.gain
        return {"psnr": float(-10 * np.log10(np.mean(np.square(answer.rgb - wanted)) + 1e-12))}

    def use(self, params):
        return {"width": params.width}


@hookimpl
def packshot_trainers():
    return [Brightener]
