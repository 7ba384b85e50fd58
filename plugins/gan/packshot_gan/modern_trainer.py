"""How `gan.modern` is trained."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from packshot.contracts.model import Json
from packshot_gan.gan_trainer import GanTrainer, GanTraining


class ModernTraining(GanTraining):
    """What the training of `gan.modern` takes."""

    penalty: float = Field(0.2, ge=0, description="Weight of the gradient penalties R1 and R2, γ; larger pictures need more")
    penalised: float = Field(
        1.0, gt=0, le=1, description="Share of each batch whose gradients are penalised; less is quicker, the mean is the same"
    )
    augment: tuple[Literal["mirror", "shift", "cut", "colour"], ...] = Field(
        ("shift", "cut"), description="What may be done to the pictures that the critic sees, where the catalogue is small"
    )
    surest: float = Field(
        0.6, ge=0, lt=1, description="How sure the critic may become before it is done more often; ADA's target"
    )
    slowly: int = Field(100_000, ge=100, description="Pictures until it could be done to every one")


class ModernTrainer(GanTrainer[ModernTraining]):
    """Learns to make pictures of a catalogue, each judged beside a real one, with both gradient penalties (R3GAN, 2024).

    The one to begin with. What the critic sees is augmented where it learns the catalogue by heart, as it does with small ones.
    """

    name = "gan.modern"
    title = "Generator (relativistic, R1 and R2)"
    Params = ModernTraining
    against = "packshot_gan.modern_game:opponents"
    learns_by = "packshot_gan.modern_game:loss"
    defaults: ClassVar[Json] = {
        "batch": 64,
        "steps": 50_000,
        "optimiser": {"kind": "adam", "lr": 5e-4, "betas": [0.0, 0.99], "clip": 0},
        "schedule": {"kind": "cosine", "warmup": 100, "final": 0.05},
        "validate_every": 2000,
        "validate_on": 2000,
    }
