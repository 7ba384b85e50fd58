"""The game of `gan.wgan-gp`: the critic tells how far made pictures are from real ones. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from packshot.training.trainer import Losses, Networks
from packshot_gan import wgan_gp
from packshot_gan.dcgan import DcganCritic
from packshot_gan.play import Play, play_of
from packshot_gan.wgan_gp_trainer import WganGpTraining


def opponents(params: WganGpTraining) -> dict[str, nn.Module]:
    """What the generator learns against."""
    return {"critic": DcganCritic(params, normalised=False)}


def loss(turn: str, networks: Networks, batch: Mapping[str, Tensor], params: WganGpTraining) -> Losses:
    """See Trainer."""
    play = play_of(turn, networks, batch)
    if turn == "critic":
        return critic_loss(networks, play, params)
    return generator_loss(networks, play)


def critic_loss(networks: Networks, play: Play, params: WganGpTraining) -> Losses:
    """At the critic's turn."""
    critic = networks["critic"]
    distance = wgan_gp.critic_loss(critic(play.real, play.label), critic(play.made, play.label))
    penalty = wgan_gp.gradient_penalty(lambda between: critic(between, play.label), play.real, play.made, play.share)
    return {"loss": distance + params.penalty * penalty, "distance": -distance, "penalty": penalty}


def generator_loss(networks: Networks, play: Play) -> Losses:
    """At the generator's turn."""
    return {"loss": wgan_gp.generator_loss(networks["critic"](play.made, play.label))}
