"""A model in ONNX Runtime: loaded on one device, held against its card, run on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from packshot.errors import BadSettings, OperationFailed
from packshot.plugin.models import ModelCard, files_of
from packshot.plugin.models.onnx_runtime import open_session

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]
Layout = Literal["NCHW", "NHWC"]

_DTYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}


@dataclass(frozen=True)
class Port:
    """One input or output of a model."""

    name: str
    dtype: type[Any]
    channels: int | None
    height: int | None
    width: int | None
    """None: any number."""

    @property
    def size(self) -> tuple[int, int] | None:
        """Height and width, if the model takes no other."""
        return None if self.height is None or self.width is None else (self.height, self.width)


class Session:
    """One model on one device."""

    def __init__(self, card: ModelCard, device: str, layout: Layout, output: str = "") -> None:
        """Raises ModelMissing, ModelDamaged, or BadSettings for a file that is no such model, or a device it cannot use."""
        self._card = card
        self._runtime = _open(card, device)
        self.inputs = tuple(self._port(port, layout) for port in self._runtime.get_inputs())
        names = [port.name for port in self._runtime.get_outputs()]
        self._output = output or names[0]
        if self._output not in names:
            raise BadSettings(f"The model {card.name} has no output {output!r}; it has {', '.join(names)}. Correct its card.")

    def run(self, *tensors: Array) -> Array:
        """What the model answers to its inputs, in their order. OperationFailed for what is no number."""
        named = {port.name: tensor for port, tensor in zip(self.inputs, tensors, strict=True)}
        answer = np.asarray(self._runtime.run([self._output], named)[0])
        if not np.isfinite(answer).all():
            raise OperationFailed(f"The model {self._card.name} answered with something that is no number; does its card fit it?")
        return answer

    def expect(self, *channels: Sequence[int]) -> None:
        """BadSettings unless there is an input for each of `channels`, with one of these numbers of channels."""
        told = ", ".join(f"{port.name} ({port.channels or 'any number of'} channels)" for port in self.inputs)
        if len(self.inputs) != len(channels) or not all(map(_fits, self.inputs, channels)):
            wanted = " and ".join("one of " + "/".join(map(str, one)) + " channels" for one in channels)
            raise BadSettings(
                f"The model {self._card.name} takes {told}, and {self._card.family} needs {wanted}. "
                "Is its card's family or layout wrong?"
            )

    def _port(self, port: Any, layout: Layout) -> Port:
        sides = [side if isinstance(side, int) and side > 0 else None for side in port.shape]
        if port.type not in _DTYPES or len(sides) != 4:
            raise BadSettings(
                f"The model {self._card.name} takes {port.name} as {port.type} of {len(sides)} axes; "
                "pictures are given as float, float16 or uint8 of 4 axes."
            )
        _, *rest = sides
        channels, height, width = rest if layout == "NCHW" else (rest[2], rest[0], rest[1])
        return Port(port.name, _DTYPES[port.type], channels, height, width)


def _fits(port: Port, channels: Sequence[int]) -> bool:
    if port.channels is None:
        # Three pixels high is no picture: those are the channels, of the other layout.
        return port.height not in channels
    return port.channels in channels


def _open(card: ModelCard, device: str) -> Any:
    models = [file.name for file in card.files if file.name.endswith(".onnx")]
    if len(models) != 1:
        raise BadSettings(f"The card of {card.name} names {len(models)} .onnx files; it must name one.")
    return open_session(card.name, str(files_of(card) / models[0]), device)
