"""What networks in training answer, as their operation would. Imports torch."""

from __future__ import annotations

from typing import Any

from packshot.plugin.models.torch_net import TorchNet
from packshot.training.judging import Answer
from packshot.training.trainer import Networks, Trainer


def answers_of(trainer: Trainer[Any], networks: Networks, params: Any) -> Answer:
    """The trainer's answers, by `networks` in evaluation mode."""
    nets = {name: TorchNet(network) for name, network in networks.items()}
    return lambda given: trainer.answer(nets, given, params)
