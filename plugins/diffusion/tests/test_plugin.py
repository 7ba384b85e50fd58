"""Pipelines come from local folders only, one copy of the weights serves all operations of a card, and misfits are named."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from packshot.errors import BadParameters, BadSettings, ModelDamaged
from packshot.plugin import Frame
from packshot.plugin.conformance import CHECKS, Subject
from packshot.plugin.devices import CPU
from packshot.plugin.instances import Instance
from packshot_diffusion import plugin

from . import tiny
from .conftest import run
from .test_operations import PHOTO

NAMES = ("diffusion.inpaint.tiny", "diffusion.background.tiny", "diffusion.relight.tiny")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_conformance(brought, name, check):
    brought(name)  # its weights stay loaded, as in a plugin host
    (operation,) = (each for each in plugin.packshot_operations() if each.name == name)
    check(Subject.of(operation, quick=True))


def test_the_operations_of_a_card_share_its_weights(brought):
    held = {id(brought(name)._operation._pipeline) for name in NAMES}
    assert len(held) == 1


def test_a_card_offers_what_it_names(shelf):
    shelf.bring(offers=["background"])
    assert [operation.name for operation in plugin.packshot_operations()] == ["diffusion.background.tiny"]


def test_a_pipeline_for_inpainting_only(shelf):
    shelf.bring(inpainting_only=True)
    made = run(Instance(shelf.offered("diffusion.inpaint.tiny"), (CPU,)), Frame.of(PHOTO), box=[0.2, 0.2, 0.5, 0.5])
    assert made.rgb.shape == PHOTO.shape
    with pytest.raises(BadSettings, match=r"9 input channels.*Take relight out"):
        Instance(shelf.offered("diffusion.relight.tiny"), (CPU,))


class Refusing:
    """A pipeline whose own filter does not like what it made."""

    def __call__(self, image, mask_image, prompt):
        return SimpleNamespace(images=[np.zeros((image.height, image.width, 3))], nsfw_content_detected=[True])


def test_what_the_models_own_filter_refuses_is_no_black_picture(shelf, monkeypatch):
    shelf.bring(size=48)
    instance = Instance(shelf.offered("diffusion.inpaint.tiny"), (CPU,))
    monkeypatch.setitem(instance._operation._pipeline._tasks, "inpaint", Refusing())
    with pytest.raises(BadParameters, match="another prompt"):
        run(instance, Frame.of(PHOTO), box=[0.2, 0.2, 0.5, 0.5])


@pytest.mark.parametrize("memory", ["sliced", "offloaded"])
def test_saving_memory_makes_nearly_the_same_picture(shelf, memory):
    shelf.bring("plain")
    shelf.bring("saving", memory=memory)
    made = [
        run(Instance(shelf.offered(f"diffusion.inpaint.{name}"), (CPU,)), Frame.of(PHOTO), box=[0.2, 0.2, 0.5, 0.5]).rgb.astype(
            int
        )
        for name in ("plain", "saving")
    ]
    assert abs(made[0] - made[1]).max() <= 2


@pytest.mark.parametrize(("use", "said"), [({"offers": []}, "offers"), ({"sise": 1}, "sise"), ({"dtype": "int4"}, "dtype")])
def test_a_card_that_does_not_suit_is_told_so(shelf, use, said):
    shelf.bring(**use)
    for operation in plugin.packshot_operations():
        with pytest.raises(BadSettings, match=rf"card of tiny .*use\.{said}"):
            operation.spec()


def test_a_folder_that_is_no_pipeline(shelf, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "model_index.json").write_text(json.dumps({"_class_name": "NoSuchPipeline"}))
    tiny.shelve(shelf.models, tmp_path / "own")
    with pytest.raises(BadSettings, match="diffusers cannot load the pipeline tiny"):
        Instance(shelf.offered("diffusion.inpaint.tiny"), (CPU,))


def test_a_damaged_pipeline_is_not_loaded(shelf):
    shelf.bring(size=40)
    next((shelf.models / "files").iterdir()).write_bytes(b"other")
    with pytest.raises(ModelDamaged, match="SHA-256 differs"):
        Instance(shelf.offered("diffusion.inpaint.tiny"), (CPU,))


def test_cuda_that_is_not_there_is_not_replaced_in_silence(shelf):
    shelf.bring()
    offered = shelf.offered("diffusion.inpaint.tiny")
    with pytest.raises(BadSettings, match="no CUDA"):
        offered.operation().load("cuda:0")
    assert Instance(offered, (CPU, "cuda:0")).device == CPU


def test_without_its_extra_it_says_what_to_install_once_there_is_a_card(shelf, monkeypatch):
    monkeypatch.setattr(plugin, "find_spec", lambda name: None)
    assert plugin.packshot_operations() == []
    shelf.bring()
    with pytest.raises(BadSettings, match=r"pip install 'packshot-diffusion\[diffusers\]'"):
        plugin.packshot_operations()


def test_offering_a_pipeline_imports_no_torch(shelf):
    shelf.bring()
    script = (
        "import json, sys; from packshot_diffusion.plugin import packshot_operations; "
        "specs = [operation.spec('').name for operation in packshot_operations()]; "
        "print(json.dumps([specs, [name for name in ('torch', 'diffusers', 'transformers') if name in sys.modules]]))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == [list(NAMES), []]
