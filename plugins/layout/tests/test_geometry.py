"""Turning, cropping, padding and framing: every plane moves together, and no pixel is invented."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame


def numbered(height=6, width=4, dtype=np.uint8) -> Frame:
    """A frame in which every pixel is different, with an alpha and a plane of labels that say the same."""
    index = np.arange(height * width, dtype=dtype).reshape(height, width)
    labels = index.astype(np.int32) + 1000
    return Frame({"rgb": np.dstack([index, index, index]), "alpha": np.full_like(index, 255), "labels": labels})


def in_register(frame: Frame) -> bool:
    return bool(np.all(frame.planes["labels"] == frame.rgb[..., 0].astype(np.int32) + 1000))


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("mirror", ["none", "horizontal", "vertical"])
def test_quarter_turns_and_mirrors_move_every_plane(turns, mirror):
    turned = apply_frame("layout.orient", numbered(), turns=turns, mirror=mirror)
    assert in_register(turned)
    assert (turned.width, turned.height) == ((4, 6) if turns % 2 == 0 else (6, 4))
    assert sorted(turned.rgb[..., 0].ravel()) == list(range(24))


def test_a_quarter_turn_is_clockwise():
    turned = apply_frame("layout.orient", numbered(), turns=1)
    assert turned.rgb[0, -1, 0] == 0
    assert turned.rgb[-1, -1, 0] == 3


def test_straightening_turns_a_slanted_edge_upright_and_leaves_no_empty_corner():
    y, x = np.mgrid[0:200, 0:300]
    slanted = np.where((x - 150) * np.cos(np.radians(5)) - (y - 100) * np.sin(np.radians(5)) > 0, 220, 30).astype(np.uint8)
    upright = apply_frame("layout.orient", Frame.of(np.dstack([slanted] * 3)), straighten=5)
    spread = np.std([np.argmax(row > 125) for row in upright.rgb[..., 0]])
    other_way = apply_frame("layout.orient", Frame.of(np.dstack([slanted] * 3)), straighten=-5)
    assert min(spread, np.std([np.argmax(row > 125) for row in other_way.rgb[..., 0]])) == spread
    assert spread < 0.6
    corners = upright.rgb[[0, 0, -1, -1], [0, -1, 0, -1], 0]
    assert set(corners) == {30, 220}
    assert 0.75 < upright.width * upright.height / (200 * 300) < 1


def test_crop_to_the_subject_keeps_its_box():
    frame = numbered(20, 12)
    alpha = np.zeros((20, 12), np.uint8)
    alpha[5:11, 3:7] = 255
    cropped = apply_frame("layout.crop", frame.with_planes(alpha=alpha))
    assert (cropped.width, cropped.height) == (4, 6)
    assert cropped.rgb[0, 0, 0] == frame.rgb[5, 3, 0]
    assert in_register(cropped)


def test_crop_to_an_aspect_ratio_stays_inside_the_picture():
    cropped = apply_frame("layout.crop", numbered(20, 12), box=(0, 0, 4, 12), aspect_ratio=1.0)
    assert (cropped.width, cropped.height) == (12, 12)


def test_a_crop_box_outside_the_picture_is_refused():
    with pytest.raises(BadParameters, match="holds no pixel"):
        apply_frame("layout.crop", numbered(), box=(50, 50, 60, 60))


def test_an_empty_cutout_is_refused_with_advice():
    frame = numbered().with_planes(alpha=np.zeros((6, 4), np.uint8))
    with pytest.raises(BadPhoto, match="Nothing is left"):
        apply_frame("layout.crop", frame)


def test_padding_is_transparent_or_coloured():
    clear = apply_frame("layout.pad", Frame.of(numbered().rgb), left=2, bottom=3)
    assert clear.rgb.shape == (9, 6, 3)
    assert clear.alpha is not None
    assert clear.alpha[0, 0] == 0
    assert clear.alpha[0, 2] == 255
    painted = apply_frame("layout.pad", Frame.of(numbered().rgb), top=1, color="#ff8000")
    assert painted.alpha is None
    assert tuple(painted.rgb[0, 0]) == (255, 128, 0)
    assert np.array_equal(painted.rgb[1:], numbered().rgb)


def test_sixteen_bit_pixels_survive_padding():
    deep = np.arange(24, dtype=np.uint16).reshape(6, 4) * 2000 + 1
    padded = apply_frame("layout.pad", Frame.of(np.dstack([deep] * 3)), left=1)
    assert padded.rgb.dtype == np.uint16
    assert np.array_equal(padded.rgb[:, 1:, 0], deep)


def test_margin_gives_the_same_room_on_every_side_without_resampling():
    frame = numbered(40, 40, np.uint16)
    alpha = np.zeros((40, 40), np.uint16)
    alpha[2:32, 10:20] = 65535
    framed = apply_frame("layout.margin", frame.with_planes(alpha=alpha), margin=0.25)
    assert (framed.width, framed.height) == (20, 60)
    assert framed.alpha is not None
    rows, columns = np.nonzero(framed.alpha)
    assert (rows.min(), columns.min()) == (15, 5)
    assert np.array_equal(framed.rgb[15:45, 5:15], frame.rgb[2:32, 10:20])


def test_normalize_shrinks_large_photos_and_leaves_small_ones():
    large = apply_frame("layout.normalize", Frame.of(np.zeros((300, 600, 3), np.uint8)), max_side=200)
    assert (large.width, large.height) == (200, 100)
    small = numbered()
    assert np.array_equal(apply_frame("layout.normalize", small, max_side=200).rgb, small.rgb)


@pytest.mark.parametrize(
    ("depth", "before", "after"), [("8", np.uint16, np.uint8), ("16", np.uint8, np.uint16), ("source", np.uint16, np.uint16)]
)
def test_normalize_sets_the_working_depth_for_good(depth, before, after):
    level = 128 if before == np.uint8 else 128 * 257
    frame = apply_frame("layout.normalize", Frame.of(np.full((4, 4, 3), level, before)), depth=depth)
    assert frame.rgb.dtype == after
    assert frame.rgb[0, 0, 0] == (128 if after == np.uint8 else 128 * 257)
