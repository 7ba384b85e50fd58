"""Every model that comes with a plugin: small, whole, described, and the same in both runtimes."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.plugin.local import registry_for
from packshot.plugin.models.card import read_card
from packshot.plugin.models.folder import digest_of_file
from packshot.plugin.models.opening import graph_of
from packshot.plugin.models.quickest import AGREEMENT
from tests.trained.using import in_each_runtime

ROOT = Path(__file__).parents[2]
CARDS = sorted(ROOT.glob("plugins/*/packshot_*/models/*.yaml"))
MOST = 8_000_000

pytestmark = pytest.mark.torch


def test_there_are_some():
    assert CARDS


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_a_card_says_what_was_trained_how_and_what_it_is_worth(path):
    card = read_card(path)
    assert card.title
    assert card.summary
    assert card.licence == "Apache-2.0"
    assert card.made is not None
    assert {"trainer", "seed", "steps", "params"} <= card.made.order.keys()
    assert card.made.figures
    assert card.made.device
    assert (ROOT / "docs" / "models" / f"{card.full_name}.md").is_file()


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_its_files_are_those_that_it_names_and_are_small(path):
    card = read_card(path)
    for file in card.files:
        beside = path.parent / file.name
        assert beside.stat().st_size == file.bytes < MOST
        assert digest_of_file(beside) == file.sha256
    assert graph_of(card) is not None


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_both_runtimes_make_the_same_of_photos_of_two_sizes(path, monkeypatch, tmp_path):
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(tmp_path))
    card = read_card(path)
    kind = registry_for(card.full_name).find(card.full_name).operation
    usual = kind().use.example_inputs()
    for given in (usual, tuple(each[..., ::2, :][..., ::2] if each.shape[2] > 1 else each for each in usual)):
        shown = [_photo(each.shape[2:]) if each.shape[1] == 3 else each for each in given]
        ours, theirs = (net(*shown)[0] for net in in_each_runtime(kind, monkeypatch))
        assert np.abs(ours - theirs).max() < AGREEMENT


def _photo(size):
    """1×3×h×w."""
    photo = cv2.resize(data.astronaut(), (size[1], size[0]), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(photo.transpose(2, 0, 1)[None], np.float32) / 255
