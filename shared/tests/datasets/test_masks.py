"""Run lengths and outlines say the same as the mask, and COCO's own library agrees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as reference

from packshot.datasets import rle
from packshot.datasets.masks import box_of, inside, read_mask, write_mask
from packshot.datasets.outlines import fill, joined, outlines
from packshot.errors import BadParameters

from .strategies import MASKS, PATIENT


@PATIENT
@given(MASKS)
def test_run_lengths_are_those_of_coco(where):
    text = rle.compress(rle.runs_of(where))
    theirs = reference.encode(np.asfortranarray(where.astype(np.uint8)))
    assert text.encode() == theirs["counts"]
    assert np.array_equal(rle.mask_of(rle.expand(text), *where.shape), where)


@PATIENT
@given(st.lists(st.integers(0, 1 << 24), max_size=30))
def test_long_runs_come_back(runs):
    assert rle.expand(rle.compress(runs)) == runs


@PATIENT
@given(st.text(max_size=40))
def test_any_other_text_is_refused_or_means_a_mask(text):
    try:
        where = rle.mask_of(rle.expand(text), 5, 7)
    except BadParameters:
        return
    assert where.shape == (5, 7)


@pytest.mark.parametrize("text", ["", "0", "99999999999999o", "a", "é"])
def test_runs_that_do_not_fill_the_picture_are_refused(text):
    with pytest.raises(BadParameters):
        rle.mask_of(rle.expand(text), 5, 7)


@PATIENT
@given(MASKS)
def test_outlines_enclose_exactly_the_mask_also_as_one_polygon(where):
    found = outlines(where)
    assert np.array_equal(fill(found, *where.shape), where)
    if found:
        assert np.array_equal(fill([joined(found)], *where.shape), where)


def test_a_rectangle_has_four_corners():
    where = np.zeros((5, 7), bool)
    where[1:3, 2:6] = True
    (corners,) = outlines(where)
    assert sorted(map(tuple, corners.tolist())) == [(2, 1), (2, 3), (6, 1), (6, 3)]
    assert box_of(where) == (2, 1, 4, 2)
    assert box_of(np.zeros((2, 2), bool)) is None


def test_a_polygon_is_filled_as_coco_fills_it_but_for_the_edge():
    polygon = np.array([(3.2, 4.1), (37.7, 8.3), (30.4, 33.9), (8.8, 28.5)])
    ours = fill([polygon], 40, 44)
    (theirs,) = reference.frPyObjects([polygon.ravel().tolist()], 40, 44)
    difference = ours != reference.decode(theirs).astype(bool)
    assert difference.sum() < 0.05 * ours.sum()


@PATIENT
@given(MASKS)
def test_a_mask_comes_back_from_its_file(where):
    assert np.array_equal(inside(read_mask(write_mask(where), *where.shape)), where)


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(BadParameters, match="7×5 pixels; this one has 2×3"):
        read_mask(write_mask(np.ones((3, 2), bool)), 5, 7)
    with pytest.raises(BadParameters, match="no picture"):
        read_mask(b"hello", 5, 7)
