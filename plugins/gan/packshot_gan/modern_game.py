"""The game of `gan.modern`: each made picture is judged beside a real one. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from packshot.training.trainer import Losses, Networks
from packshot_gan import r3gan
from packshot_gan.augment import Augment
from packshot_gan.modern_trainer import ModernTraining
from packshot_gan.play import Play, play_of
from packshot_gan.residual import ResidualCritic


def opponents(params: ModernTraining) -> dict[str, nn.Module]:
    """What the generator learns against."""
    return {"critic": ResidualCritic(params), "augment": Augment(params.augment)}


def loss(turn: str, networks: Networks, batch: Mapping[str, Tensor], params: ModernTraining) -> Losses:
    """See Trainer."""
    play = play_of(turn, networks, batch)
    if turn == "critic":
        return critic_loss(networks, play, params)
    return generator_loss(networks, play)


def critic_loss(networks: Networks, play: Play, params: ModernTraining) -> Losses:
    """At the critic's turn. In float32: penalties are slopes of slopes, which half precision loses."""
    augment = networks["augment"]
    assert isinstance(augment, Augment)
    with torch.autocast(play.real.device.type, enabled=False):
        real, made, label = play.real, play.made.float(), play.label
        few = max(1, round(params.penalised * len(real)))
        penalised = torch.cat((real[:few], made[:few])).requires_grad_()
        said = networks["critic"](augment(penalised), torch.cat((label[:few], label[:few])))
        of_real, of_made = said.chunk(2)
        # R1 + R2: the mean over the real half plus that over the made half.
        slopes = 2 * r3gan.squared_slope(said, penalised)
        if few < len(real):
            others = torch.cat((real[few:], made[few:]))
            rest = networks["critic"](augment(others), torch.cat((label[few:], label[few:])))
            of_real, of_made = (torch.cat(pair) for pair in zip((of_real, of_made), rest.chunk(2), strict=True))
        judged = r3gan.relativistic(of_real, of_made)
    # A relativistic critic has no zero of its own: that a real picture is above its made one stands for D(x) > 0.
    augment.adapt((of_real - of_made).sign(), params.surest, params.slowly)
    return {
        "loss": judged + params.penalty / 2 * slopes,
        "gap": (of_real - of_made).mean(),
        "slopes": slopes,
        "augment": augment.probability.clone(),
    }


def generator_loss(networks: Networks, play: Play) -> Losses:
    """At the generator's turn."""
    said = networks["critic"](networks["augment"](torch.cat((play.real, play.made))), torch.cat((play.label, play.label)))
    of_real, of_made = said.chunk(2)
    return {"loss": r3gan.relativistic(of_made, of_real)}
