"""Each card is an operation of its own, and its weights and use are part of every result's key."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict

from packshot.contracts.plan import PlannedStep
from packshot.contracts.result import result_key
from packshot.errors import BadSettings
from packshot.plugin.models import ModelOperation

from .conftest import WEIGHTS, write_card


class Params(BaseModel):
    pass


class Use(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int = 320


class Cutout(ModelOperation[Params, Use]):
    """Cuts out."""

    family, prefix, handling, stage, title = "onnx.cutout", "my.cutout", "1", "preprocess", "Cut out"
    Params, Use = Params, Use


class Newer(Cutout):
    """Cuts out better."""

    handling = "2"


def key(folder, kind=Cutout, **card):
    spec = kind.for_card(write_card(folder, **card)).spec()
    step = PlannedStep(id="0", stage=spec.stage, operation=spec.name, major=spec.major, params={})
    return result_key("photo", spec, step)


def test_a_card_becomes_an_operation(folder):
    write_card(folder, name="one", version="2.1.0", title="One", summary="Sees mugs.", timeout_s=7.0)
    write_card(folder, name="two", use={"size": 640})
    one, two = Cutout.for_cards()
    spec = one.spec("my plugin")
    assert (spec.name, spec.version, spec.title, spec.timeout_s) == ("my.cutout.one", "2.1.0", "Cut out (One)", 7.0)
    assert spec.summary == "Sees mugs. Cuts out."
    assert two().use.size == 640


def test_the_key_of_a_result_depends_on_the_weights_the_use_and_the_handling(folder):
    keys = [
        key(folder),
        key(folder, content=WEIGHTS[1:]),
        key(folder, use={"size": 640}),
        key(folder, kind=Newer),
        key(folder, version="1.0.1"),
    ]
    assert len(set(keys)) == len(keys)
    assert key(folder, title="Another title", licence="BSD") == keys[0]


def test_a_card_that_does_not_suit_is_refused_alone(folder):
    write_card(folder, name="bad", use={"sise": 1})
    write_card(folder, name="good")
    bad, good = Cutout.for_cards()
    with pytest.raises(BadSettings, match="card of bad"):
        bad.spec()
    assert good.spec().name == "my.cutout.good"


def test_an_operation_runs_the_cards_of_further_families(folder):
    class Either(Cutout):
        further = ("onnx.matte",)

    write_card(folder)
    write_card(folder, name="other", family="onnx.matte")
    assert [one.card.name for one in Either.for_cards()] == ["net", "other"]
    assert [one.card.name for one in Cutout.for_cards()] == ["net"]
