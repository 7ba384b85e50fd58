"""How `gan.modern` is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from packshot.contracts.model import Json
from packshot.training.trainer import Losses, Networks
from packshot_gan.gan_trainer import GanTrainer, GanTraining, Play

if TYPE_CHECKING:
    from torch import nn


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
    defaults: ClassVar[Json] = {
        "batch": 64,
        "steps": 50_000,
        "optimiser": {"kind": "adam", "lr": 5e-4, "betas": [0.0, 0.99], "clip": 0},
        "schedule": {"kind": "cosine", "warmup": 100, "final": 0.05},
        "validate_every": 2000,
        "validate_on": 2000,
    }

    def opponents(self, params: ModernTraining) -> dict[str, nn.Module]:
        """See GanTrainer."""
        from packshot_gan.augment import Augment  # noqa: PLC0415 - imports torch
        from packshot_gan.residual import ResidualCritic  # noqa: PLC0415 - imports torch

        return {"critic": ResidualCritic(params), "augment": Augment(params.augment)}

    def critic_loss(self, networks: Networks, play: Play, params: ModernTraining) -> Losses:
        """See GanTrainer. In float32: penalties are slopes of slopes, which half precision loses."""
        import torch  # noqa: PLC0415 - the module of a trainer imports torch only where it trains

        from packshot_gan import r3gan  # noqa: PLC0415 - imports torch
        from packshot_gan.augment import Augment  # noqa: PLC0415 - as above

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
            loss = r3gan.relativistic(of_real, of_made)
        # A relativistic critic has no zero of its own: that a real picture is above its made one stands for D(x) > 0.
        augment.adapt((of_real - of_made).sign(), params.surest, params.slowly)
        return {
            "loss": loss + params.penalty / 2 * slopes,
            "gap": (of_real - of_made).mean(),
            "slopes": slopes,
            "augment": augment.probability.clone(),
        }

    def generator_loss(self, networks: Networks, play: Play, params: ModernTraining) -> Losses:
        """See GanTrainer."""
        import torch  # noqa: PLC0415 - the module of a trainer imports torch only where it trains

        from packshot_gan import r3gan  # noqa: PLC0415 - imports torch

        said = networks["critic"](networks["augment"](torch.cat((play.real, play.made))), torch.cat((play.label, play.label)))
        of_real, of_made = said.chunk(2)
        return {"loss": r3gan.relativistic(of_made, of_real)}
