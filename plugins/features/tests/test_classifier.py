"""A tiny classifier of drawn shapes: trained, looked with by either runtime, and measured."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from tests.trained.shelf import train_and_shelve

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Manifest, Split
from packshot.contracts.training import TrainingOrder
from packshot.errors import BadParameters, BadPhoto, UnknownName
from packshot.features import brought, features_of, find_network, network_names
from packshot.features.sight import seen
from packshot.features.use import FAMILY
from packshot.plugin.models.shelf import SHELF
from packshot.training import Picture
from packshot_features.classifier_trainer import ClassifierTrainer
from packshot_features.plugin import packshot_trainers
from packshot_features.views import cropped, shifted

pytestmark = pytest.mark.torch

TINY = {
    "tasks": {"shape": ["disc", "bar"], "tone": ["light", "dark"]},
    "side": 16, "channels": 1, "stem": 2, "widths": [8, 12], "views": "shifts",
}  # fmt: skip


def drawn(number, category):
    """H×W×3 uint8."""
    random = np.random.default_rng(number)
    tone = {"light": 230, "dark": 25}.get(category, 128)
    picture = np.full((16, 16, 3), tone, np.uint8)
    x, y = (int(value) for value in random.integers(6, 10, 2))
    if category == "disc":
        cv2.circle(picture, (x, y), 4, (255,) * 3, -1)
    if category == "bar":
        cv2.line(picture, (x, 1), (x, 14), (255,) * 3, 2)
    return picture


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("features")

    def put(content, kind):
        digest = hashlib.sha256(content).hexdigest()
        (root / digest).write_bytes(content)
        return ArtifactRef(digest=digest, media_type=kind, size=len(content))

    sides, categories = [Split.TRAIN] * 6 + [Split.VALIDATION, Split.TEST], ["disc", "bar", "light", "dark"]
    items = tuple(
        Item(
            picture=put(cv2.imencode(".png", drawn(number, categories[number % 4]))[1].tobytes(), "image/png"),
            width=16, height=16, product=f"p{number}", category=categories[number % 4], split=sides[number // 4 % 8],
        )
        for number in range(64)
    )  # fmt: skip
    manifest = Manifest(name="shapes", created=datetime.now(UTC), items=items)
    order = TrainingOrder(
        trainer="features.classifier", name="tiny", data=put(manifest.model_dump_json().encode(), "application/json").digest,
        params=TINY, steps=60, batch=16, ema=0.8, validate_every=60, loaders=0, threads=1, device="cpu",
        optimiser={"lr": 1e-2},
    )  # fmt: skip
    return train_and_shelve(order, root)


@pytest.fixture
def shelf(made, monkeypatch):
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(made[1].root))
    return made[1]


def test_it_learns_both_tasks(made):
    figures = made[0].figures
    assert figures["accuracy"].mean > 0.9
    assert {"accuracy.shape", "accuracy.tone"} <= figures.keys()


def test_a_network_of_the_models_folder_is_found_and_both_runtimes_see_the_same(shelf, monkeypatch):
    assert "tiny" in network_names()
    pictures = [drawn(number, category) for number in range(3) for category in ("disc", "bar", "light")]
    looked = []
    for other in ("onnxruntime", "torch"):
        with monkeypatch.context() as without:
            without.setattr("packshot.plugin.models.opening._has", lambda package, other=other: package != other)
            looked.append(find_network("tiny").look(pictures))
    ours, theirs = looked
    assert ours.features.shape == (9, 12)
    assert np.abs(ours.features - theirs.features).max() < 1e-3
    assert [ours.told("shape")[place] for place in (0, 1, 3, 4)] == ["disc", "bar", "disc", "bar"]
    assert ours.told("tone")[2] == "light"
    with pytest.raises(BadParameters, match="no task 'colour'"):
        ours.told("colour")


def test_pictures_of_any_kind_give_features_one_by_one_or_together(shelf):
    network = find_network("tiny")
    grey = drawn(1, "disc")[..., 0]
    one, channel, coloured = (features_of([each], network) for each in (grey, grey[..., None], drawn(1, "disc")))
    assert one == pytest.approx(channel)
    assert one == pytest.approx(coloured, abs=1e-4)
    many = features_of(np.stack([grey] * 200), network)
    assert many.shape == (200, 12)
    assert many[137:138] == pytest.approx(one, abs=1e-4)
    with pytest.raises(BadParameters, match="no picture"):
        network.look([])
    with pytest.raises(UnknownName, match="tiny"):
        features_of([grey], "tine")


def test_all_of_a_picture_is_seen_in_a_square():
    wide = np.zeros((10, 40, 3), np.uint8)
    wide[:, 20:] = 200
    square = seen(wide, 20, 3)
    assert square.shape == (3, 20, 20)
    assert square[0, 0, 3] == 0
    assert square[0, 19, 17] == 200
    for wrong in (wide.astype(np.float32), np.zeros((4, 4, 4), np.uint8), np.zeros(5, np.uint8)):
        with pytest.raises(BadPhoto):
            seen(wrong, 20, 3)


def test_views_keep_their_form_and_a_category_that_no_task_names_is_said():
    picture = np.random.default_rng(0).integers(0, 256, (40, 30, 3)).astype(np.uint8)
    for seed in range(30):
        assert shifted(picture, np.random.default_rng(seed)).shape == picture.shape
        part = cropped(picture, np.random.default_rng(seed))
        assert part.dtype == np.uint8
        assert 0.4 * 1200 < part.shape[0] * part.shape[1] <= 1200
    trainer = ClassifierTrainer()
    params = trainer.params(TINY)
    with pytest.raises(BadParameters, match="'cup'"):
        trainer.example(Picture(picture, category="cup"), params, np.random.default_rng(0))
    with pytest.raises(BadParameters, match="one task only"):
        trainer.params({**TINY, "tasks": {"a": ["x", "y"], "b": ["y", "z"]}})


def test_networks_that_are_registered_come_to_who_looks_with_them():
    """A host brings models of the families that its plugins asked for."""
    packshot_trainers()
    assert {FAMILY, brought.FAMILY} <= SHELF.families
