"""A tiny cutout network trained on drawn photos, and the operation that it becomes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
import torch
from plugins.cutout.tests import scenes
from tests.trained.shelf import train_and_shelve
from tests.trained.using import loaded

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Label, Manifest, Split
from packshot.contracts.training import TrainingOrder
from packshot.plugin import Frame, Run
from packshot_cutout.classical import ClassicalCutout
from packshot_cutout.hybrid_loss import hybrid
from packshot_cutout.learned import NetCutout
from packshot_cutout.net_trainer import CutoutTrainer
from packshot_cutout.views import view_of

pytestmark = pytest.mark.torch

TINY = {"widths": [8, 16, 24], "blocks": 1, "pyramid": 16, "side": 64}
SHAPES = (scenes.disc, scenes.box, scenes.mug, scenes.bottle, scenes.ring)


def photo_of(number):
    """One of the shapes, somewhere, in some colour, on some ground; and its alpha."""
    rng = np.random.default_rng(number)
    alpha = cv2.resize(scenes.drawn(SHAPES[number % 5]), (240, 180), interpolation=cv2.INTER_AREA)
    place = np.array([[1, 0, rng.uniform(-40, 40)], [0, 1, rng.uniform(-15, 15)]])
    alpha = cv2.warpAffine(alpha, place, (240, 180))
    light = rng.uniform(150, 235)
    under = cv2.resize(scenes.ground(colour=rng.normal(light, 8, 3), seed=number), (240, 180))
    return scenes.photo(under, alpha, rng.uniform(0, light - 70, 3)), np.rint(alpha * 255).astype(np.uint8)


class Blobs:
    def __init__(self, root):
        self.root = root

    def put(self, plane):
        content = cv2.imencode(".png", plane)[1].tobytes()
        return self.put_bytes(content, "image/png")

    def put_bytes(self, content, media_type):
        digest = hashlib.sha256(content).hexdigest()
        (self.root / digest).write_bytes(content)
        return ArtifactRef(digest=digest, media_type=media_type, size=len(content))

    def item(self, number, split):
        rgb, alpha = photo_of(number)
        mask = self.put(alpha)
        # A mask that a person drew teaches as alpha does.
        known = {"labels": (Label(category="thing", mask=mask),)} if number % 3 == 0 else {"planes": {"alpha": mask}}
        picture = self.put(rgb[..., ::-1])
        return Item(picture=picture, width=240, height=180, product=f"p{number}", split=split, **known)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A training, and the models folder with what it made."""
    root = tmp_path_factory.mktemp("cutout")
    blobs = Blobs(root)
    sides = [Split.TRAIN] * 30 + [Split.VALIDATION] * 5 + [Split.TEST] * 5
    items = tuple(blobs.item(number, side) for number, side in enumerate(sides))
    manifest = Manifest(name="shapes", created=datetime.now(UTC), items=items)
    order = TrainingOrder(
        trainer="cutout.net",
        data=blobs.put_bytes(manifest.model_dump_json().encode(), "application/json").digest,
        params=TINY,
        steps=150,
        batch=8,
        optimiser={"lr": 4e-3},
        ema=0.95,
        validate_every=150,
        loaders=0,
        threads=1,
        device="cpu",
    )
    return train_and_shelve(order, root)


@pytest.fixture
def operation(made, monkeypatch):
    return loaded(NetCutout, "net", made[1], monkeypatch)


def test_it_learns_to_cut_out_in_half_a_minute(made):
    figures = made[0].figures
    assert figures["iou"].mean > 0.8
    assert figures["mae"].mean < 0.1
    assert made[0].baselines["cutout.classical"]["iou"].mean > 0.8


def test_the_operation_cuts_as_the_network_did_in_training(operation):
    trainer = CutoutTrainer()
    rgb, _ = photo_of(101)
    given = Frame.of(rgb.astype(np.float32) / 255)
    trained = trainer.answer({"net": operation.net}, given, trainer.params(TINY))
    answer = operation.run(Frame.of(rgb), operation.Params(), Run())
    assert np.abs(answer.alpha / 255.0 - trained.alpha).max() <= 0.5 / 255 + 1e-6
    finding = answer.findings["cutout.net"]
    assert finding["confidence"] > 0.3
    assert set(finding) >= {"subject_box", "area", "touches_border"}


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (64, 64), (65, 33), (400, 300)])
def test_it_takes_pictures_of_any_size(operation, size):
    rgb = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    answer = operation.run(Frame.of(rgb), operation.Params(), Run())
    assert answer.alpha.shape == size
    assert answer.alpha.dtype == np.uint8


def test_where_the_network_sees_nothing_colours_and_edges_decide_and_the_finding_says_so(operation, monkeypatch):
    photo = Frame.of(photo_of(0)[0])
    assert operation.run(photo, operation.Params(), Run()).findings["cutout.net"]["by"] == "network"
    monkeypatch.setattr("packshot_cutout.learned.found", lambda net, use, rgb: np.zeros(rgb.shape[:2], np.float32))
    answer = operation.run(photo, operation.Params(), Run())
    classical = ClassicalCutout().run(photo, ClassicalCutout.Params(), Run())
    assert (answer.alpha == classical.alpha).all()
    assert answer.findings["cutout.net"]["by"] == "colours"


def test_a_plain_photo_without_a_product_is_kept_whole(operation):
    answer = operation.run(Frame.of(np.full((90, 120, 3), 200, np.uint8)), operation.Params(), Run())
    assert (answer.alpha == 255).all()
    assert answer.findings["cutout.net"]["confidence"] == 0


def test_a_mask_or_a_box_says_where_the_product_is(operation):
    rgb, alpha = photo_of(3)
    rough = cv2.dilate((alpha > 127).astype(np.uint8), np.ones((7, 7))) * 255
    drawn = operation.run(Frame.of(rgb), operation.Params(), Run(inputs={"mask": Frame.of(np.dstack([rough] * 3))}))
    assert drawn.findings["cutout.net"]["by"] == "outline"
    boxed = operation.run(Frame.of(rgb), operation.Params(box=(0.2, 0.1, 0.8, 0.9)), Run()).alpha.copy()
    assert boxed.any()
    # The edge that is drawn at full size may reach beyond by as much as it is soft.
    boxed[10:170, 40:200] = 0
    assert not boxed.any()


def test_a_view_keeps_photo_and_alpha_together():
    alpha = np.rint(scenes.drawn(scenes.mug) * 255).astype(np.uint8)
    rgb = np.repeat(alpha[..., None], 3, axis=2)
    for seed in range(20):
        view = view_of(rgb, alpha, 96, np.random.default_rng(seed))
        assert np.corrcoef(view.rgb.mean(axis=2).ravel(), view.alpha.ravel())[0, 1] > 0.95


def test_the_loss_is_least_where_the_answer_is_right():
    alpha = torch.from_numpy(scenes.drawn(scenes.ring))[None, None]
    right, shifted = (hybrid((torch.roll(alpha, shift, 3) - 0.5) * 20, alpha) for shift in (0, 6))
    assert right < 0.1 < shifted
