"""What was changed in a product is found, and what editing may change is not; a line's defects are found where they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.errors import BadParameters
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

PRINT = data.astronaut()
PHOTO = np.full((700, 800, 3), (120, 110, 95), np.uint8)
PHOTO[90:602, 150:662] = PRINT


def finished(change=lambda rgb: rgb, gain=1.0) -> Frame:
    """The product of PHOTO on white at another size and place, as an edit would leave it."""
    product = np.clip(change(PRINT.copy()).astype(np.float32) * gain, 0, 255).astype(np.uint8)
    canvas = np.full((1000, 1000, 3), 255, np.uint8)
    canvas[130:870, 130:870] = cv2.resize(product, (740, 740), interpolation=cv2.INTER_CUBIC)
    return Frame.of(canvas)


def same(frame: Frame, original=PHOTO) -> dict:
    return apply_frame("inspect.sameness", frame, inputs={"original": Frame.of(original)}).findings["inspect.sameness"]


def redrawn(rgb):
    rgb[300:380, 200:300] = (40, 160, 60)
    return rgb


def wiped(rgb):
    rgb[60:180, 180:290] = cv2.GaussianBlur(rgb[60:180, 180:290], (0, 0), 12)
    return rgb


@pytest.mark.parametrize("gain", [1.0, 0.85, 1.1])
def test_light_and_size_may_change(gain):
    finding = same(finished(gain=gain))
    assert finding["checks"][0]["status"] == "pass"
    assert finding["changed"] < 0.005


@pytest.mark.parametrize(("change", "verdicts"), [(redrawn, {"fail"}), (wiped, {"warn", "fail"})])
def test_what_was_drawn_or_wiped_is_found(change, verdicts):
    finding = same(finished(change))
    assert finding["verdict"] in verdicts
    left, top, right, bottom = (value / 1000 * finding["compared_at"][0] for value in (0, 0, 1000, 1000))
    assert all(left <= place["box"][0] < right and top <= place["box"][1] < bottom for place in finding["places"])


def test_the_place_of_a_change_is_where_it_is():
    place = same(finished(redrawn))["places"][0]["box"]
    wanted = [130 + 740 / 512 * value for value in (200, 300, 300, 380)]
    assert np.abs(np.array(place) - wanted).max() < 15


def test_a_strong_shift_of_colour_is_told():
    tinted = finished(lambda rgb: (rgb * np.array([1.0, 0.72, 0.6])).astype(np.uint8))
    assert [check["status"] for check in same(tinted)["checks"]][1] == "warn"


def test_another_product_does_not_pass():
    other = np.full((700, 800, 3), 90, np.uint8)
    other[50:350, 100:551] = data.chelsea()
    assert same(finished(), other)["verdict"] in ("not_checked", "fail")
    plain = np.full((300, 300, 3), 200, np.uint8)
    assert same(Frame.of(plain), plain)["verdict"] == "not_checked"
    with pytest.raises(BadParameters, match="own: true"):
        apply_frame("inspect.sameness", Frame.of(plain))


BOARD = cv2.resize(data.astronaut(), (600, 600))


def on_the_line(rgb, turn=0.0, shift=(0, 0), gain=1.0) -> Frame:
    """A part as the camera sees it: a little turned, moved and in other light."""
    matrix = cv2.getRotationMatrix2D((300, 300), turn, 1.0)
    matrix[:, 2] += shift
    seen = cv2.warpAffine(rgb, matrix, (600, 600), borderMode=cv2.BORDER_REPLICATE)
    return Frame.of(np.clip(seen.astype(np.float32) * gain, 0, 255).astype(np.uint8))


def inspected(frame: Frame, tolerance=None, **params):
    inputs = {"golden": Frame.of(BOARD)} | ({} if tolerance is None else {"tolerance": Frame.of(tolerance)})
    return apply_frame("inspect.golden", frame, inputs=inputs, **params)


def scratched():
    part = BOARD.copy()
    cv2.line(part, (200, 400), (290, 430), (240, 240, 240), 6)
    return part


@pytest.mark.parametrize(("turn", "shift", "gain"), [(0, (0, 0), 1.0), (2, (6, -4), 1.0), (-1.5, (-5, 3), 0.85)])
def test_good_parts_pass_and_bad_ones_fail_wherever_they_lie(turn, shift, gain):
    good = inspected(on_the_line(BOARD, turn, shift, gain)).findings["inspect.golden"]
    assert good["verdict"] == "pass", good
    assert "alert" not in good
    bad = inspected(on_the_line(scratched(), turn, shift, gain)).findings["inspect.golden"]
    assert bad["verdict"] == "fail"
    assert "differ" in bad["alert"]
    matrix = cv2.getRotationMatrix2D((300, 300), turn, 1.0)
    matrix[:, 2] += shift
    centre = matrix @ (245, 415, 1)
    box = bad["defects"][0]["box"]
    assert box[0] < centre[0] < box[2]
    assert box[1] < centre[1] < box[3]


def test_places_that_may_differ_are_let_pass():
    may = np.zeros((600, 600, 3), np.uint8)
    may[370:460, 170:320] = 255
    assert inspected(on_the_line(scratched()), tolerance=may).findings["inspect.golden"]["verdict"] == "pass"
    assert inspected(on_the_line(scratched()), max_defects=3).findings["inspect.golden"]["verdict"] == "warn"


def test_something_else_fails_with_an_alert():
    for picture in (data.chelsea(), np.full((300, 300, 3), 128, np.uint8)):
        finding = inspected(Frame.of(picture)).findings["inspect.golden"]
        assert finding["verdict"] == "fail"
        assert finding["alert"]


def test_defects_are_drawn_only_where_asked_for():
    part = on_the_line(scratched())
    assert (inspected(part).rgb == part.rgb).all()
    marked = inspected(part, mark=True)
    assert (marked.rgb != part.rgb).any()
    with pytest.raises(BadParameters, match="`golden`"):
        apply_frame("inspect.golden", part)
