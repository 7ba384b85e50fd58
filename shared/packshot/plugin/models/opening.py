"""Opening a network of packshot's own in the runtime that suits this machine."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load_file

from packshot.errors import BadSettings
from packshot.plugin.models.card import ModelCard
from packshot.plugin.models.folder import files_of
from packshot.plugin.models.net import Floats, Net
from packshot.plugin.models.net_use import NetUse
from packshot.plugin.models.onnx_net import OnnxNet
from packshot.plugin.models.quickest import quickest

if TYPE_CHECKING:
    from packshot.plugin.models.torch_net import TorchNet


def open_net(card: ModelCard, use: NetUse, device: str) -> Net:
    """The network of `card`, which `use` describes, with its weights in float32.

    One file of weights serves both runtimes. ONNX Runtime is given them with the graph that the training left beside; a card
    without a graph needs torch. On a GPU torch runs it, on the CPU ONNX Runtime; where torch is there already, the quicker of the
    two, measured now. To import torch for that would cost more than it gains.

    Raises ModelMissing, ModelDamaged, or BadSettings for weights that are not this network's, or where nothing runs it.
    """
    must_be_runnable(card)
    folder = files_of(card)
    weights = _weights(card, folder)
    graph = graph_of(card)
    nets: list[Net] = []
    if graph and _has("onnxruntime") and (device == "cpu" or not _has("torch")):
        nets.append(OnnxNet(card.name, (folder / graph).read_bytes(), weights, device))
    if not nets or ("torch" in sys.modules and _has("torch")):
        nets.append(_in_torch(card, use, weights, device))
    return nets[0] if len(nets) == 1 else quickest(nets, use.example_inputs())


def open_in_torch(card: ModelCard, use: NetUse, device: str) -> TorchNet:
    """The same in torch, whatever else is installed: for what goes through the network by gradients, which needs its `module`.

    Raises as `open_net`, and BadSettings where there is no torch.
    """
    if not _has("torch"):
        raise BadSettings(f"What is asked of the model {card.name} needs torch: pip install 'packshot[torch]'.")
    return _in_torch(card, use, _weights(card, files_of(card)), device)


def must_be_runnable(card: ModelCard) -> None:
    """Raises BadSettings where nothing is installed that runs the card's network, saying what to install."""
    if not (_has("torch") or (graph_of(card) and _has("onnxruntime"))):
        wanted = "nets" if graph_of(card) else "torch"
        raise BadSettings(f"Nothing is installed that runs the model {card.name}: pip install 'packshot[{wanted}]'.")


def graph_of(card: ModelCard) -> str | None:
    """The name of the card's file with the graph that ONNX Runtime needs; None where it has none."""
    return next((file.name for file in card.files if file.name.endswith(".onnx")), None)


def _in_torch(card: ModelCard, use: NetUse, weights: Mapping[str, Floats], device: str) -> TorchNet:
    from packshot.plugin.models.torch_net import with_weights  # noqa: PLC0415 - imports torch: the light install has none

    return with_weights(card.name, use.network(), weights, device)


def _weights(card: ModelCard, folder: Path) -> dict[str, Floats]:
    """The tensors of the card's safetensors file in float32, by name; a training names each by its network first."""
    names = [file.name for file in card.files if file.name.endswith(".safetensors")]
    if len(names) != 1:
        raise BadSettings(f"The card of {card.name} names {len(names)} safetensors files; it must name one.")
    return {
        name: array.astype(np.float32) if array.dtype.kind == "f" else array
        for name, array in load_file(folder / names[0]).items()
    }


def _has(package: str) -> bool:
    return find_spec(package) is not None
