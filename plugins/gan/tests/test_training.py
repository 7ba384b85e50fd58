"""Tiny generators, trained in seconds."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from tests.trained.using import loaded

from packshot.errors import BadParameters
from packshot.training.leg import Limit, run_leg
from packshot.training.reader import FolderReader
from packshot_gan.generate import Generate
from packshot_gan.modern_game import critic_loss
from packshot_gan.modern_trainer import ModernTrainer
from packshot_gan.play import Play
from packshot_gan.use import GeneratorUse

from .catalogue import catalogue
from .conftest import order_for

pytestmark = [pytest.mark.torch, pytest.mark.timeout(600)]  # a generator is trained before the first

TRAINERS = ["gan.dcgan", "gan.wgan-gp", "gan.modern"]


def weights_of(order, root, folder, **limit):
    while not (leg := run_leg(order, root / folder, FolderReader(root), limit=Limit(**limit))).finished:
        pass
    return leg.trained.weights


@pytest.mark.parametrize("trainer", TRAINERS)
def test_cut_into_legs_it_makes_the_same_weights(trainer, tmp_path):
    order = order_for(catalogue(tmp_path), trainer, steps=5, batch=4)
    assert weights_of(order, tmp_path, "whole") == weights_of(order, tmp_path, "cut", steps=2)


def test_how_strong_augmentation_has_become_survives_a_cut(tmp_path):
    order = order_for(catalogue(tmp_path), steps=6, batch=8)
    run_leg(order, tmp_path / "cut", FolderReader(tmp_path), limit=Limit(steps=3))
    (checkpoint,) = (tmp_path / "cut").glob("checkpoint-*.safetensors")
    assert load_file(checkpoint)["network.augment.probability"] > 0


def test_two_processes_agree_with_one(tmp_path):
    data = catalogue(tmp_path)
    fields = {
        "params": {"size": 16, "width": 4, "latent": 4, "augment": []},
        # Adam's first steps are as long for the smallest gradient as for any, rounding's too.
        "optimiser": {"kind": "sgd", "lr": 0.05},
        "weights": "float32",
    }
    made = []
    for count, folder in ((1, "one"), (2, "two")):
        order = order_for(data, steps=2, batch=8, processes=count, **fields)
        assert run_leg(order, tmp_path / folder, FolderReader(tmp_path)).finished
        made.append(load_file(tmp_path / folder / "result.safetensors"))
    assert made[0].keys() == made[1].keys()
    assert max(float(np.abs(made[0][name] - made[1][name]).max()) for name in made[0]) < 1e-5


def test_it_learns_what_each_class_looks_like(made, monkeypatch):
    operation = loaded(Generate, "tiny", made[1], monkeypatch)
    latents = np.random.default_rng(0).standard_normal((32, 8), np.float32)
    level = {
        category: float(operation.pictures(latents, operation.classes(category, range(32))).mean())
        for category in operation.use.classes
    }
    assert level["round"] > level["bar"] + 0.05


def test_the_data_sets_categories_are_its_classes(made):
    assert made[0].use["classes"] == ["bar", "round"]
    assert made[0].params["classes"] == ["bar", "round"]


@pytest.mark.parametrize("size", [28, 32, 40, 48, 64, 96, 128, 224, 256])
def test_sizes_that_double_from_4_to_7(size):
    assert GeneratorUse(size=size).size == size


@pytest.mark.parametrize("size", [18, 30, 36, 100, 300])
def test_other_sizes_are_refused_saying_which_are_not(size):
    with pytest.raises(BadParameters, match="times a power of two"):
        ModernTrainer().params({"size": size})


def test_the_same_mean_is_penalised_by_a_part_of_the_batch():
    trainer = ModernTrainer()
    whole, part = (trainer.params({"size": 16, "width": 4, "latent": 4, "penalised": share}) for share in (1.0, 0.5))
    torch.manual_seed(0)
    networks = trainer.networks(whole)
    real, made = torch.rand(2, 8, 3, 16, 16) * 2 - 1
    play = Play(real, made, torch.ones(8, 1, 1, 1), torch.rand(8, 1, 1, 1))
    other = play._replace(real=real.flip(0), made=made.flip(0))
    all_, first, second = (critic_loss(networks, given, params) for given, params in ((play, whole), (play, part), (other, part)))
    assert all_["slopes"].item() == pytest.approx((first["slopes"] + second["slopes"]).item() / 2, rel=1e-4)
    assert all_["gap"].item() == pytest.approx(first["gap"].item(), rel=1e-4, abs=1e-6)
