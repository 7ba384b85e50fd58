"""How `gan.dcgan` is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from packshot.contracts.model import Json
from packshot.training.trainer import Losses, Networks
from packshot_gan.gan_trainer import GanTrainer, GanTraining, Play

if TYPE_CHECKING:
    from torch import nn


class DcganTraining(GanTraining):
    """What the training of `gan.dcgan` takes."""

    plan: Literal["dcgan", "residual"] = "dcgan"


class DcganTrainer(GanTrainer[DcganTraining]):
    """Learns to make pictures of a catalogue against a critic that tells them from real ones (DCGAN, 2016).

    The oldest of the family, quick and simple. It may collapse: look at its sheets.
    """

    name = "gan.dcgan"
    title = "Generator (DCGAN)"
    Params = DcganTraining
    defaults: ClassVar[Json] = {
        "batch": 64,
        "steps": 50_000,
        "optimiser": {"kind": "adam", "lr": 2e-4, "betas": [0.5, 0.999], "clip": 0},
        "schedule": {"kind": "constant"},
        "validate_every": 2000,
        "validate_on": 2000,
    }

    def opponents(self, params: DcganTraining) -> dict[str, nn.Module]:
        """See GanTrainer."""
        from packshot_gan.dcgan import DcganCritic  # noqa: PLC0415 - imports torch

        return {"critic": DcganCritic(params, normalised=True)}

    def critic_loss(self, networks: Networks, play: Play, params: DcganTraining) -> Losses:
        """See GanTrainer."""
        from packshot_gan import dcgan  # noqa: PLC0415 - imports torch

        # Real and made ones in batches of their own, so that normalisation does not mix them.
        critic = networks["critic"]
        said, of_made = critic(play.real, play.label), critic(play.made, play.label)
        return {"loss": dcgan.critic_loss(said, of_made), "gap": (said - of_made).mean()}

    def generator_loss(self, networks: Networks, play: Play, params: DcganTraining) -> Losses:
        """See GanTrainer."""
        from packshot_gan import dcgan  # noqa: PLC0415 - imports torch

        return {"loss": dcgan.generator_loss(networks["critic"](play.made, play.label))}
