"""A mask is read alike from a picture, a cutout, a box, a polygon and a plane."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from packshot.errors import BadParameters
from packshot.imaging.mask import Where, find_mask, find_region
from packshot.plugin import Frame

NOBODY = Where()
PHOTO = Frame.of(np.zeros((40, 80, 3), np.uint8))
INSIDE = np.zeros((40, 80), bool)
INSIDE[10:20, 20:60] = True


@pytest.mark.parametrize(("dtype", "full"), [(np.uint8, 255), (np.uint16, 65535), (np.float32, 1)])
@pytest.mark.parametrize("colour", [(1, 1, 1), (1, 0, 0), (0, 0, 1)])
def test_a_mask_may_be_painted_in_any_colour_and_depth(dtype, full, colour):
    mask = Frame.of((INSIDE[..., None] * np.array(colour) * full).astype(dtype))
    assert np.array_equal(find_mask(PHOTO, mask, NOBODY), INSIDE)


def test_of_a_cutout_the_alpha_counts_and_of_an_opaque_picture_the_brightness():
    white = np.full((40, 80, 3), 255, np.uint8)
    assert np.array_equal(find_mask(PHOTO, Frame.of(white, INSIDE * np.uint8(255)), NOBODY), INSIDE)
    painted = Frame.of(INSIDE[..., None] * white, np.full((40, 80), 255, np.uint8))
    assert np.array_equal(find_mask(PHOTO, painted, NOBODY), INSIDE)


def test_what_jpeg_does_to_black_and_white_does_not_count():
    noise = np.random.default_rng(0).integers(0, 10, (40, 80, 1)).astype(np.uint8)
    mask = np.where(INSIDE[..., None], 255 - noise, noise).repeat(3, axis=2)
    assert np.array_equal(find_mask(PHOTO, Frame.of(mask), NOBODY), INSIDE)


def test_a_soft_mask_stays_soft():
    grey = Frame.of(np.full((40, 80, 3), 128, np.uint8))
    assert np.allclose(find_mask(PHOTO, grey, NOBODY), 0.5, atol=0.01)


def test_a_mask_of_another_size_is_scaled_and_of_other_proportions_refused():
    small = Frame.of((INSIDE[::2, ::2, None] * np.full(3, 255)).astype(np.uint8))
    assert np.mean((find_mask(PHOTO, small, NOBODY) > 0.5) != INSIDE) < 0.02
    with pytest.raises(BadParameters, match="same proportions"):
        find_mask(PHOTO, Frame.of(np.zeros((80, 40, 3), np.uint8)), NOBODY)


def test_a_box_and_a_polygon_are_shares_of_the_picture():
    assert np.array_equal(find_mask(PHOTO, None, Where(box=(0.25, 0.25, 0.75, 0.5))), INSIDE)
    triangle = find_mask(PHOTO, None, Where(polygon=[(0, 0), (1, 0), (0, 1)]))
    assert triangle.mean() == pytest.approx(0.5, abs=0.03)


def test_what_is_given_is_joined():
    joined = find_mask(PHOTO, Frame.of(INSIDE[..., None].repeat(3, axis=2) * np.uint8(255)), Where(box=(0, 0, 0.1, 0.1)))
    assert joined.sum() == INSIDE.sum() + 8 * 4


@pytest.mark.parametrize("box", [(0, 0, 1e-6, 1e-6), (0.999999, 0.999999, 1, 1), (0.5, 0.5, 0.500001, 0.500001)])
def test_the_smallest_box_is_one_pixel(box):
    assert find_mask(PHOTO, None, Where(box=box)).sum() == 1


@pytest.mark.parametrize("box", [(0.5, 0, 0.5, 1), (0.6, 0, 0.5, 1), (0, 0, 1.1, 1)])
def test_a_box_without_area_or_outside_the_picture_is_refused(box):
    with pytest.raises(ValidationError):
        Where(box=box)


@pytest.mark.parametrize("plane", [INSIDE, INSIDE.astype(np.float32), INSIDE * np.uint8(255), INSIDE * np.uint16(65535)])
def test_the_frames_own_plane_counts_where_nothing_is_given(plane):
    frame = PHOTO.with_planes(mask=plane)
    assert np.array_equal(find_mask(frame, None, NOBODY), INSIDE)
    assert find_mask(frame, None, Where(box=(0, 0, 1, 1))).all()


def test_where_nothing_is_said_the_cutout_is_the_region_and_its_soft_edge_counts_in_full():
    alpha = np.where(INSIDE, np.uint8(255), np.uint8(0))
    alpha[9, 20:60] = 3
    region = find_region(PHOTO.with_planes(alpha=alpha), None, NOBODY, "my.operation")
    assert np.array_equal(region, alpha > 0)
    with pytest.raises(BadParameters, match="must be told where"):
        find_region(PHOTO, None, NOBODY, "my.operation")


def test_nobody_says_where():
    assert find_mask(PHOTO, None, NOBODY) is None
