"""Every family passes what any operation must, and the plugin stays light until a card asks for more."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from packshot.errors import BadSettings
from packshot.plugin.conformance import CHECKS, Subject
from packshot_onnx import plugin

from . import nets

FAMILIES = {
    "onnx.cutout": (nets.unlike_white(), {"size": [64, 64]}),
    "onnx.restore": (nets.affine(0.9), {"tile": 64, "multiple": 4}),
    "onnx.upscale": (nets.doubling(), {"scale": 2, "tile": 256}),
    "onnx.inpaint": (nets.near_filling((64, 64)), {}),
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("family", FAMILIES)
def test_conformance(shelf, family, check):
    content, use = FAMILIES[family]
    check(Subject.of(shelf.offer(family, content, **use).operation, quick=True))


def test_without_cards_it_offers_nothing(shelf):
    assert plugin.packshot_operations() == []


def test_without_its_extra_it_says_what_to_install_once_there_is_a_card(shelf, monkeypatch):
    monkeypatch.setattr(plugin, "find_spec", lambda name: None)
    assert plugin.packshot_operations() == []
    nets.shelve(shelf.folder, "onnx.restore", nets.affine())
    with pytest.raises(BadSettings, match=r"pip install 'packshot-onnx\[cpu\]'"):
        plugin.packshot_operations()


def test_offering_a_model_imports_no_runtime(shelf):
    nets.shelve(shelf.folder, "onnx.restore", nets.affine())
    script = (
        "import json, sys; from packshot_onnx.plugin import packshot_operations; "
        "specs = [operation.spec('').name for operation in packshot_operations()]; "
        "print(json.dumps([specs, [name for name in ('onnxruntime', 'torch', 'diffusers') if name in sys.modules]]))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == [["onnx.restore.tiny"], []]
