import shutil
from pathlib import Path

import pytest

from packshot.contracts.training import TrainingOrder
from packshot.errors import ArtifactDamaged, BadParameters, BadSettings, UnknownName
from packshot.training.checkpoint import checkpoints
from packshot.training.leg import Limit, run_leg
from packshot.training.trainers import find_trainer, load_trainers

from .test_leg import order_for, trained

pytestmark = pytest.mark.torch


def test_trainers_of_the_plugins_folder_are_found_by_name_or_kind():
    assert find_trainer("tests.brightener").name == "tests.brightener"
    with pytest.raises(UnknownName, match=r"several trainers tests: tests\.brightener, tests\.duel"):
        find_trainer("tests")
    with pytest.raises(UnknownName, match=r"Did you mean tests\.duel"):
        find_trainer("test.duel")


def test_a_plugin_that_fails_takes_no_other_trainer_with_it(plugins, monkeypatch):
    (plugins / "broken.py").write_text("1 / 0")
    monkeypatch.setenv("PACKSHOT_PLUGINS", "brightener,broken")
    found = load_trainers()
    assert list(found.specs) == ["tests.brightener"]
    with pytest.raises(UnknownName, match=r"Not loaded: broken.*ZeroDivisionError"):
        found.find("other")


def test_the_schema_of_a_trainer_makes_a_form():
    spec = load_trainers().specs["tests.brightener"]
    assert spec.params_schema["properties"]["width"]["default"] == 4
    assert spec.params_schema["additionalProperties"] is False
    assert TrainingOrder.model_json_schema()["properties"]["steps"]["description"]


def test_it_ends_early_when_it_stands_still_and_keeps_the_best(blobs, tmp_path):
    made = trained(order_for(blobs, steps=60, validate_every=2, patience=3, optimiser={"lr": 1.0}), tmp_path / "one", blobs)
    assert made.steps < 60
    assert made.steps == made.step + 6


def test_stop_ends_a_leg_after_a_step_with_a_checkpoint(blobs, tmp_path):
    leg = run_leg(order_for(blobs), tmp_path / "one", blobs.reader, stop=lambda: True)
    assert (leg.finished, leg.step, leg.steps) == (False, 1, 12)
    assert leg.checkpoint == checkpoints(tmp_path / "one")[-1]


def test_a_training_moves_to_another_folder_by_its_checkpoint(blobs, tmp_path):
    order = order_for(blobs)
    leg = run_leg(order, tmp_path / "here", blobs.reader, limit=Limit(steps=5))
    moved = shutil.copy(leg.checkpoint, tmp_path / "arrived")
    there = run_leg(order, tmp_path / "there", blobs.reader, checkpoint=moved)
    assert there.trained.weights == trained(order, tmp_path / "whole", blobs).weights


def test_a_leg_that_was_cut_goes_on_from_what_it_left_and_not_from_what_it_was_sent_with(blobs, tmp_path):
    order, folder = order_for(blobs), tmp_path / "one"
    first = run_leg(order, folder, blobs.reader, limit=Limit(steps=2))
    sent = Path(shutil.copy(first.checkpoint, tmp_path / "sent"))
    cut = run_leg(order, folder, blobs.reader, checkpoint=sent, limit=Limit(steps=4))
    again = run_leg(order, folder, blobs.reader, checkpoint=sent, limit=Limit(steps=1))
    assert (cut.step, again.step) == (6, 7)
    again.checkpoint.write_bytes(b"damaged")
    assert run_leg(order, folder, blobs.reader, checkpoint=sent, limit=Limit(steps=1)).step == 3


def test_checkpoints_of_another_order_and_damaged_ones_are_refused(blobs, tmp_path):
    leg = run_leg(order_for(blobs), tmp_path / "one", blobs.reader, limit=Limit(steps=2))
    with pytest.raises(BadParameters, match="another order"):
        run_leg(order_for(blobs, seed=5), tmp_path / "one", blobs.reader)
    leg.checkpoint.write_bytes(leg.checkpoint.read_bytes()[:100])
    with pytest.raises(ArtifactDamaged, match="Delete it to go on from the one before"):
        run_leg(order_for(blobs), tmp_path / "one", blobs.reader)


def test_it_starts_from_its_parent(blobs, tmp_path):
    parent = tmp_path / "parent"
    trained(order_for(blobs, steps=60, weights="float32"), parent, blobs)
    ref = blobs.put((parent / "result.safetensors").read_bytes(), "application/octet-stream")
    child = trained(order_for(blobs, steps=1, parent=ref.model_dump(), ema=0, optimiser={"lr": 1e-6}), tmp_path / "child", blobs)
    orphan = trained(order_for(blobs, steps=1, ema=0, optimiser={"lr": 1e-6}), tmp_path / "orphan", blobs)
    assert child.figures["psnr"].mean > orphan.figures["psnr"].mean + 3
    with pytest.raises(BadParameters, match="another network"):
        trained(order_for(blobs, trainer="tests.duel", parent=ref.model_dump()), tmp_path / "other", blobs)


def test_a_training_that_runs_away_says_so(blobs, tmp_path):
    wild = {"kind": "sgd", "lr": 1e30, "clip": 0}
    with pytest.raises(BadParameters, match=r"lower optimiser\.lr"):
        trained(order_for(blobs, optimiser=wild, params={"norm": False}, schedule={"warmup": 0}), tmp_path / "one", blobs)


@pytest.mark.parametrize(
    ("fields", "error", "said"),
    [
        ({"params": {"wide": 1}}, BadParameters, "tests.brightener does not take wide"),
        ({"trainer": "tests.nobody"}, UnknownName, "There is no trainer"),
        ({"device": "cuda:7"}, BadSettings, "shows 0 CUDA devices"),
        ({"precision": "float16"}, BadSettings, "for GPUs only"),
        ({"synthetic": [{"kind": "dead-leafs"}], "data": None}, UnknownName, "Did you mean dead-leaves"),
        ({"synthetic": [{"kind": "dead-leaves", "settings": {"size": 3}}], "data": None}, BadParameters, "with these settings"),
    ],
)
def test_orders_that_cannot_be_run_say_what_to_do(blobs, tmp_path, fields, error, said):
    with pytest.raises(error, match=said):
        run_leg(order_for(blobs, **fields), tmp_path / "one", blobs.reader)


def test_it_tells_how_it_comes_along(blobs, tmp_path):
    heard = []
    run_leg(order_for(blobs, folds=2), tmp_path / "one", blobs.reader, tell=heard.append)
    shares = [each.done for each in heard]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    looks = [each for each in heard if each.figures and not each.run]
    assert [each.step for each in looks] == [4, 8, 12]
    assert all((tmp_path / "one" / each.picture).read_bytes().startswith(b"\x89PNG") for each in looks)
    assert list((tmp_path / "one" / "tensorboard" / "fold-1-of-2").glob("events*"))


def test_what_only_the_data_set_says_completes_the_parameters(blobs, tmp_path):
    made = trained(order_for(blobs, trainer="tests.duel", data=blobs.manifest(category="mug"), steps=1), tmp_path / "one", blobs)
    assert made.params == {"categories": ["mug"]}
    assert made.use == {"categories": ["mug"]}
