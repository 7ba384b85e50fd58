"""What holds for every operation that fills a hole."""

from __future__ import annotations

import numpy as np
import pytest
from plugins.inpaint.tests.pictures import COFFEE, as_mask, blob, scratches

from packshot.errors import BadParameters
from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame

FILLS = ["inpaint.telea", "inpaint.ns", "inpaint.patch", "inpaint.remove"]


def filled(operation, picture, hole, **params):
    frame = picture if isinstance(picture, Frame) else Frame.of(picture)
    return apply_frame(operation, frame, inputs={"mask": Frame.of(as_mask(hole))}, **params)


@pytest.mark.parametrize("operation", FILLS)
@pytest.mark.parametrize(("dtype", "full"), [(np.uint8, 255), (np.uint16, 65535), (np.float32, 1)])
def test_outside_the_hole_every_bit_stays_at_every_depth(operation, dtype, full):
    rng = np.random.default_rng(3)
    picture = (rng.random((40, 50, 3)) * full).astype(dtype)
    hole = blob(40, 50)
    params = {"expand": 0, "shadow": 0} if operation == "inpaint.remove" else {}
    after = filled(operation, picture, hole, **params)
    assert after.rgb.dtype == dtype
    assert np.array_equal(after.rgb[~hole], picture[~hole])
    assert not np.array_equal(after.rgb[hole], picture[hole])
    assert after.findings[operation]["filled"] == pytest.approx(hole.mean(), abs=1e-4)


@pytest.mark.parametrize("operation", FILLS)
def test_what_was_in_the_hole_does_not_matter(operation):
    hole = blob(60, 60)
    picture = COFFEE[:60, :60]
    other = np.where(hole[..., None], np.float32(0.9), picture)
    params = {"expand": 0, "shadow": 0} if operation == "inpaint.remove" else {}
    one, two = (filled(operation, each, hole, **params).rgb for each in (picture, other))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("operation", FILLS)
def test_an_empty_mask_changes_nothing_and_says_so(operation):
    after = filled(operation, COFFEE, np.zeros((200, 200), bool))
    assert np.array_equal(after.rgb, COFFEE)
    assert "empty" in after.findings[operation]["note"]


@pytest.mark.parametrize("operation", FILLS)
def test_no_mask_and_a_mask_of_everything_are_refused_in_words(operation):
    with pytest.raises(BadParameters, match="must be told where"):
        apply(operation, COFFEE)
    with pytest.raises(BadParameters, match="whole picture"):
        filled(operation, COFFEE, np.ones((200, 200), bool))


@pytest.mark.parametrize("operation", FILLS)
@pytest.mark.parametrize(
    "box", [(0, 0, 0.3, 0.3), (0.7, 0.6, 1, 1), (0, 0.4, 1, 0.6), (0, 0, 1, 0.97), (0.5, 0.5, 0.50001, 0.50001)]
)
def test_a_hole_may_touch_the_border_or_leave_hardly_anything(operation, box):
    after = apply(operation, COFFEE[:50, :70], box=box)
    assert np.isfinite(after).all()
    assert after.min() >= 0
    assert after.max() <= 1


@pytest.mark.parametrize("operation", FILLS)
@pytest.mark.parametrize("size", [(1, 2), (2, 3), (1, 40), (5, 6), (9, 9)])
def test_tiny_pictures_are_filled_too(operation, size):
    picture = np.random.default_rng(0).random((*size, 3)).astype(np.float32)
    hole = np.zeros(size, bool)
    hole[0, 0] = True
    after = filled(operation, picture, hole).rgb
    assert np.isfinite(after).all()


@pytest.mark.parametrize("operation", FILLS)
def test_alpha_and_other_planes_stay(operation):
    alpha = np.random.default_rng(0).integers(0, 256, (60, 60)).astype(np.uint8)
    frame = Frame.of((COFFEE[:60, :60] * 255).astype(np.uint8), alpha).with_planes(depth=np.ones((60, 60), np.float32))
    after = filled(operation, frame, blob(60, 60))
    assert np.array_equal(after.alpha, alpha)
    assert np.array_equal(after.planes["depth"], frame.planes["depth"])


@pytest.mark.parametrize("operation", ["inpaint.patch", "inpaint.remove"])
def test_the_seed_decides(operation):
    hole = blob(90, 90)
    once, again = (filled(operation, COFFEE[:90, :90], hole, seed=4).rgb for _ in range(2))
    assert np.array_equal(once, again)


def test_values_out_of_range_outside_the_hole_stay():
    picture = (COFFEE * 1.5 - 0.2).astype(np.float32)
    hole = scratches()
    assert np.array_equal(filled("inpaint.patch", picture, hole).rgb[~hole], picture[~hole])


def test_expand_makes_the_hole_larger():
    share = [filled("inpaint.ns", COFFEE, blob(), expand=pixels).findings["inpaint.ns"]["filled"] for pixels in (0, 5)]
    assert share[1] > 1.2 * share[0]


@pytest.mark.parametrize("operation", FILLS)
@pytest.mark.parametrize("level", [0, 255])
def test_a_photo_of_one_tone_is_filled_with_it(operation, level):
    hole = np.zeros((200, 240), bool)
    hole[90:110, 80:150] = True
    after = filled(operation, np.full((200, 240, 3), level, np.uint8), hole)
    assert np.all(after.rgb == level)
