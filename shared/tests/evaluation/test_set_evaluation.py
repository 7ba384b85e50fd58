"""Sets beside each other: real pictures are best, copies are caught, and baselines lie between."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters
from packshot.evaluation.baselines import BASELINES, copies, gaussian, mixture
from packshot.evaluation.learnt import learnt_accuracy
from packshot.evaluation.mixture import components_of, mixture_of
from packshot.evaluation.sets import SetEvaluation, Shown
from packshot.features import FeatureNetwork


def tiles(count, seed):
    """Grey 8×8 pictures with a light square in one of four corners, and which."""
    random = np.random.default_rng(seed)
    corners = random.integers(0, 4, count)
    pictures = random.integers(0, 60, (count, 8, 8)).astype(np.uint8)
    for picture, corner in zip(pictures, corners, strict=True):
        top, left = 4 * (corner // 2), 4 * (corner % 2)
        picture[top : top + 4, left : left + 4] += np.uint8(random.integers(120, 190))
    return list(pictures), tuple(f"corner {corner}" for corner in corners)


def means(pictures):
    """Features: 16 means over 2×2 pixels."""
    features = pictures.reshape(len(pictures), 1, 4, 2, 4, 2).mean(axis=(1, 3, 5)).reshape(len(pictures), 16)
    return features.astype(np.float32), None


NETWORK = FeatureNetwork("means", "0" * 64, 8, 1, {}, {}, means)


def shown(pictures, categories=()):
    return Shown(NETWORK.look(pictures).features, categories)


@pytest.fixture(scope="module")
def evaluation():
    train, test = tiles(160, 0), tiles(120, 1)
    return SetEvaluation(NETWORK, shown(*train), shown(*test), seed=0)


def test_real_pictures_are_near_the_floor_and_noise_is_not(evaluation):
    floor = evaluation.floor().figures
    new = evaluation.row("new", shown(*tiles(120, 2))).figures
    noise = np.random.default_rng(3).integers(0, 256, (120, 8, 8)).astype(np.uint8)
    far = evaluation.row("noise", shown(list(noise))).figures
    assert set(floor) == {"fd.means", "kd.means", "precision", "recall", "density", "coverage", "cas.means"}
    assert set(new) == set(floor) | {"novelty", "copies"}
    assert new["fd.means"].mean < 3 * floor["fd.means"].mean < 0.2 * far["fd.means"].mean
    assert new["kd.means"].low < 0.1 * far["kd.means"].mean
    assert new["precision"].mean > 0.7
    assert far["precision"].mean < 0.05
    assert new["cas.means"].mean > 0.95
    assert "cas.means" not in far
    assert new["novelty"].mean == pytest.approx(1, abs=0.2)


def test_baselines_are_in_the_table_and_copies_are_caught(evaluation):
    train, _ = tiles(160, 0)
    one, several, copied = evaluation.baselines(train)
    assert (one.name, several.name, copied.name) == tuple(BASELINES)
    given_back = [np.clip(each.astype(int) + 1, 0, 255).astype(np.uint8) for each in train]
    caught = evaluation.row("given back", shown(given_back)).figures
    assert caught["novelty"].mean < 0.3 < copied.figures["novelty"].mean
    assert caught["copies"].mean > 0.9
    assert len(copied.pairs) == 16
    assert copied.pairs[0].distance <= copied.pairs[-1].distance


def test_a_mixture_finds_its_parts():
    random = np.random.default_rng(0)
    points = np.concatenate([random.normal(centre, 0.3, (200, 2)) for centre in ((0, 0), (5, 0), (0, 5))])
    made = mixture_of(points, 3, np.random.default_rng(1)).sample(3000, random)
    near = [np.linalg.norm(made - centre, axis=1) < 1.5 for centre in ((0, 0), (5, 0), (0, 5))]
    assert np.sum(near) > 2900
    assert [each.mean() for each in near] == pytest.approx([1 / 3] * 3, abs=0.12)


def test_components_hold_what_varies():
    random = np.random.default_rng(0)
    flat = random.standard_normal((100, 3)) @ random.standard_normal((3, 40)) + 7
    found = components_of(flat, 10, random)
    assert len(found.axes) == 3
    assert found.outside(found.inside(flat)) == pytest.approx(flat)


@pytest.mark.parametrize("make", [gaussian, mixture, copies])
def test_baselines_make_pictures_that_the_seed_decides(make):
    train = np.stack(tiles(40, 0)[0])[:, None]
    first = make(train, 25, np.random.default_rng(5))
    assert first.shape == (25, 1, 8, 8)
    assert first.dtype == np.uint8
    assert (first == make(train, 25, np.random.default_rng(5))).all()
    assert abs(first.mean() - train.mean()) < 10


def test_what_is_learnt_from_wrong_categories_does_not_hold():
    train, test = tiles(100, 0), tiles(80, 1)
    real = shown(*test)
    assert learnt_accuracy(shown(train[0]).features, train[1], real.features, real.categories) > 0.95
    wrong = [f"corner {(int(each[-1]) + 1) % 4}" for each in train[1]]
    assert learnt_accuracy(shown(train[0]).features, wrong, real.features, real.categories) < 0.05
    with pytest.raises(BadParameters, match="two categories"):
        learnt_accuracy(real.features, ["one"] * 80, real.features, real.categories)


def test_tiny_sets_are_refused(evaluation):
    with pytest.raises(BadParameters, match="has 5 pictures"):
        evaluation.row("few", shown(tiles(5, 9)[0]))
