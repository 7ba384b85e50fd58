"""Sets that are made for a product leave it alone, fit its photo, and are another for each seed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from packshot.errors import BadPhoto
from packshot.imaging.cielab import to_lab
from packshot.imaging.hex_colour import parse_colour
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame
from packshot_compose.harmony import palette_for
from packshot_compose.setting import Setting
from packshot_compose.shadow import Shadow
from packshot_compose.standing import standing_of

from .pictures import bottle, do

STYLES = ["studio", "podium", "window", "leaves", "table"]
SEEDS = range(4)


def wall_of(made):
    return to_lab(parse_colour(made.findings["compose.setting"]["wall"])[None, None])[0, 0]


def round_thing(rise, size=200):
    """A cylinder seen from a little above: an ellipse for its foot."""
    canvas = np.zeros((size, size), np.uint8)
    cv2.rectangle(canvas, (60, 50), (140, 140), 255, -1)
    cv2.ellipse(canvas, (100, 140), (40, round(40 * rise)), 0, 0, 360, 255, -1)
    return canvas.astype(np.float32) / 255


@pytest.mark.parametrize("style", STYLES)
def test_the_products_pixels_are_not_touched(style):
    product = bottle(height=240, width=200)
    eight = Frame.of(np.rint(product.rgb * 255).astype(np.uint8), np.rint(product.alpha * 255).astype(np.uint8))
    inside = cv2.erode((eight.alpha == 255).astype(np.uint8), np.ones((3, 3))) > 0
    for seed in SEEDS:
        made = apply_frame("compose.setting", eight, seed=seed, style=style)
        assert made.alpha is None
        assert np.array_equal(made.rgb[inside], eight.rgb[inside])
        assert not np.array_equal(made.rgb, eight.rgb)


@pytest.mark.parametrize("style", ["any", *STYLES])
def test_a_seed_is_a_set_and_another_seed_another(style):
    first, again, other = (do(Setting, bottle(), seed=seed, style=style).rgb for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).mean() > 0.01
    assert first.min() >= 0
    assert first.max() <= 1


def test_any_style_is_drawn_in_time():
    drawn = {do(Setting, bottle(), seed=seed).findings["compose.setting"]["made_of"][0] for seed in range(40)}
    assert drawn == set(STYLES)


@pytest.mark.parametrize("mirrored", [False, True])
def test_light_comes_from_the_side_that_is_bright_on_the_product(mirrored):
    product = bottle()
    if mirrored:
        product = Frame({name: np.ascontiguousarray(plane[:, ::-1]) for name, plane in product.planes.items()})
    made = do(Setting, product, seed=3, style="studio")
    assert made.findings["compose.setting"]["light_from"] == ("right" if mirrored else "left")
    left, right = made.rgb[:30, :40].mean(), made.rgb[:30, -40:].mean()
    assert (right > left) == mirrored
    asked = do(Setting, product, seed=3, style="studio", light="left")
    assert asked.findings["compose.setting"]["light_from"] == "left"


def test_the_shadow_falls_away_from_the_light():
    made, without = (do(Setting, bottle(), seed=3, style="studio", shadow=dark).rgb for dark in (0.9, 0))
    darker = (without - made).mean(axis=2)
    assert darker[:, 90:].sum() > 2 * darker[:, :70].sum() > 0


@pytest.mark.parametrize("rise", [0.2, 0.3, 0.4])
def test_how_a_round_foot_bends_tells_from_how_high_it_was_seen(rise):
    alpha = round_thing(rise)
    assert standing_of(np.zeros((*alpha.shape, 3), np.float32), alpha).rise == pytest.approx(rise, abs=0.1)


def test_the_higher_the_camera_the_higher_the_floor_reaches():
    def floor_of(rise):
        alpha = round_thing(rise)
        rgb = np.broadcast_to(np.float32([0.3, 0.4, 0.5]), (*alpha.shape, 3))
        edge = np.diff(do(Setting, Frame.of(rgb, alpha), seed=5, style="studio", shadow=0).rgb[:, 4].mean(axis=1))
        return int(np.argmin(edge))

    assert floor_of(0.4) < floor_of(0.15)


@pytest.mark.parametrize(("colour", "darker"), [((0.95, 0.95, 0.93), True), ((0.1, 0.1, 0.12), False), ((0.7, 0.2, 0.15), False)])
def test_walls_let_the_outline_show(colour, darker):
    product = bottle(colour=colour)
    own = float(np.median(to_lab(product.rgb)[..., 0][product.alpha > 0.9]))
    for seed in SEEDS:
        wall = wall_of(do(Setting, product, seed=seed))
        assert abs(wall[0] - own) > 8
        assert (wall[0] < own) == darker


@pytest.mark.parametrize(("colors", "turn"), [("tone", 0), ("neighbour", 35), ("contrast", 180)])
def test_colours_are_in_harmony_with_the_products(colors, turn):
    product = bottle(colour=(0.2, 0.45, 0.3))
    lab = np.median(to_lab(product.rgb)[product.alpha > 0.9], axis=0)
    own = np.rad2deg(np.arctan2(lab[2], lab[1]))
    for seed in SEEDS:
        wall = wall_of(do(Setting, product, seed=seed, colors=colors))
        apart = (np.rad2deg(np.arctan2(wall[2], wall[1])) - own) % 360
        assert min(apart, 360 - apart) == pytest.approx(turn, abs=25)


def test_of_a_grey_product_any_hue_will_do():
    grey = palette_for(np.full((20, 20, 3), 0.4, np.float32), np.ones((20, 20), np.float32), "contrast", np.random.default_rng(0))
    assert all(np.isfinite(colour).all() for colour in (grey.wall, grey.floor, grey.prop, grey.shade))


def test_a_shadow_that_was_cast_before_is_used():
    shaded = do(Shadow, bottle(), mode="floating")
    one, other = (do(Setting, shaded, seed=1, style="studio", shadow=dark).rgb for dark in (0, 1))
    np.testing.assert_array_equal(one, other)


def test_what_was_not_cut_out_or_not_found_is_refused():
    with pytest.raises(BadPhoto, match="needs a cut-out product"):
        do(Setting, Frame.of(np.zeros((20, 20, 3), np.float32)))
    with pytest.raises(BadPhoto, match="was not found"):
        do(Setting, Frame.of(np.zeros((20, 20, 3), np.float32), np.zeros((20, 20), np.float32)))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (3, 2)])
def test_tiny_pictures(style, size):
    frame = Frame.of(np.full((*size, 3), 0.5, np.float32), np.ones(size, np.float32))
    assert do(Setting, frame, style=style).rgb.shape == (*size, 3)
