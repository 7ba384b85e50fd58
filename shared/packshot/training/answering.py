"""What networks in training answer, as their operation would. Imports torch."""

from __future__ import annotations

from typing import Any

from packshot.plugin.models.torch_net import TorchNet
from packshot.training.judging import Answer
from packshot.training.trainer import Nets, Networks, Trainer


def nets_of(networks: Networks) -> Nets:
    """`networks`, in evaluation mode, as operations call them: trainers judge what operations will have."""
    return {name: TorchNet(network) for name, network in networks.items()}


def answers_of(trainer: Trainer[Any], nets: Nets, params: Any) -> Answer:
    """The trainer's answers by `nets`."""
    return lambda given: trainer.answer(nets, given, params)
