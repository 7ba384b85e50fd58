"""`layout.canvas`: the product stands where Photoroom's words put it."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters, BadPhoto
from packshot.imaging.ground import Box, box_of
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

WHOLE = Box(30, 40, 130, 90)


def cutout(box=WHOLE, size=(120, 200)) -> Frame:
    """A product of 100×50 in a photo of 200×120."""
    rgb, alpha = np.full((*size, 3), 60, np.uint8), np.zeros(size, np.uint8)
    rgb[box.top : box.bottom, box.left : box.right] = (200, 40, 30)
    alpha[box.top : box.bottom, box.left : box.right] = 255
    return Frame.of(rgb, alpha)


def placed(frame=None, **params) -> tuple[tuple[int, int], Box]:
    """Size of the canvas, and the product's box on it."""
    after = apply_frame("layout.canvas", frame or cutout(), **params)
    box = box_of(after.alpha > 127)
    assert box is not None
    return (after.width, after.height), box


@pytest.mark.parametrize(
    ("params", "size", "box"),
    [
        ({"output_size": "400x400"}, (400, 400), (0, 100, 400, 300)),
        ({"output_size": "400x400", "padding": 0.1}, (400, 400), (40, 120, 360, 280)),
        ({"output_size": "400x400", "padding": "10%", "margin": "20px"}, (400, 400), (60, 130, 340, 270)),
        ({"output_size": "400x400", "padding": 0.1, "vertical_alignment": "bottom"}, (400, 400), (40, 200, 360, 360)),
        (
            {"output_size": "400x400", "padding": 0.1, "padding_bottom": "60px", "vertical_alignment": "bottom"},
            (400, 400),
            (40, 180, 360, 340),
        ),
        ({"output_size": "400x100", "horizontal_alignment": "left"}, (400, 100), (0, 0, 200, 100)),
        ({"output_size": "400x100", "horizontal_alignment": "right", "margin_right": "40px"}, (400, 100), (160, 0, 360, 100)),
        ({"output_size": "croppedSubject"}, (100, 50), (0, 0, 100, 50)),
        ({"output_size": "croppedSubject", "padding": 0.1}, (125, 62), (12, 6, 112, 56)),
        ({"output_size": "croppedSubject", "padding": "10px", "max_width": 60}, (60, 35), (15, 10, 45, 25)),
        ({"output_size": "originalImage", "reference_box": "originalImage"}, (200, 120), (30, 40, 130, 90)),
        ({"output_size": "400x240", "reference_box": "originalImage"}, (400, 240), (60, 80, 260, 180)),
        ({}, (200, 120), (0, 10, 200, 110)),
    ],
)
def test_the_product_stands_where_the_words_put_it(params, size, box):
    found_size, found_box = placed(**params)
    assert found_size == size
    assert np.abs(np.subtract(found_box, box)).max() <= 1


def test_fill_covers_its_box_and_is_cut_at_the_margin():
    size, box = placed(output_size="400x400", scaling="fill", margin="50px")
    assert size == (400, 400)
    assert box == (50, 50, 350, 350)


@pytest.mark.parametrize(("snap", "left"), [(True, 0), (False, 40)])
def test_a_product_that_the_photo_cuts_off_stands_at_that_side(snap, left):
    cut = cutout(Box(0, 40, 100, 90))
    _, box = placed(cut, output_size="400x400", padding=0.1, ignore_padding_and_snap_on_cropped_sides=snap)
    assert abs(box.left - left) <= 1
    finding = apply_frame("layout.canvas", cut).findings["layout.canvas"]
    assert finding["cut_off"] == ["left"]


def test_margin_is_kept_at_cut_off_sides_too():
    _, box = placed(cutout(Box(0, 40, 100, 90)), output_size="400x400", margin=0.1)
    assert abs(box.left - 40) <= 1


def test_around_a_plain_ground_there_is_more_of_it_and_a_colour_where_asked_for():
    rgb = np.full((60, 60, 3), 250, np.uint8)
    rgb[20:40, 20:40] = 30
    after = apply_frame("layout.canvas", Frame.of(rgb), output_size="100x100", padding=0.3)
    assert after.alpha is None
    assert (after.rgb[0] == 250).all()
    coloured = apply_frame("layout.canvas", cutout(), output_size="100x100", padding=0.3, background_color="#102030")
    assert (coloured.rgb[0] == (16, 32, 48)).all()


def test_words_without_sense_are_refused():
    with pytest.raises(BadParameters, match="no room"):
        placed(output_size="100x100", padding="30px", margin="30px")
    with pytest.raises(BadParameters, match="no room"):
        placed(output_size="croppedSubject", padding=0.3, margin=0.3)
    for wrong in ("100", "0x10", "99999x10", "wide"):
        with pytest.raises(BadParameters):
            placed(output_size=wrong)
    for wrong in (0.5, -0.1, "10", "10em"):
        with pytest.raises(BadParameters):
            placed(padding=wrong)
    with pytest.raises(BadPhoto, match="Nothing is left"):
        placed(Frame.of(np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9), np.uint8)))
