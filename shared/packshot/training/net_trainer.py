"""`NetTrainer`: a trainer of one network whose shape its parameters say. Importable without torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from packshot.contracts.model import Json
from packshot.plugin.models import NetUse
from packshot.training.trainer import Array, Trainer

if TYPE_CHECKING:
    from torch import nn

P = TypeVar("P", bound=NetUse)


class NetTrainer(Trainer[P], Generic[P]):
    """The base of trainers whose weights a NetOperation uses: `Params` is the operation's `Use`, and what only trainings take."""

    Use: type[NetUse]
    """What of the parameters the model's card says."""

    def networks(self, params: P) -> dict[str, nn.Module]:
        """See Trainer."""
        return {"net": params.network()}

    def example_inputs(self, params: P) -> tuple[Array, ...]:
        """See Trainer."""
        return params.example_inputs()

    def use(self, params: P) -> Json:
        """See Trainer."""
        return params.model_dump(mode="json", include=set(self.Use.model_fields))
