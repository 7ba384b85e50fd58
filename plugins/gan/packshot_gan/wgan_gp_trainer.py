"""How `gan.wgan-gp` is trained."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from packshot.contracts.model import Json
from packshot_gan.gan_trainer import GanTrainer, GanTraining


class WganGpTraining(GanTraining):
    """What the training of `gan.wgan-gp` takes."""

    plan: Literal["dcgan", "residual"] = "dcgan"
    penalty: float = Field(10, ge=0, description="Weight of the gradient penalty, λ")
    critic_turns: int = Field(5, ge=1, le=20, description="How often the critic learns for each time that the generator does")


class WganGpTrainer(GanTrainer[WganGpTraining]):
    """Learns to make pictures of a catalogue by bringing them nearer in the Wasserstein distance (WGAN-GP, 2017).

    Steady, and its critic's loss tells how far it is; slow, because the critic learns several times for each step.
    """

    name = "gan.wgan-gp"
    title = "Generator (WGAN-GP)"
    Params = WganGpTraining
    against = "packshot_gan.wgan_gp_game:opponents"
    learns_by = "packshot_gan.wgan_gp_game:loss"
    defaults: ClassVar[Json] = {
        "batch": 64,
        "steps": 30_000,
        "optimiser": {"kind": "adam", "lr": 1e-4, "betas": [0.0, 0.9], "clip": 0},
        "schedule": {"kind": "constant"},
        "validate_every": 2000,
        "validate_on": 2000,
    }

    def turns(self, params: WganGpTraining) -> tuple[str, ...]:
        """See Trainer."""
        return (*["critic"] * params.critic_turns, "generator")
