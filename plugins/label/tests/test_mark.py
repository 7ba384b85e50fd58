"""A mark can be read where it was put, and changes nothing elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters
from packshot.imaging.ground import box_of
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

GREY = Frame.of(np.full((200, 300, 3), 128, np.uint8))


def marked(frame=GREY, logo=None, **params):
    inputs = {} if logo is None else {"logo": logo}
    after = apply_frame("label.mark", frame, inputs=inputs, **params)
    return after, np.any(after.rgb != frame.rgb, axis=-1)


@pytest.mark.parametrize(
    ("position", "across", "down"), [("top-left", 0, 0), ("middle-center", 1, 1), ("bottom-right", 2, 2), ("top-right", 2, 0)]
)
def test_it_stands_where_it_was_put(position, across, down):
    _, changed = marked(position=position, size=0.1)
    box = box_of(changed)
    assert box is not None
    assert (box.left + box.right) // 2 // 100 == across
    assert min(2, (box.top + box.bottom) // 2 * 3 // 200) == down
    assert abs(box.height - 20) <= 2


def test_opacity_is_how_far_it_goes():
    assert marked(opacity=0)[0] is GREY or (marked(opacity=0)[0].rgb == 128).all()
    full, _ = marked(opacity=1, color="#ff0000", size=0.3)
    half, _ = marked(opacity=0.5, color="#ff0000", size=0.3)
    assert full.rgb[..., 0].max() == 255
    assert abs(int(half.rgb[..., 0].max()) - 192) <= 1


def test_it_can_be_read_on_dark_and_on_light():
    assert marked(Frame.of(np.full((90, 90, 3), 20, np.uint8)), size=0.2)[0].rgb.max() > 120
    assert marked(Frame.of(np.full((90, 90, 3), 240, np.uint8)), size=0.2)[0].rgb.min() < 140


@pytest.mark.parametrize("angle", [0, 30])
def test_tiles_leave_no_large_place_free(angle):
    _, changed = marked(tile=True, size=0.08, angle=angle)
    blocks = changed[:200, :300].reshape(2, 100, 3, 100).any(axis=(1, 3))
    assert blocks.all()


def test_a_logo_keeps_its_colours_and_its_clear_parts():
    logo = np.zeros((40, 80, 3), np.uint8)
    logo[..., 1] = 200
    alpha = np.zeros((40, 80), np.uint8)
    alpha[:, 40:] = 255
    after, changed = marked(logo=Frame.of(logo, alpha), size=0.2, opacity=1, position="top-left", margin=0)
    box = box_of(changed)
    assert box == (40, 0, 80, 40)
    assert (after.rgb[10, 60] == (0, 200, 0)).all()


def test_on_a_clear_ground_alpha_grows_with_the_mark():
    clear = Frame.of(np.zeros((100, 200, 3), np.uint8), np.zeros((100, 200), np.uint8))
    after = apply_frame("label.mark", clear, size=0.3, color="#ffffff", opacity=1)
    assert after.alpha is not None
    assert after.alpha.max() == 255
    assert (after.rgb[after.alpha == 255] == 255).all()
    assert (after.alpha == 0).mean() > 0.5


def test_letters_that_no_font_has_are_told():
    with pytest.raises(BadParameters, match="letters"):
        marked(text="\U00012345\U00012346")
    with pytest.raises(BadParameters, match="nothing to write"):
        marked(text="  ")
    with pytest.raises(BadParameters, match="no font"):
        marked(font="Nowhere.ttf")
    with pytest.raises(BadParameters):
        marked(font="../secret.ttf")
