"""The weights that a training starts from."""

from __future__ import annotations

from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from packshot.contracts.training import TrainingOrder
from packshot.errors import BadParameters
from packshot.training.reader import Reader


def weights_of(order: TrainingOrder, reader: Reader) -> dict[str, Tensor]:
    """The parent's weights in float32, by name. Raises BadParameters for a file that is no safetensors, as the reader does."""
    assert order.parent is not None
    try:
        weights = load(reader.read(order.parent.digest))
    except SafetensorError as error:
        raise BadParameters(f"The parent {order.parent.digest} is no safetensors file: {error}.") from error
    return {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in weights.items()}
