"""A tiny denoiser trained on dead leaves, and the operation that it becomes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage import data
from tests.trained.shelf import shelve_altered, train_and_shelve
from tests.trained.using import loaded, must_be_the_operation, offered

from packshot.contracts.training import TrainingOrder
from packshot.errors import BadSettings
from packshot.plugin import Frame, Run
from packshot.plugin.models.folder import ModelFolder
from packshot_denoise.cnn import CnnDenoise, CnnUse, denoised
from packshot_denoise.cnn_trainer import CnnTrainer
from packshot_denoise.degrade import camera_noise, white_noise
from packshot_denoise.noise import Noise, noise_of

pytestmark = pytest.mark.torch

TINY = {"widths": [8, 12, 16], "blocks": 1, "patch": 32}
PHOTO = np.ascontiguousarray(data.astronaut()[:200, 60:300])


def order(**fields):
    leaves = {"kind": "dead-leaves", "pictures": 40, "settings": {"side": 96}}
    given = {
        "trainer": "denoise.cnn",
        "synthetic": [leaves],
        "params": TINY,
        "steps": 250,
        "threads": 1,
        "batch": 8,
        "loaders": 0,
        "device": "cpu",
    }
    return TrainingOrder.model_validate(given | {"optimiser": {"lr": 6e-3}, "ema": 0.95, "validate_every": 250} | fields)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A training, and the models folder with what it made."""
    return train_and_shelve(order(baselines=["denoise.bilateral"]), tmp_path_factory.mktemp("denoiser"))


@pytest.fixture
def operation(made, monkeypatch):
    return loaded(CnnDenoise, "cnn", made[1], monkeypatch)


def test_it_learns_to_denoise_in_half_a_minute(made):
    figures = made[0].figures
    assert figures["psnr.sigma50"].mean > 10 * np.log10(255**2 / 50**2) + 2
    assert figures["psnr.sigma25"].mean > 10 * np.log10(255**2 / 25**2) + 1
    assert "psnr.sigma25" in made[0].baselines["denoise.bilateral"]


def test_a_card_named_cnn_is_the_operation_denoise_cnn(made, monkeypatch):
    must_be_the_operation("denoise.cnn", made, monkeypatch)


def test_the_operation_answers_as_the_network_did_in_training(operation):
    trainer = CnnTrainer()
    params = trainer.params(TINY)
    given = Frame.of(white_noise(PHOTO.astype(np.float32) / 255, 25 / 255, np.random.default_rng(0)))
    trained = trainer.answer({"net": operation.net}, given, params)
    answer = operation.run(given, operation.Params(), Run())
    assert np.abs(answer.rgb - trained.rgb).max() < 1e-5
    assert answer.findings["denoise.cnn"]["changed"]


def test_it_is_better_than_the_noisy_picture_and_stronger_when_asked(operation):
    clean = PHOTO.astype(np.float32) / 255
    given = Frame.of(white_noise(clean, 40 / 255, np.random.default_rng(1)))
    answer = operation.run(given, operation.Params(), Run()).rgb
    assert np.square(answer - clean).mean() < 0.7 * np.square(given.rgb - clean).mean()
    stronger = operation.run(given, operation.Params(strength=1.5), Run()).rgb
    assert np.square(np.diff(stronger, axis=0)).mean() < np.square(np.diff(answer, axis=0)).mean()


def test_tiled_equals_whole_within_a_thousandth(operation, monkeypatch):
    picture = white_noise(np.tile(PHOTO, (3, 3, 1)).astype(np.float32) / 255, 25 / 255, np.random.default_rng(2))
    noise = noise_of(Frame.of(picture), 25)
    assert isinstance(noise, Noise)
    monkeypatch.setattr("packshot_denoise.cnn.TILE", 4096)
    whole = denoised(operation.net, operation.use, picture, noise)
    monkeypatch.setattr("packshot_denoise.product.ROWS", 256)
    monkeypatch.setattr("packshot_denoise.cnn.TILE", 320)
    tiled = operation.run(Frame.of(picture), operation.Params(sigma=25), Run()).rgb
    assert np.abs(tiled - whole).max() < 1e-3


def test_without_biases_it_is_homogeneous():
    net = CnnUse(widths=(8, 12), blocks=1, bias=False).network().eval()
    noisy, sigma = torch.rand(1, 3, 16, 16), torch.full((1, 1, 1, 1), 0.1)
    with torch.inference_mode():
        assert torch.allclose(net(noisy * 3, sigma * 3), net(noisy, sigma) * 3, atol=1e-5)


def test_weights_of_another_network_are_refused_by_name(made, tmp_path, monkeypatch):
    shelve_altered(made[1], "cnn", ModelFolder(tmp_path), widths=[8, 16])
    other = offered(CnnDenoise, "cnn", ModelFolder(tmp_path), monkeypatch)
    with pytest.raises(BadSettings, match="cnn are of another network"):
        other.load("cpu")


@pytest.mark.parametrize("make", [white_noise, camera_noise])
def test_noise_has_the_strength_that_is_asked_for(make):
    grey = np.full((200, 200, 3), 0.5, np.float32)
    assert make(grey, 0.1, np.random.default_rng(0)).std() == pytest.approx(0.1, rel=0.15)
