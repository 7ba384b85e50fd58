"""A network in torch, as operations call it. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from packshot.errors import BadSettings
from packshot.plugin.models.net import Floats


class TorchNet:
    """See Net. Trainers judge what they train by it."""

    runtime: ClassVar[str] = "torch"

    def __init__(self, module: nn.Module) -> None:
        """`module` in evaluation mode, on its device."""
        self.module = module

    def __call__(self, *inputs: Floats) -> tuple[Floats, ...]:
        """See Net."""
        device = next(self.module.parameters()).device
        with torch.inference_mode():
            answer = self.module(*(_given(each).to(device) for each in inputs))
        return tuple(_taken(each) for each in (answer if isinstance(answer, tuple) else (answer,)))


def with_weights(name: str, module: nn.Module, weights: Mapping[str, Floats], device: str) -> TorchNet:
    """`module` with a model's weights, whose names begin with the network's, on `device`.

    BadSettings, which calls the model `name`, for weights of another network.
    """
    try:
        module.load_state_dict({each.partition(".")[2]: torch.from_numpy(array) for each, array in weights.items()})
    except RuntimeError as error:
        raise BadSettings(f"The weights of the model {name} are of another network than its card says.") from error
    return TorchNet(placed(module.float().eval(), device))


def placed(module: nn.Module, device: str) -> nn.Module:
    """`module` on `device`, its weights laid out with channels last, by which convolutions are quicker."""
    # torch's own types leave `memory_format` out.
    there: nn.Module = module.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return there


def _given(array: Floats) -> Tensor:
    tensor = torch.from_numpy(np.ascontiguousarray(array, np.float32))
    return tensor.contiguous(memory_format=torch.channels_last) if tensor.ndim == 4 else tensor


def _taken(tensor: Tensor) -> Floats:
    return np.ascontiguousarray(tensor.float().cpu().numpy())
