"""What generator and critic play with. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from torch import Tensor

from packshot.training.trainer import Networks


class Play(NamedTuple):
    """Real pictures and as many made ones, of the same classes."""

    real: Tensor
    """B×C×H×W, -1..1."""
    made: Tensor
    """The same."""
    label: Tensor
    """B×kinds×1×1: 1 at the class."""
    share: Tensor
    """B×1×1×1, 0..1: a place between the two."""


def play_of(turn: str, networks: Networks, batch: Mapping[str, Tensor]) -> Play:
    """The batch's pictures beside made ones, through which at the critic's turn no gradient goes to the generator."""
    made = networks["generator"](batch["latent"], batch["label"])
    return Play(batch["picture"].float() / 127.5 - 1, made.detach() if turn == "critic" else made, batch["label"], batch["share"])
