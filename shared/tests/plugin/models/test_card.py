"""A card says what a model is; what could carry code, or lead out of the folder, is refused."""

from __future__ import annotations

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from packshot.errors import BadSettings
from packshot.plugin.models import ModelCard, ModelFile
from packshot.plugin.models.card import parse_use, read_card

DIGEST = "0" * 64


def card(**given):
    file = {"name": "net.onnx", "sha256": DIGEST, "bytes": 10}
    return ModelCard.model_validate({"name": "net", "family": "onnx.cutout", "licence": "MIT", "files": [file], **given})


@pytest.mark.parametrize(
    "name", ["net.pt", "net.pth", "net.ckpt", "net.bin", "net.pkl", "net", "code.py", "/net.onnx", "../net.onnx", "a/../net.onnx"]
)
def test_pickles_code_and_ways_out_are_refused(name):
    with pytest.raises(ValidationError, match="name"):
        ModelFile(name=name, sha256=DIGEST, bytes=1)


@pytest.mark.parametrize(
    "name", ["net.onnx", "net.onnx_data", "unet/diffusion_pytorch_model.safetensors", "tokenizer/merges.txt"]
)
def test_weights_and_what_describes_them_are_taken(name):
    assert ModelFile(name=name, sha256=DIGEST, bytes=1).name == name


def test_a_misspelt_field_is_named(tmp_path):
    written = card().model_dump(mode="json") | {"liscence": "MIT"}
    (tmp_path / "net.yaml").write_text(yaml.safe_dump(written))
    with pytest.raises(BadSettings, match="liscence"):
        read_card(tmp_path / "net.yaml")


@pytest.mark.parametrize("text", ["{", "- a list", "name: net", ""])
def test_what_is_no_card_is_refused_by_its_path(tmp_path, text):
    (tmp_path / "net.yaml").write_text(text)
    with pytest.raises(BadSettings, match=r"net\.yaml"):
        read_card(tmp_path / "net.yaml")


def test_the_weights_and_the_way_they_are_used_are_both_part_of_a_result():
    digests = {use.name: use.digest for use in card(use={"size": 320}).models("1")}
    assert digests["net/net.onnx"] == DIGEST
    assert digests["net (card)"] != card(use={"size": 512}).models("1")[-1].digest
    assert digests["net (card)"] != card(use={"size": 320}).models("2")[-1].digest
    assert digests["net (card)"] == card(use={"size": 320}, title="Net", licence="BSD").models("1")[-1].digest


def test_what_a_family_does_not_know_is_said_with_the_cards_name():
    class Use(BaseModel):
        model_config = ConfigDict(extra="forbid")
        size: int = 320

    assert parse_use(card(use={"size": 96}), Use).size == 96
    with pytest.raises(BadSettings, match=r"card of net .*use\.sise"):
        parse_use(card(use={"sise": 96}), Use)
