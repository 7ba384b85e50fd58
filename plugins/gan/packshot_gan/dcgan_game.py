"""The game of `gan.dcgan`: a critic that tells made pictures from real ones. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from packshot.training.trainer import Losses, Networks
from packshot_gan import dcgan
from packshot_gan.dcgan_trainer import DcganTraining
from packshot_gan.play import Play, play_of


def opponents(params: DcganTraining) -> dict[str, nn.Module]:
    """What the generator learns against."""
    return {"critic": dcgan.DcganCritic(params, normalised=True)}


def loss(turn: str, networks: Networks, batch: Mapping[str, Tensor], params: DcganTraining) -> Losses:
    """See Trainer."""
    play = play_of(turn, networks, batch)
    if turn == "critic":
        return critic_loss(networks, play, params)
    return generator_loss(networks, play)


def critic_loss(networks: Networks, play: Play, params: DcganTraining) -> Losses:
    """At the critic's turn."""
    # Real and made ones in batches of their own, so that normalisation does not mix them.
    critic = networks["critic"]
    said, of_made = critic(play.real, play.label), critic(play.made, play.label)
    return {"loss": dcgan.critic_loss(said, of_made), "gap": (said - of_made).mean()}


def generator_loss(networks: Networks, play: Play) -> Losses:
    """At the generator's turn."""
    return {"loss": dcgan.generator_loss(networks["critic"](play.made, play.label))}
