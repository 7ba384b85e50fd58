"""A trainer for tests with two networks that play against each other, as a GAN does; it is given nothing."""

# ruff: noqa: PLC0415 - the module of a trainer imports torch only where it trains

import numpy as np
from pydantic import BaseModel

from packshot.plugin import hookimpl
from packshot.training import Trainer


class Params(BaseModel, extra="forbid"):
    categories: tuple[str, ...] = ()


class Duel(Trainer[Params]):
    """Learns how bright pictures are."""

    name = "tests.duel"
    Params = Params
    aim = "distance"
    better = "min"
    kept = ("generator",)

    def of_data(self, params, manifest):
        return params.model_copy(update={"categories": tuple(sorted({item.category for item in manifest.items}))})

    def networks(self, params):
        from torch import nn

        critic = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
        return {"generator": nn.Linear(4, 1), "critic": critic}

    def turns(self, params):
        return ("critic", "critic", "generator")

    def example(self, picture, params, rng):
        return {"level": np.array([picture.rgb.mean() / 255 + rng.normal(0, 0.01)], np.float32)}

    def loss(self, turn, networks, batch, params):
        import torch
        from torch.nn.functional import softplus

        made = networks["generator"](torch.randn(len(batch["level"]), 4))
        if turn == "generator":
            return {"loss": softplus(-networks["critic"](made)).mean()}
        wrong, right = networks["critic"](made.detach()), networks["critic"](batch["level"])
        return {"loss": softplus(wrong).mean() + softplus(-right).mean(), "gap": (right - wrong).mean()}

    def figures_of_all(self, nets, pictures, params):
        (answer,) = nets["generator"](np.random.default_rng(0).standard_normal((64, 4), np.float32))
        made = float(answer.mean())
        return {"distance": abs(made - float(np.mean([picture.rgb.mean() / 255 for picture in pictures])))}

    def use(self, params):
        return {"categories": list(params.categories)}


@hookimpl
def packshot_trainers():
    return [Duel]
