"""A tiny network trained to mend JPEGs of dead leaves, from the weights of a tiny denoiser, and the operation that it becomes."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from skimage import data
from tests.trained.shelf import train_and_shelve
from tests.trained.using import loaded, must_be_the_operation

from packshot.contracts.training import TrainingOrder
from packshot.evaluation.blocking import psnr_b
from packshot.evaluation.measures import psnr
from packshot.plugin import Frame, Run, Touch
from packshot.training.picture import Picture
from packshot_denoise.cnn import cleaned_of
from packshot_denoise.cnn_trainer import CnnTrainer
from packshot_denoise.compression import Compression
from packshot_denoise.degrade import as_jpeg
from packshot_denoise.jpeg_cnn import JpegCnn, level_of
from packshot_denoise.jpeg_cnn_trainer import JpegCnnTrainer

pytestmark = pytest.mark.torch

TINY = {"widths": [8, 12, 16], "blocks": 1, "patch": 32}
PHOTO = np.ascontiguousarray(data.astronaut()[:192, 60:300])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A training, and the models folder with what it made."""
    leaves = {"kind": "dead-leaves", "pictures": 40, "settings": {"side": 96}}
    order = {"trainer": "denoise.jpeg-cnn", "synthetic": [leaves], "params": {**TINY, "highest": 30}, "steps": 350, "batch": 8}
    order |= {"threads": 1, "loaders": 0, "device": "cpu", "optimiser": {"lr": 6e-3}, "ema": 0.95, "validate_every": 350}
    return train_and_shelve(TrainingOrder.model_validate(order | {"baselines": []}), tmp_path_factory.mktemp("mender"))


@pytest.fixture
def operation(made, monkeypatch):
    return loaded(JpegCnn, "jpeg-cnn", made[1], monkeypatch)


def test_a_card_named_jpeg_cnn_is_the_operation_denoise_jpeg_cnn(made, monkeypatch):
    must_be_the_operation("denoise.jpeg-cnn", made, monkeypatch)
    assert JpegCnn.touch is Touch.ENHANCED


def test_it_learns_to_mend_in_half_a_minute(made, operation):
    assert {f"{name}.q{quality}" for name in ("psnr", "psnr_b") for quality in (10, 20, 30, 40)} == set(made[0].figures)
    jpeg = as_jpeg(PHOTO, 10, full_colour=False)
    answer = operation.run(Frame.of(jpeg.astype(np.float32) / 255), operation.Params(), Run())
    mended = np.rint(np.clip(answer.rgb, 0, 1) * 255).astype(np.uint8)
    assert answer.findings["denoise.jpeg-cnn"] == {"quality": 10, "measured": True, "changed": True}
    assert psnr(PHOTO, mended) > psnr(PHOTO, jpeg) + 0.2
    assert psnr_b(PHOTO, mended) > psnr_b(PHOTO, jpeg) + 0.8


def test_the_operation_answers_as_the_network_did_in_training(operation):
    trainer = JpegCnnTrainer()
    given = trainer.trials(Picture(PHOTO), trainer.params({}), np.random.default_rng(0))["q20"]
    trained = trainer.answer({"net": operation.net}, given, trainer.params(TINY))
    assert np.abs(operation.run(given, operation.Params(), Run()).rgb - trained.rgb).max() < 1e-5


def test_tiled_equals_whole_within_a_thousandth(operation, monkeypatch):
    picture = np.tile(as_jpeg(PHOTO, 20, full_colour=False), (3, 3, 1)).astype(np.float32) / 255
    monkeypatch.setattr("packshot_denoise.cnn.TILE", 4096)
    whole = cleaned_of(operation.net, operation.use, picture, level_of(Compression(20, full_colour=False)))
    monkeypatch.setattr("packshot_denoise.product.ROWS", 256)
    monkeypatch.setattr("packshot_denoise.cnn.TILE", 320)
    tiled = operation.run(Frame.of(picture), operation.Params(quality=20), Run()).rgb
    assert np.abs(tiled - whole).max() < 1e-3


def test_it_can_start_from_the_weights_of_the_denoiser():
    theirs, ours = (trainer.networks(trainer.params(TINY))["net"].state_dict() for trainer in (CnnTrainer(), JpegCnnTrainer()))
    assert {name: tensor.shape for name, tensor in theirs.items()} == {name: tensor.shape for name, tensor in ours.items()}


def test_what_it_is_told_is_about_how_far_pixels_are_off():
    for quality in (10, 20, 40, 75):
        off = np.std(as_jpeg(PHOTO, quality, full_colour=False).astype(float) - PHOTO) / 255
        assert 0.6 < level_of(Compression(quality, full_colour=False)) / off < 1.6


def test_some_examples_were_compressed_twice_and_some_begin_anywhere():
    trainer = JpegCnnTrainer()

    def digests(**params):
        made = trainer.params({**TINY, **params})
        for seed in range(12):
            example = trainer.example(Picture(PHOTO), made, np.random.default_rng(seed))
            assert example["jpeg"].shape == example["clean"].shape == (3, 32, 32)
            yield hashlib.sha256(example["jpeg"].tobytes()).hexdigest()

    once, twice, cropped = (
        list(digests(**kind)) for kind in ({"twice": 0, "cropped": 0}, {"twice": 1}, {"twice": 0, "cropped": 1})
    )
    assert not set(once) & set(twice)
    # One grid in 64 begins at the corner by chance.
    assert len(set(once) & set(cropped)) <= 2


@pytest.mark.parametrize(("quality", "steps"), [(10, True), (100, False)])
def test_psnr_b_is_less_than_psnr_where_blocks_show(quality, steps):
    jpeg = as_jpeg(PHOTO, quality, full_colour=True)
    assert (psnr_b(PHOTO, jpeg) < psnr(PHOTO, jpeg) - 0.5) == steps
    assert psnr_b(PHOTO, PHOTO) == 100
