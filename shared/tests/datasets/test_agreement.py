"""Figures of agreement on cases that can be counted by hand, and laws that hold for all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packshot.datasets.agreement import Marked, box_iou, cohens_kappa, compare, mask_overlaps

from .strategies import MASKS, PATIENT, boxes

BOX = boxes(20, 20)


def test_overlap_of_two_boxes_and_of_two_masks():
    assert box_iou((0, 0, 4, 4), (2, 0, 4, 4)) == pytest.approx(8 / 24)
    assert box_iou((0, 0, 4, 4), (9, 9, 1, 1)) == 0
    one, other = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    one[:2], other[1:3] = True, True
    assert mask_overlaps(one, other) == (pytest.approx(4 / 12), pytest.approx(8 / 16))


@PATIENT
@given(BOX, BOX)
def test_overlap_is_symmetric_and_a_share(one, other):
    assert 0 <= box_iou(one, other) <= 1 + 1e-9
    assert box_iou(one, other) == pytest.approx(box_iou(other, one))
    assert box_iou(one, one) == 1


@PATIENT
@given(MASKS)
def test_a_mask_overlaps_itself_wholly(where):
    assert mask_overlaps(where, where) == (1, 1)


def test_kappa_of_a_table_counted_by_hand():
    # Cohen 1960: 20 of 25 alike, and chance alone gives 0.5 × 0.6 + 0.5 × 0.4.
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    assert cohens_kappa(pairs) == pytest.approx((0.7 - 0.5) / 0.5)
    assert cohens_kappa([]) is None
    assert cohens_kappa([("a", "a")] * 3) == 1
    assert cohens_kappa([("a", "b"), ("b", "a")]) == pytest.approx(-1)


def test_objects_are_matched_by_place_whatever_their_class_and_what_is_left_is_counted():
    one = [Marked("mug", (0, 0, 10, 10)), Marked("lid", (20, 20, 5, 5)), Marked("kitchen")]
    other = [Marked("kitchen"), Marked("cup", (1, 0, 10, 10)), Marked("spoon", (40, 0, 2, 9))]
    found = compare(one, other)
    assert {pair.categories for pair in found.pairs} == {("mug", "cup"), ("kitchen", "kitchen")}
    assert found.unmatched == 2
    assert not found.agrees(0.5)


def test_masks_decide_where_both_drew_them():
    where, less = np.ones((10, 10), bool), np.ones((10, 10), bool)
    less[:3] = False
    box = (0.0, 0.0, 10.0, 10.0)
    found = compare([Marked("mug", box, where)], [Marked("mug", box, less)])
    assert (found.pairs[0].box_iou, found.pairs[0].mask_iou) == (1, pytest.approx(0.7))
    assert (found.agrees(0.7), found.agrees(0.8)) == (True, False)


@PATIENT
@given(st.lists(BOX, max_size=4), st.lists(BOX, max_size=4))
def test_comparing_the_other_way_round_counts_the_same(one, other):
    ours, theirs = [Marked("x", box) for box in one], [Marked("x", box) for box in other]
    assert compare(ours, ours).unmatched == 0
    assert compare(ours, theirs).unmatched == compare(theirs, ours).unmatched
