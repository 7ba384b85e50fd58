import pytest
import torch
from safetensors.torch import load_file

from packshot.contracts.training import TrainingOrder
from packshot.training.leg import Limit, run_leg

pytestmark = pytest.mark.torch


MADE = [
    {"kind": "studio", "share": 0.4, "pictures": 8, "settings": {"side": 32, "families": ["can"]}},
    {"kind": "dead-leaves", "share": 0.4, "pictures": 8, "settings": {"side": 32}},
]


def order_for(blobs, **fields):
    given = {
        "trainer": "tests.brightener",
        "data": blobs.manifest(),
        "steps": 12,
        "batch": 4,
        "loaders": 0,
        "threads": 1,
        "validate_every": 4,
        "device": "cpu",
        "optimiser": {"lr": 0.05},
        "baselines": (),
    }
    return TrainingOrder.model_validate(given | fields)


def trained(order, folder, blobs, **limit):
    while not (leg := run_leg(order, folder, blobs.reader, limit=Limit(**limit))).finished:
        pass
    return leg.trained


def test_the_same_seed_makes_the_same_weights_and_another_seed_others(blobs, tmp_path):
    one, again = (trained(order_for(blobs), tmp_path / name, blobs) for name in ("one", "again"))
    assert one.weights == again.weights
    assert one.weights != trained(order_for(blobs, seed=1), tmp_path / "other", blobs).weights


def test_it_learns(blobs, tmp_path):
    made = trained(order_for(blobs, steps=150, validate_every=50), tmp_path / "one", blobs)
    before = trained(order_for(blobs, steps=1), tmp_path / "before", blobs)
    assert made.figures["psnr"].mean > before.figures["psnr"].mean + 6
    assert made.figures["psnr"].low <= made.figures["psnr"].mean <= made.figures["psnr"].high
    assert made.figures["psnr"].pictures == 3


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"ema": 0, "optimiser": {"kind": "sgd", "lr": 0.01}},
        {"trainer": "tests.duel"},
        {"synthetic": MADE},
    ],
)
def test_legs_of_any_length_make_the_same_weights_as_one(blobs, tmp_path, fields):
    order = order_for(blobs, **fields)
    whole = trained(order, tmp_path / "whole", blobs)
    cut = trained(order, tmp_path / "cut", blobs, steps=5)
    assert whole.weights == cut.weights
    assert whole.figures == cut.figures


def test_folds_and_trials_cut_anywhere_end_in_the_same_weights(blobs, tmp_path):
    search = {
        "space": {"optimiser.lr": {"low": 1e-3, "high": 0.1, "log": True}, "params.width": {"choices": [2, 4]}},
        "trials": 3,
        "steps": 4,
    }
    order = order_for(blobs, search=search, folds=2, steps=6, validate_every=2)
    whole = trained(order, tmp_path / "whole", blobs)
    cut = trained(order, tmp_path / "cut", blobs, steps=3)
    assert whole.weights == cut.weights
    assert [run.run for run in whole.runs] == ["trial 1 of 3", "trial 2 of 3", "trial 3 of 3", "fold 1 of 2", "fold 2 of 2", ""]
    assert whole.runs == cut.runs


def test_two_processes_agree_with_one(blobs, tmp_path):
    # Batch normalisation sees a process's own part only, so it cannot agree.
    fields = {"ema": 0, "weights": "float32", "params": {"norm": False, "noise": 0.1}}
    one = trained(order_for(blobs, **fields, accumulate=2), tmp_path / "one", blobs)
    two = trained(order_for(blobs, **fields, processes=2), tmp_path / "two", blobs)
    assert two.figures["psnr"].mean == pytest.approx(one.figures["psnr"].mean, abs=1e-3)
    ours, theirs = (load_file(tmp_path / name / "result.safetensors") for name in ("one", "two"))
    assert all(torch.allclose(tensor, theirs[name], atol=1e-5) for name, tensor in ours.items())


def test_parts_one_after_the_other_are_as_good_as_a_batch(blobs, tmp_path):
    fields = {"ema": 0, "weights": "float32", "params": {"norm": False}}
    for name, parts in (("one", 1), ("parts", 4)):
        trained(order_for(blobs, **fields, accumulate=parts), tmp_path / name, blobs)
    ours, theirs = (load_file(tmp_path / name / "result.safetensors") for name in ("one", "parts"))
    assert all(torch.allclose(tensor, theirs[name], atol=1e-5) for name, tensor in ours.items())
