"""The graph of a trained network for ONNX Runtime, without its weights: those stay in the one file of weights. Imports torch."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from packshot.training.trainer import Array

OPSET = 17
_FREE = {0: "n", 2: "height", 3: "width"}


def write_graph(networks: Mapping[str, nn.Module], inputs: tuple[Array, ...], path: Path) -> None:
    """Write what `forward` of the one network in `networks` does to `path`: its inputs are N×C×H×W, N, H and W free.

    Every tensor of the network's state is external, by the name that the file of weights has for it (`net.head.weight`).
    `packshot.plugin.models.OnnxNet` opens it. Networks of one shape make equal bytes, whatever their weights.
    """
    ((name, network),) = networks.items()
    whole = _Named(name, copy.deepcopy(network).cpu()).eval()
    _make_different(whole)
    _trace(whole, tuple(torch.from_numpy(np.asarray(each)) for each in inputs), path)
    model = onnx.load(path)
    known = set(whole.state_dict())
    for tensor in model.graph.initializer:
        if tensor.name in known:
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="weights.safetensors")
    path.write_bytes(model.SerializeToString(deterministic=True))


class _Named(nn.Module):
    """So that the state's names begin with the network's."""

    def __init__(self, name: str, network: nn.Module) -> None:
        super().__init__()
        self.add_module(name, network)
        self._name = name

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        answer: Tensor | tuple[Tensor, ...] = getattr(self, self._name)(*inputs)
        return answer


def _make_different(whole: nn.Module) -> None:
    """Give every tensor other numbers: the exporter makes one of tensors that are equal, as fresh ones often are."""
    chance = torch.Generator().manual_seed(0)
    for tensor in whole.state_dict().values():
        if tensor.is_floating_point():
            tensor.uniform_(0.5, 1.5, generator=chance)


def _trace(whole: nn.Module, inputs: tuple[Tensor, ...], path: Path) -> None:
    """Write it as ONNX, with every tensor of the state by its name: nothing folded, no normalisation melted in."""
    with torch.no_grad(), warnings.catch_warnings():
        answer = whole(*inputs)
        made = [f"out{index}" for index in range(len(answer) if isinstance(answer, tuple) else 1)]
        given = [f"in{index}" for index in range(len(inputs))]
        # The older exporter: the newer one needs onnxscript, and renames the state.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            whole,
            inputs,
            path,
            input_names=given,
            output_names=made,
            # Names of their own: dimensions of one name are taken to be equal, and inputs' need not be.
            dynamic_axes={port: {axis: f"{name}_{port}" for axis, name in _FREE.items()} for port in (*given, *made)},
            opset_version=OPSET,
            do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE,
            dynamo=False,
        )
