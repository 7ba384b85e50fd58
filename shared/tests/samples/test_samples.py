"""Sample photos: what a newcomer sees first, and what tests know the truth of."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from packshot.errors import UnknownName
from packshot.imaging.decode import decode
from packshot.imaging.sniff import sniff
from packshot.samples import RENDERED, render, write_samples

photo_of = cache(render)


def test_a_folder_of_photos_is_written_that_packshot_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("packshot.samples.photos.render", photo_of)  # each photo once for all tests of this file
    photos = write_samples(tmp_path / "samples")
    assert len(photos) == len(RENDERED) + 3
    for photo in photos:
        frame = decode(photo.read_bytes())
        assert min(frame.width, frame.height) >= 300
    # Some were taken with the phone turned; seen upright they are like the others.
    assert {sniff((tmp_path / "samples" / f"{name}.jpg").read_bytes()).exif_orientation for name in RENDERED} == {1, 3, 6}
    upright = decode((tmp_path / "samples" / "sneaker.jpg").read_bytes()).rgb
    assert np.abs(upright.astype(int) - photo_of("sneaker")[0]).mean() < 4


@pytest.mark.parametrize("name", RENDERED)
def test_the_truth_is_a_whole_product_inside_the_picture(name: str):
    rgb, alpha = photo_of(name)
    assert rgb.shape == (1200, 1600, 3)
    assert (rgb.dtype, alpha.dtype) == (np.uint8, np.uint8)
    assert 0.03 < (alpha / 255).mean() < 0.5
    border = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    assert border.max() == 0
    assert ((alpha > 0) & (alpha < 255)).any(), "edges are soft"


def test_a_handle_and_a_ring_have_holes():
    for name, (x, y) in {"mug": (1015, 720), "ring": (800, 730)}.items():
        assert photo_of(name)[1][y, x] == 0
        row = np.flatnonzero(photo_of(name)[1][y] > 250)
        assert row[0] < x < row[-1]


def test_rendering_is_deterministic_and_the_seed_matters():
    assert (render("mug")[0] == photo_of("mug")[0]).all()
    assert (render("mug", 1)[0] != photo_of("mug")[0]).any()


def test_an_unknown_product_is_told_what_is_near():
    with pytest.raises(UnknownName, match="bottle"):
        render("botle")
