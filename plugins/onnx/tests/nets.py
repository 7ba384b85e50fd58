"""Tiny ONNX models made by code, and their cards in a folder of models."""

from __future__ import annotations

import hashlib

import numpy as np
import onnx
import yaml
from onnx import TensorProto, helper, numpy_helper

from packshot.plugin.models import ModelCard
from packshot.plugin.models.folder import ModelFolder

FLOAT, HALF, BYTE = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.UINT8


def model(nodes, inputs, outputs, constants=None):
    """A model; `inputs` and `outputs` are (name, type, shape), `constants` arrays by name."""
    ports = [[helper.make_tensor_value_info(*port) for port in ports] for ports in (inputs, outputs)]
    weights = [numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()]
    graph = helper.make_graph(nodes, "net", *ports, weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 9
    onnx.checker.check_model(made)
    return made.SerializeToString()


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs, [output], **attributes)


def affine(gain=1.0, offset=0.0, shape=(1, 3, "h", "w"), kind=FLOAT):
    """out = gain · in + offset."""
    dtype = {FLOAT: np.float32, HALF: np.float16}[kind]
    nodes = [node("Mul", ["in", "gain"], "scaled"), node("Add", ["scaled", "offset"], "out")]
    constants = {"gain": dtype(gain), "offset": dtype(offset)}
    return model(nodes, [("in", kind, shape)], [("out", kind, shape)], constants)


def of_bytes():
    """Takes and answers whole numbers 0 to 255, and does nothing."""
    shape = (1, 3, "h", "w")
    return model([node("Identity", ["in"], "out")], [("in", BYTE, shape)], [("out", BYTE, shape)])


def blurring(shape=(1, 3, "h", "w"), reach=2, layers=2):
    """`layers` convolutions of random positive weights, each of which looks `reach` pixels far, with zeros beyond the border."""
    random = np.random.default_rng(0)
    nodes, constants = [], {}
    for layer in range(layers):
        kernel = random.random((3, 3, 2 * reach + 1, 2 * reach + 1), np.float32)
        constants[f"k{layer}"] = kernel / kernel.sum(axis=(1, 2, 3), keepdims=True)
        names = ["in" if layer == 0 else f"x{layer}", f"k{layer}"]
        nodes.append(node("Conv", names, "out" if layer == layers - 1 else f"x{layer + 1}", pads=[reach] * 4))
    return model(nodes, [("in", FLOAT, shape)], [("out", FLOAT, shape)], constants)


def doubling(shape=(1, 3, "h", "w")):
    """Twice as large, by a convolution and pixel shuffle: each pixel its own four."""
    random = np.random.default_rng(1)
    kernel = np.zeros((12, 3, 3, 3), np.float32)
    for out in range(12):
        kernel[out, out // 4, 1, 1] = 0.9
        kernel[out, out // 4] += random.random((3, 3), np.float32) / 90
    nodes = [node("Conv", ["in", "k"], "twelve", pads=[1] * 4), node("DepthToSpace", ["twelve"], "out", blocksize=2, mode="CRD")]
    size = tuple(2 * side if isinstance(side, int) else f"2{side}" for side in shape[2:])
    kernel /= kernel.sum(axis=(1, 2, 3), keepdims=True)
    return model(nodes, [("in", FLOAT, shape)], [("out", FLOAT, (1, 3, *size))], {"k": kernel})


def without_channel(size=(64, 64)):
    """A cutout whose mask has no axis for its channel."""
    nodes = [node("ReduceMin", ["in"], "darkest", axes=[1], keepdims=0), node("Sub", ["one", "darkest"], "out")]
    return model(nodes, [("in", FLOAT, (1, 3, *size))], [("out", FLOAT, (1, *size))], {"one": np.float32(1)})


def unlike_white(size=(64, 64), gain=1.25, offset=-0.05, logits=False):
    """A cutout: how far the darkest channel is from white, times `gain`, plus `offset`; clipped unless `logits`."""
    nodes = [
        node("ReduceMin", ["in"], "darkest", axes=[1], keepdims=1),
        node("Sub", ["one", "darkest"], "far"),
        node("Mul", ["far", "gain"], "much"),
        node("Add", ["much", "offset"], "logit"),
        *([] if logits else [node("Clip", ["logit", "zero", "one"], "out")]),
    ]
    constants = {name: np.float32(value) for name, value in {"one": 1, "gain": gain, "offset": offset, "zero": 0}.items()}
    return model(nodes, [("in", FLOAT, (1, 3, *size))], [("logit" if logits else "out", FLOAT, (1, 1, *size))], constants)


def near_filling(size=("h", "w"), offset=0.0, gain=1.0, reach=24):
    """An inpainter: fills with the mean of what it sees within `reach` pixels; answers (all of it + `offset`) · `gain`."""
    side = 2 * reach + 1
    nodes = [
        node("Sub", ["one", "mask"], "seen"),
        node("Mul", ["image", "seen"], "masked"),
        node("AveragePool", ["masked"], "sum", kernel_shape=[side] * 2, pads=[reach] * 4, count_include_pad=1),
        node("AveragePool", ["seen"], "share", kernel_shape=[side] * 2, pads=[reach] * 4, count_include_pad=1),
        node("Add", ["share", "tiny"], "some"),
        node("Div", ["sum", "some"], "mean"),
        node("Mul", ["mean", "mask"], "fill"),
        node("Add", ["masked", "fill"], "whole"),
        node("Add", ["whole", "offset"], "moved"),
        node("Mul", ["moved", "gain"], "out"),
    ]
    constants = {name: np.float32(value) for name, value in {"one": 1, "tiny": 1e-6, "offset": offset, "gain": gain}.items()}
    inputs = [("image", FLOAT, (1, 3, *size)), ("mask", FLOAT, (1, 1, *size))]
    return model(nodes, inputs, [("out", FLOAT, (1, 3, *size))], constants)


def shelve(folder, family, content, name="tiny", **use):
    """The card of a model that is now in `folder`."""
    digest = hashlib.sha256(content).hexdigest()
    file = {"name": "net.onnx", "sha256": digest, "bytes": len(content)}
    card = {"name": name, "family": family, "licence": "MIT", "files": [file], "use": use}
    folder = ModelFolder(folder)
    folder.card_path(name).parent.mkdir(parents=True, exist_ok=True)
    folder.card_path(name).write_text(yaml.safe_dump(card))
    read = ModelCard.model_validate(card)
    path = folder.path(read.files[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    folder.link(read)
    return path
