"""A tiny filler of holes trained on dead leaves, and the operation that it becomes."""

from __future__ import annotations

import numpy as np
import pytest
from plugins.inpaint.tests.pictures import COFFEE, as_mask, blob, psnr, scratches
from tests.trained.shelf import shelve_altered, train_and_shelve
from tests.trained.using import loaded, must_be_the_operation, offered

from packshot.contracts.training import TrainingOrder
from packshot.errors import BadParameters, BadSettings
from packshot.plugin import Frame, Run
from packshot.plugin.conformance import CHECKS, Subject
from packshot.plugin.models.folder import ModelFolder
from packshot_inpaint.cnn import CnnInpaint
from packshot_inpaint.cnn_trainer import CnnTrainer
from packshot_inpaint.membrane import membrane

pytestmark = pytest.mark.torch

TINY = {"widths": [8, 12, 16], "blocks": 1, "patch": 64}
FILLING = "packshot_inpaint.coarse_to_fine"


def order(**fields):
    leaves = {"kind": "dead-leaves", "pictures": 24, "settings": {"side": 96}}
    given = {"trainer": "inpaint.cnn", "synthetic": [leaves], "params": TINY, "steps": 150, "batch": 4, "ema": 0.95}
    runs = {"threads": 1, "loaders": 0, "device": "cpu", "optimiser": {"lr": 4e-3}, "validate_every": 150}
    return TrainingOrder.model_validate(given | runs | fields)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A training, and the models folder with what it made."""
    return train_and_shelve(order(baselines=["inpaint.telea"]), tmp_path_factory.mktemp("filler"))


@pytest.fixture
def operation(made, monkeypatch):
    return loaded(CnnInpaint, "cnn", made[1], monkeypatch)


def filled(operation, picture, hole, **params):
    frame = picture if isinstance(picture, Frame) else Frame.of(picture)
    return operation.run(frame, operation.Params(**params), Run(inputs={"mask": Frame.of(as_mask(hole))}))


def test_in_half_a_minute_it_learns_more_than_a_smooth_fill_knows(operation):
    hole = scratches()
    smooth = membrane(np.where(hole[..., None], 0, COFFEE).astype(np.float32), ~hole)
    assert psnr(filled(operation, COFFEE, hole).rgb, COFFEE, hole) > psnr(smooth, COFFEE, hole) + 0.2


def test_thin_and_wide_holes_are_judged_and_both_count(made):
    figures = made[0].figures
    assert figures["psnr"].mean == pytest.approx((figures["psnr.thin"].mean + figures["psnr.wide"].mean) / 2)
    assert figures["whole_psnr.wide"].mean > figures["psnr.wide"].mean
    assert made[0].baselines["inpaint.telea"]["ssim.thin"].mean > 0


def test_a_card_named_cnn_is_the_operation_inpaint_cnn(made, monkeypatch):
    must_be_the_operation("inpaint.cnn", made, monkeypatch)


def test_the_operation_answers_as_the_network_did_in_training(operation):
    trainer = CnnTrainer()
    params = trainer.params(TINY)
    for hole in (scratches(), blob()):
        given = Frame.of(COFFEE).with_planes(mask=hole.astype(np.float32))
        trained = trainer.answer({"net": operation.net}, given, params)
        assert np.abs(operation.run(given, operation.Params(), Run()).rgb - trained.rgb).max() < 1e-5


def test_outside_the_hole_every_bit_stays_and_alpha_too(operation):
    alpha = np.random.default_rng(0).random((200, 200)).astype(np.float32)
    picture = (COFFEE * 1.5 - 0.2).astype(np.float32)
    after = filled(operation, Frame.of(picture, alpha), blob())
    assert np.array_equal(after.rgb[~blob()], picture[~blob()])
    assert np.array_equal(after.alpha, alpha)
    assert after.rgb[blob()].min() >= 0
    assert after.rgb[blob()].max() <= 1


def test_what_was_in_the_hole_does_not_matter(operation):
    hole = blob()
    other = np.where(hole[..., None], np.float32(0.9), COFFEE)
    assert np.array_equal(filled(operation, COFFEE, hole).rgb, filled(operation, other, hole).rgb)


@pytest.mark.parametrize("size", [(1, 2), (2, 3), (1, 5000), (5000, 1), (5, 6), (33, 17)])
def test_pictures_of_any_shape_are_filled(operation, size):
    picture = np.full((*size, 3), 0.25, np.float32)
    hole = np.zeros(size, bool)
    hole[: max(1, size[0] // 2), : max(1, size[1] // 2)] = True
    assert np.abs(filled(operation, picture, hole).rgb - 0.25).max() < 0.1


def test_hardly_anything_may_be_left_of_the_picture(operation):
    hole = np.ones((150, 170), bool)
    hole[40, 50] = False
    after = filled(operation, COFFEE[:150, :170], hole).rgb
    assert np.isfinite(after).all()
    assert np.abs(after[hole].mean(axis=0) - COFFEE[40, 50]).max() < 0.15


def test_nothing_to_fill_and_nothing_to_fill_from_are_said_in_words(operation):
    after = filled(operation, COFFEE, np.zeros((200, 200), bool))
    assert np.array_equal(after.rgb, COFFEE)
    assert "empty" in after.findings["inpaint.cnn"]["note"]
    with pytest.raises(BadParameters, match="whole picture"):
        filled(operation, COFFEE, np.ones((200, 200), bool))
    with pytest.raises(BadParameters, match="must be told where"):
        operation.run(Frame.of(COFFEE), operation.Params(), Run())


def test_a_box_is_filled_in_a_photo_of_one_tone_with_that_tone(operation):
    frame = Frame.of(np.full((200, 240, 3), 0.5, np.float32))
    after = operation.run(frame, operation.Params(box=(0.2, 0.2, 0.7, 0.8)), Run()).rgb
    assert np.abs(after - 0.5).max() < 0.05


@pytest.mark.parametrize("hole", [scratches(600, 600), blob(600, 600)], ids=["thin", "wide"])
def test_in_parts_it_is_filled_as_it_is_whole(operation, monkeypatch, hole):
    picture = np.tile(COFFEE, (3, 3, 1))
    monkeypatch.setattr(f"{FILLING}.BAND", 1024)
    whole = filled(operation, picture, hole).rgb
    monkeypatch.setattr(f"{FILLING}.BAND", 192)
    assert np.abs(filled(operation, picture, hole).rgb - whole).max() < 5e-3


def test_only_what_has_holes_goes_through_the_network(operation, monkeypatch):
    seen = []
    monkeypatch.setattr(operation, "net", lambda rgb, state: seen.append(state) or (rgb,))
    hole = np.zeros((3000, 2000), bool)
    hole[20:30, 20:30] = hole[2900:2910, 1900:1910] = True
    filled(operation, np.zeros((3000, 2000, 3), np.float32), hole)
    assert len(seen) == 2
    assert all((state == 1).any() for state in seen)


def test_weights_of_another_network_are_refused_by_name(made, tmp_path, monkeypatch):
    shelve_altered(made[1], "cnn", ModelFolder(tmp_path), widths=[8, 16])
    other = offered(CnnInpaint, "cnn", ModelFolder(tmp_path), monkeypatch)
    with pytest.raises(BadSettings, match="cnn are of another network"):
        other.load("cpu")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_does_what_every_operation_must(operation, check):
    check(Subject.of(type(operation), quick=True))
