"""A network that a user brings as an ONNX file looks as its card says."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import yaml
from onnx import TensorProto, helper

from packshot.errors import BadParameters, BadSettings, ModelDamaged
from packshot.features import features_of, find_network, network_names
from packshot.plugin.models.adding import add_card, describe
from packshot.plugin.models.folder import ModelFolder

USE = {"side": 16, "mean": [0.5], "std": [0.25], "output": "pooled"}


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Puts a network that gives means of channels into a models folder, with a card that says `use`."""
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()

    def bring(**use):
        nodes = [
            helper.make_node("Relu", ["given"], ["hidden"]),
            helper.make_node("GlobalAveragePool", ["given"], ["pooled"]),
        ]
        floats = TensorProto.FLOAT
        graph = helper.make_graph(
            nodes,
            "means",
            [helper.make_tensor_value_info("given", floats, ["n", 3, 16, 16])],
            [helper.make_tensor_value_info("hidden", floats, None), helper.make_tensor_value_info("pooled", floats, None)],
        )
        path = tmp_path / "means.onnx"
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
        (file,) = describe(path)
        card = {
            "name": "means",
            "family": "features.onnx",
            "licence": "own",
            "files": [file.model_dump(mode="json")],
            "use": {**USE, **use},
        }
        (tmp_path / "card.yaml").write_text(yaml.safe_dump(card))
        add_card(tmp_path / "card.yaml", [path], ModelFolder(tmp_path / "models"))

    return bring


def test_pictures_are_given_as_its_card_says(bring):
    bring()
    assert "means" in network_names()
    picture = np.full((8, 8, 3), 255, np.uint8)
    picture[..., 2] = 0
    assert features_of([picture] * 3, "means") == pytest.approx(np.array([[2, 2, -2]] * 3), abs=1e-6)


def test_it_tells_nothing_apart(bring):
    bring()
    network = find_network("means")
    assert network.tasks == {}
    with pytest.raises(BadParameters, match="no task"):
        network.look([np.zeros((8, 8, 3), np.uint8)]).told()


def test_another_card_is_another_network(bring):
    bring()
    first = find_network("means").digest
    bring(std=[0.5])
    assert find_network("means").digest != first


def test_an_output_that_is_not_there_and_a_damaged_file_are_said(bring, tmp_path):
    bring(output="last")
    with pytest.raises(BadSettings, match="hidden, pooled"):
        find_network("means")
    bring()
    (only,) = (tmp_path / "models" / "files").iterdir()
    only.write_bytes(b"something else")
    with pytest.raises(ModelDamaged):
        find_network("means")
