"""One set of weights in two runtimes, and models that come with a plugin."""

from __future__ import annotations

import hashlib
import sys
import time

import numpy as np
import pytest
import torch
import yaml
from pydantic import BaseModel
from safetensors.torch import save_file
from torch import nn

from packshot.errors import BadSettings, ModelDamaged
from packshot.plugin import Frame, Pixels
from packshot.plugin.models import ModelCard, ModelFile, NetOperation, NetUse
from packshot.plugin.models.adding import add_card
from packshot.plugin.models.folder import ModelFolder
from packshot.plugin.models.opening import open_in_torch
from packshot.plugin.models.quickest import quickest
from packshot.training.graph import write_graph

pytestmark = pytest.mark.torch


class Use(NetUse):
    width: int = 4

    def network(self):
        return network(self.width)

    def example_inputs(self):
        return (np.random.default_rng(0).random((1, 3, 16, 16), np.float32),)


class Params(BaseModel):
    pass


class Brighter(NetOperation[Params, Use]):
    """Makes it brighter."""

    family, prefix, handling = "nets.bright", "nets", "1"
    stage = "edit"
    title = "Brighter"
    Params = Params
    Use = Use
    takes = Pixels.FLOAT

    def run(self, frame, params, run):
        (made,) = self.net(frame.rgb.transpose(2, 0, 1)[None])
        return frame.with_rgb(made[0].transpose(1, 2, 0))


def network(width=4):
    torch.manual_seed(3)
    net = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, 3, 1))
    net[1].running_var.fill_(0.5)
    return net


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A folder with a card, weights in float16, and the graph."""
    folder = tmp_path_factory.mktemp("model")
    net = network()
    state = {f"net.{name}": tensor.half() if tensor.is_floating_point() else tensor for name, tensor in net.state_dict().items()}
    save_file(state, folder / "weights.safetensors")
    write_graph({"net": net}, (np.zeros((1, 3, 16, 16), np.float32),), folder / "graph.onnx")
    write_card(folder)
    return folder


def write_card(folder, *names, **fields):
    files = [folder / name for name in names or ("weights.safetensors", "graph.onnx")]
    card = ModelCard(
        name="bright",
        family="nets.bright",
        licence="CC0-1.0",
        files=tuple(ModelFile(name=file.name, sha256=digest(file), bytes=file.stat().st_size) for file in files),
        **fields,
    )
    (folder / "card.yaml").write_text(yaml.safe_dump(card.model_dump(mode="json", exclude_defaults=True)))


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def loaded(monkeypatch, folder, root, *, without=()):
    """The operation with the model in `folder`, as loaded where the packages `without` are not installed."""
    add_card(folder / "card.yaml", [folder], ModelFolder(root))
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(root))
    monkeypatch.setattr("packshot.plugin.models.opening._has", lambda package: package not in without)
    (offered,) = Brighter.for_cards()
    offered.spec()
    operation = offered()
    operation.load("cpu")
    return operation


def test_both_runtimes_make_the_same_of_any_size(model, tmp_path, monkeypatch):
    in_torch = loaded(monkeypatch, model, tmp_path, without=["onnxruntime"])
    in_onnx = loaded(monkeypatch, model, tmp_path, without=["torch"])
    assert (in_torch.net.runtime, in_onnx.net.runtime) == ("torch", "onnx")
    for shape in ((1, 3, 16, 16), (2, 3, 33, 8), (1, 3, 1, 1)):
        given = np.random.default_rng(1).random(shape, np.float32)
        ours, theirs = in_torch.net(given)[0], in_onnx.net(given)[0]
        assert ours.shape == theirs.shape == shape
        assert np.abs(ours - theirs).max() < 1e-5


def test_gradients_go_through_the_module_whatever_runs_the_network(model, tmp_path, monkeypatch):
    operation = loaded(monkeypatch, model, tmp_path, without=[])
    module = open_in_torch(operation.card, operation.use, "cpu").module
    given = torch.rand(1, 3, 4, 4, requires_grad=True)
    module(given).sum().backward()
    assert float(given.grad.abs().sum()) > 0
    monkeypatch.setattr("packshot.plugin.models.opening._has", lambda package: package != "torch")
    with pytest.raises(BadSettings, match=r"needs torch.*packshot\[torch\]"):
        open_in_torch(operation.card, operation.use, "cpu")


def test_without_torch_the_light_install_runs_it_and_never_imports_torch(model, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    operation = loaded(monkeypatch, model, tmp_path, without=["torch"])
    picture = Frame.of(np.full((5, 7, 3), 0.5, np.float32))
    assert operation.run(picture, Params(), None).rgb.shape == (5, 7, 3)


def test_where_nothing_runs_it_the_operation_alone_is_refused_and_says_what_to_install(model, tmp_path, monkeypatch):
    with pytest.raises(BadSettings, match=r"packshot\[nets\]"):
        loaded(monkeypatch, model, tmp_path, without=["torch", "onnxruntime"])
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "weights.safetensors").write_bytes((model / "weights.safetensors").read_bytes())
    write_card(bare, "weights.safetensors")
    with pytest.raises(BadSettings, match=r"packshot\[torch\]"):
        loaded(monkeypatch, bare, tmp_path / "models", without=["torch"])


@pytest.mark.parametrize("without", ["torch", "onnxruntime"])
def test_weights_of_another_network_are_refused(model, tmp_path, monkeypatch, without):
    other = tmp_path / "other"
    other.mkdir()
    (other / "graph.onnx").write_bytes((model / "graph.onnx").read_bytes())
    save_file({f"net.{name}": tensor for name, tensor in network(8).state_dict().items()}, other / "weights.safetensors")
    write_card(other)
    with pytest.raises(BadSettings, match="bright"):
        loaded(monkeypatch, other, tmp_path / "models", without=[without])


def test_networks_of_one_shape_make_equal_graphs_that_hold_no_weights_and_no_place(model, tmp_path):
    other = network()
    torch.nn.init.zeros_(other[0].weight)
    write_graph({"net": other}, (np.zeros((1, 3, 16, 16), np.float32),), tmp_path / "again.onnx")
    graph = (model / "graph.onnx").read_bytes()
    assert (tmp_path / "again.onnx").read_bytes() == graph
    assert network()[0].weight.detach().numpy().tobytes() not in graph
    assert b".py" not in graph


@pytest.fixture
def shipped(model, tmp_path, monkeypatch):
    """A package that brings the model."""
    package = tmp_path / "packages" / "bringing"
    (package / "models").mkdir(parents=True)
    (package / "__init__.py").touch()
    for name in ("weights.safetensors", "graph.onnx"):
        (package / "models" / name).write_bytes((model / name).read_bytes())
    (package / "models" / "bright.yaml").write_bytes((model / "card.yaml").read_bytes())
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    monkeypatch.setattr(Brighter, "ships", "bringing")
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(tmp_path / "models"))
    yield package
    sys.modules.pop("bringing", None)


def test_a_model_that_comes_with_its_plugin_is_offered_until_there_is_one_of_its_name_and_major(shipped, model, tmp_path):
    (offered,) = Brighter.for_cards()
    assert offered.card.folder == shipped / "models"
    offered().load("cpu")
    own = tmp_path / "own"
    own.mkdir()
    for name in ("weights.safetensors", "graph.onnx"):
        (own / name).write_bytes((model / name).read_bytes())
    write_card(own, version="1.2.0")
    add_card(own / "card.yaml", [own], ModelFolder(tmp_path / "models"))
    assert [one.version for one in Brighter.for_cards()] == ["1.2.0"]
    write_card(own, version="2.0.0")
    add_card(own / "card.yaml", [own], ModelFolder(tmp_path / "models"))
    assert [one.version for one in Brighter.for_cards()] == ["2.0.0", "1.0.0"]


@pytest.mark.parametrize("name", ["weights.safetensors", "graph.onnx"])
def test_a_damaged_file_of_a_plugin_is_refused_before_it_is_read(shipped, name):
    (shipped / "models" / name).write_bytes(b"something else")
    (offered,) = Brighter.for_cards()
    with pytest.raises(ModelDamaged, match=name):
        offered().load("cpu")


class Sleepy:
    def __init__(self, runtime, seconds, answer=0.0):
        self.runtime, self.seconds, self.answer = runtime, seconds, answer

    def __call__(self, *inputs):
        time.sleep(self.seconds)
        return (inputs[0] + np.float32(self.answer),)


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        (Sleepy("onnx", 0.03), Sleepy("torch", 0.003), "torch"),
        (Sleepy("onnx", 0.003), Sleepy("torch", 0.03), "onnx"),
        (Sleepy("onnx", 0.03), Sleepy("torch", 0.003, 0.01), "onnx"),
    ],
)
def test_the_quicker_runtime_is_chosen_if_it_makes_the_same(first, second, chosen):
    assert quickest([first, second], (np.zeros((1, 1, 2, 2), np.float32),)).runtime == chosen
