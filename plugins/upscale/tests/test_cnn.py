"""A tiny network trained on dead leaves, and the operation that it becomes."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data
from tests.trained.shelf import shelve_altered, train_and_shelve
from tests.trained.using import in_each_runtime, loaded, must_be_the_operation, offered

from packshot.contracts.training import TrainingOrder
from packshot.errors import BadPhoto, BadSettings
from packshot.evaluation.luma import judged
from packshot.plugin import Frame, Run
from packshot.plugin.models.folder import ModelFolder
from packshot.training.picture import Picture
from packshot_upscale.bicubic import resized, shrunk
from packshot_upscale.cnn import CnnUpscale, enlarged
from packshot_upscale.cnn_trainer import UpscaleTrainer

pytestmark = pytest.mark.torch

TINY = {"channels": 16, "blocks": 2, "patch": 16}
PHOTO = np.ascontiguousarray(data.astronaut()[:240, 60:300])
SMALL = shrunk(PHOTO, 2).astype(np.float32) / 255


def order(**fields):
    leaves = {"kind": "dead-leaves", "pictures": 40, "settings": {"side": 96, "smallest": 2}}
    given = {"trainer": "upscale.cnn", "name": "x2", "synthetic": [leaves], "params": TINY, "threads": 1, "loaders": 0}
    given |= {"steps": 300, "batch": 8, "device": "cpu", "optimiser": {"lr": 4e-3}, "ema": 0.95, "validate_every": 300}
    return TrainingOrder.model_validate(given | fields)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A training, and the models folder with what it made."""
    return train_and_shelve(order(), tmp_path_factory.mktemp("trained"))


@pytest.fixture
def operation(made, monkeypatch):
    return loaded(CnnUpscale, "x2", made[1], monkeypatch)


def test_it_learns_more_than_a_bicubic_enlargement_in_half_a_minute(operation):
    answer = operation.run(Frame.of(SMALL), operation.Params(), Run()).rgb
    bicubic, learned = (
        judged(PHOTO, np.rint(np.clip(large, 0, 1) * 255).astype(np.uint8), 2)["psnr_y"]
        for large in (resized(SMALL, *PHOTO.shape[:2]), answer)
    )
    assert learned > bicubic + 0.3


def test_the_classical_ones_are_measured_beside_with_the_same_factor(made):
    assert made[0].figures["psnr_y"].mean > 15
    assert set(made[0].baselines) == {"upscale.lanczos", "upscale.backprojection"}
    assert UpscaleTrainer().baseline("upscale.lanczos", UpscaleTrainer().params({"factor": 4})) == {"factor": 4}
    assert UpscaleTrainer().baseline("onnx.upscale.mine", UpscaleTrainer().params({})) == {}


def test_a_card_named_x2_is_the_operation_upscale_x2(made, monkeypatch):
    must_be_the_operation("upscale.x2", made, monkeypatch)


def test_the_operation_answers_as_the_network_did_in_training(operation):
    trainer = UpscaleTrainer()
    given = Frame.of(SMALL)
    trained = trainer.answer({"net": operation.net}, given, trainer.params(TINY))
    assert np.abs(operation.run(given, operation.Params(), Run()).rgb - trained.rgb).max() < 1e-5


@pytest.mark.parametrize("size", [(1, 1), (1, 70), (23, 17)])
def test_the_two_runtimes_agree(operation, size, monkeypatch):
    picture = np.random.default_rng(0).random((1, 3, *size), np.float32)
    one, other = (net(picture)[0] for net in in_each_runtime(type(operation), monkeypatch))
    assert np.abs(one - other).max() < 1e-3


def test_tiled_equals_whole_within_a_thousandth(operation, monkeypatch):
    picture = np.tile(SMALL, (2, 2, 1))
    monkeypatch.setattr("packshot_upscale.cnn.TILE", 4096)
    whole = enlarged(operation.net, operation.use, picture)
    monkeypatch.setattr("packshot_upscale.cnn.TILE", 100)
    assert np.abs(enlarged(operation.net, operation.use, picture) - whole).max() < 1e-3


def test_the_old_ground_does_not_bleed_into_a_cutout(operation):
    alpha = np.zeros((60, 60), np.float32)
    alpha[15:45, 20:40] = 1
    plain = np.full((60, 60, 3), 0.3, np.float32)
    on_white = np.where(alpha[..., None] > 0, plain, np.float32(1.0))
    after = operation.run(Frame.of(on_white, alpha), operation.Params(), Run())
    seen = after.alpha > 0
    assert np.abs(after.rgb - operation.run(Frame.of(plain, alpha), operation.Params(), Run()).rgb)[seen].max() < 1e-3
    assert after.alpha.shape == (120, 120)


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5, 3)])
@pytest.mark.parametrize("level", [0, 0.5, 1])
def test_any_size_comes_out_twice_as_large_and_finite(operation, size, level):
    after = operation.run(Frame.of(np.full((*size, 3), level, np.float32)), operation.Params(), Run()).rgb
    assert after.shape == (2 * size[0], 2 * size[1], 3)
    assert np.isfinite(after).all()


def test_a_result_that_nothing_could_open_is_refused(operation):
    with pytest.raises(BadPhoto, match="shrink it"):
        operation.run(Frame.of(np.broadcast_to(np.float32(0), (5500, 7300, 3))), operation.Params(), Run())


def test_weights_of_another_factor_are_refused_by_name(made, tmp_path, monkeypatch):
    shelve_altered(made[1], "x2", ModelFolder(tmp_path), factor=4)
    other = offered(CnnUpscale, "x2", ModelFolder(tmp_path), monkeypatch)
    with pytest.raises(BadSettings, match="x2 are of another network"):
        other.load("cpu")


@pytest.mark.parametrize("degradation", ["clean", "photo"])
def test_small_and_large_patches_lie_on_each_other(degradation):
    trainer = UpscaleTrainer()
    params = trainer.params({"patch": 32, "factor": 4, "degradation": degradation})
    for seed in range(20):
        example = trainer.example(Picture(PHOTO), params, np.random.default_rng(seed))
        small, large = (example[name].astype(np.float32).transpose(1, 2, 0) for name in ("small", "large"))
        assert small.shape == (32, 32, 3)
        again = resized(large, 32, 32)
        shifted = np.roll(again, 1, axis=1)
        assert np.square(small - again).mean() < np.square(small - shifted).mean()


def test_a_photo_is_harder_than_a_clean_picture_and_the_same_for_the_same_chance():
    trainer = UpscaleTrainer()
    clean, photo = (trainer.params({"degradation": kind}) for kind in ("clean", "photo"))
    picture = Picture(PHOTO)
    trials = [trainer.trials(picture, photo, np.random.default_rng(3))["small"].rgb for _ in range(2)]
    assert np.array_equal(*trials)
    figures = [
        trainer.figures("small", Frame.of(resized(given, *PHOTO.shape[:2])), picture, clean)["psnr_y"]
        for given in (trials[0], trainer.trials(picture, clean, np.random.default_rng(3))["small"].rgb)
    ]
    assert figures[0] < figures[1] - 0.5
