"""Weights that follow the trained ones slowly, and are the ones that are kept."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn


class Average:
    """The exponential moving average of networks' weights and of their running statistics.

    It starts fast and becomes slow: at step t the old average counts min(decay, (1 + t) / (10 + t)), as in TensorFlow's
    ExponentialMovingAverage; so the first, random weights are soon forgotten.
    """

    def __init__(self, networks: Mapping[str, nn.Module], decay: float) -> None:
        self._decay = decay
        self.tensors = state_of(networks)

    @torch.no_grad()
    def follow(self, networks: Mapping[str, nn.Module], step: int) -> None:
        """Take in the weights after `step`, counted from 0."""
        keep = min(self._decay, (1 + step) / (10 + step))
        for name, now in _named(networks):
            kept = self.tensors[name]
            if kept.is_floating_point():
                kept.lerp_(now, 1 - keep)
            else:
                kept.copy_(now)


def state_of(networks: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    """A copy of all weights and buffers, as `network.weight`."""
    return {name: tensor.detach().clone() for name, tensor in _named(networks)}


def put_state(networks: Mapping[str, nn.Module], tensors: Mapping[str, Tensor]) -> None:
    """Load what `state_of` gave."""
    with torch.no_grad():
        for name, tensor in _named(networks):
            tensor.copy_(tensors[name])


def _named(networks: Mapping[str, nn.Module]) -> list[tuple[str, Tensor]]:
    return [(f"{network}.{name}", tensor) for network, module in networks.items() for name, tensor in module.state_dict().items()]
