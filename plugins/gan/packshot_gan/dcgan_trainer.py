"""How `gan.dcgan` is trained."""

from __future__ import annotations

from typing import ClassVar, Literal

from packshot.contracts.model import Json
from packshot_gan.gan_trainer import GanTrainer, GanTraining


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
    against = "packshot_gan.dcgan_game:opponents"
    learns_by = "packshot_gan.dcgan_game:loss"
    defaults: ClassVar[Json] = {
        "batch": 64,
        "steps": 50_000,
        "optimiser": {"kind": "adam", "lr": 2e-4, "betas": [0.5, 0.999], "clip": 0},
        "schedule": {"kind": "constant"},
        "validate_every": 2000,
        "validate_on": 2000,
    }
