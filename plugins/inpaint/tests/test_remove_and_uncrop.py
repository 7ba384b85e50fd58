"""An object goes with its shadow; a canvas grows as the ground goes on."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from plugins.inpaint.tests.pictures import GRASS, as_mask, board

from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame


def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A red ball on a board with a soft shadow at its right; the ball; the empty board."""
    empty = board(200, 240)
    shadow, ball = np.zeros((200, 240), np.float32), np.zeros((200, 240), np.uint8)
    cv2.ellipse(shadow, (140, 120), (34, 18), 0, 0, 360, 0.35, -1)
    cv2.circle(ball, (110, 100), 26, 1, -1)
    lit = empty * (1 - cv2.GaussianBlur(shadow, (0, 0), 5)[..., None])
    return np.where(ball[..., None] > 0, np.float32([0.7, 0.1, 0.1]), lit).astype(np.float32), ball > 0, empty


def test_the_object_and_its_shadow_are_gone():
    picture, ball, empty = scene()
    after = apply("inpaint.remove", picture, as_mask(ball))
    assert np.abs(after - empty).mean(axis=2).max() < 0.06
    kept = apply("inpaint.remove", picture, as_mask(ball), shadow=0)
    assert (empty - kept).mean(axis=2).max() > 0.15


def test_without_a_shadow_only_the_mask_and_its_rim_go():
    _, ball, empty = scene()
    picture = np.where(ball[..., None], np.float32(0.2), empty)
    after = apply("inpaint.remove", picture, as_mask(ball), expand=2)
    far = cv2.dilate(ball.astype(np.uint8), np.ones((15, 15), np.uint8)) == 0
    assert np.array_equal(after[far], picture[far])


def test_a_large_thing_of_the_grounds_colour_is_no_shadow_of_a_sticker_on_it():
    picture = board(200, 240)
    picture[50:150, 60:190] *= 0.7
    sticker = np.zeros((200, 240), np.uint8)
    sticker[90:106, 100:150] = 1
    labelled = np.where(sticker[..., None] > 0, np.float32([0.7, 0.1, 0.1]), picture).astype(np.float32)
    after = apply("inpaint.remove", labelled, as_mask(sticker > 0))
    assert np.abs(after - picture).mean(axis=2)[50:150, 60:190].mean() < 0.02


def test_a_tables_edge_runs_on_across_the_new_canvas():
    rng = np.random.default_rng(0)
    photo = np.empty((120, 140, 3), np.float32)
    photo[:60], photo[60:] = (0.75, 0.72, 0.68), (0.45, 0.3, 0.2)
    photo += rng.normal(0, 0.03, photo.shape[:2]).astype(np.float32)[..., None]
    after = apply("inpaint.uncrop", photo, left=70, right=70, ground="textured")
    wall, table = after[:54].mean(axis=2), after[66:].mean(axis=2)
    assert (wall > 0.5).mean() > 0.98
    assert (table < 0.5).mean() > 0.98


def test_the_outermost_pixels_are_as_good_as_the_others():
    """Behind a table of wood, a narrow wall: at the canvas's edge it was painted over with wood."""
    rng = np.random.default_rng(0)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (240, 230)).astype(np.float32), (0, 0), sigmaX=25, sigmaY=1)
    photo = np.float32([0.5, 0.33, 0.2]) * (1 + 0.15 * grain / grain.std())[..., None]
    photo[:40] = (0.75, 0.72, 0.68)
    photo += rng.normal(0, 0.01, photo.shape[:2]).astype(np.float32)[..., None]
    is_wall = apply("inpaint.uncrop", photo, left=75, right=75, ground="textured").mean(axis=2) > 0.55
    for edge in (is_wall[:36, :8], is_wall[:36, -8:], is_wall[:6]):
        assert edge.mean() > 0.99
    for edge in (is_wall[46:, :8], is_wall[46:, -8:], is_wall[-6:]):
        assert edge.mean() < 0.01


def test_a_box_says_where_the_object_is():
    picture, _, empty = scene()
    after = apply("inpaint.remove", picture, box=(0.34, 0.36, 0.58, 0.64))
    assert np.abs(after - empty).mean(axis=2).max() < 0.06


def test_a_plain_ground_runs_on_with_its_light_and_grain():
    whole = board(160, 300)
    photo = whole[:, 60:220]
    frame = apply_frame("inpaint.uncrop", Frame.of(photo), left=60, right=80)
    assert frame.rgb.shape == (160, 300, 3)
    assert np.array_equal(frame.rgb[:, 60:220], photo)
    assert frame.findings["inpaint.uncrop"]["ground"] == "plain"
    soft = [cv2.GaussianBlur(picture, (0, 0), 6) for picture in (frame.rgb, whole)]
    assert np.abs(soft[0] - soft[1]).max() < 0.05
    new, old = frame.rgb[:, :55], photo
    grain = [float((rgb - cv2.GaussianBlur(rgb, (0, 0), 2)).std()) for rgb in (new, old)]
    assert grain[0] == pytest.approx(grain[1], rel=0.25)


def test_a_texture_goes_on_as_texture():
    frame = apply_frame("inpaint.uncrop", Frame.of(GRASS[:120, :120]), right=30)
    assert frame.findings["inpaint.uncrop"]["ground"] == "textured"
    assert frame.rgb[:, 122:].std() > 0.5 * GRASS.std()


def test_a_product_that_is_cut_off_is_told_and_not_smeared():
    photo = board(120, 120)
    photo[80:, 50:80] = (0.1, 0.2, 0.6)
    frame = apply_frame("inpaint.uncrop", Frame.of(photo), bottom=40, ground="plain")
    assert "bottom" in frame.findings["inpaint.uncrop"]["note"]
    assert frame.rgb[125:].min() > 0.5


@pytest.mark.parametrize(("ratio", "size"), [("1:1", (120, 120)), ("2:1", (120, 240)), ("1:2", (160, 80)), ("3:4", (120, 90))])
def test_an_aspect_ratio_is_reached_by_growing_only(ratio, size):
    photo = board(120, 80)
    assert apply("inpaint.uncrop", photo, aspect_ratio=ratio).shape[:2] == size


def test_nothing_asked_is_nothing_done_and_a_cutout_grows_clear():
    photo = board(60, 60)
    assert np.array_equal(apply("inpaint.uncrop", photo), photo)
    cut = Frame.of(photo, np.ones((60, 60), np.float32)).with_planes(depth=np.ones((60, 60), np.float32))
    grown = apply_frame("inpaint.uncrop", cut, top=10)
    assert grown.alpha.shape == grown.planes["depth"].shape == (70, 60)
    assert grown.alpha[:10].max() == 0
    assert grown.alpha[10:].min() == 1


@pytest.mark.parametrize("ground", ["auto", "plain", "textured"])
@pytest.mark.parametrize("size", [(1, 1), (2, 5), (9, 1), (16, 16)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_any_size_grows_and_the_photo_stays_bit_for_bit(ground, size, dtype):
    photo = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (*size, 3)).astype(dtype)
    after = apply("inpaint.uncrop", photo, left=3, top=2, right=20, bottom=1, ground=ground)
    assert after.dtype == dtype
    assert np.array_equal(after[2 : 2 + size[0], 3 : 3 + size[1]], photo)
