"""What scenes and look boards promise."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame
from packshot_compose.ambience import ambience_of
from packshot_compose.board import MOST, Board, Collect
from packshot_compose.scene import Scene
from packshot_compose.templates import TEMPLATES

from .pictures import bottle, do, place


def scene(ground, frame=None, **params):
    return do(Scene, frame or bottle(), inputs={"ground": ground}, **params)


@pytest.mark.parametrize("floor", [0.45, 0.6, 0.75])
def test_the_floor_is_found(floor):
    found = ambience_of(place(floor=floor).rgb)
    assert found.floor_seen
    assert abs(found.floor - floor) < 0.02


def test_without_an_edge_the_floor_is_at_its_usual_place():
    assert not ambience_of(np.full((100, 100, 3), 0.6, np.float32)).floor_seen


@pytest.mark.parametrize(("light", "sign"), [((0.5, 1.2), 1), ((1.2, 0.5), -1)])
def test_the_lights_side_is_found_and_the_shadow_falls_away_from_it(light, sign):
    ground = place(light=light, width=400, height=300)
    assert np.sign(ambience_of(ground.rgb).light_from) == sign
    empty, full = ground.rgb, scene(ground, match=0).rgb
    darker = np.clip(empty - full, 0, 1).sum(axis=2)
    left, right = darker[:, :150].sum(), darker[:, 250:].sum()
    assert (left > 3 * right) if sign > 0 else (right > 3 * left)


def test_the_product_stands_on_the_floor_and_is_otherwise_untouched():
    frame, ground = bottle(), place(width=400, height=300)
    result = scene(ground, frame, match=0, shadow=0)
    left, top, right, bottom = result.findings["compose.scene"]["box"]
    assert 0.6 * 300 < bottom < 300
    outside = np.ones((300, 400), bool)
    outside[top:bottom, left:right] = False
    np.testing.assert_array_equal(result.rgb[outside], ground.rgb[outside])
    middle = (top + bottom) // 2
    np.testing.assert_allclose(result.rgb[middle, (left + right) // 2], frame.rgb[90, 80], atol=0.03)
    assert set(result.planes) == {"rgb"}


def test_it_is_smaller_behind_than_in_front():
    far, near = (scene(place(), y=y).findings["compose.scene"]["box"] for y in (0.65, 0.95))
    assert far[3] - far[1] < 0.75 * (near[3] - near[1])


def test_colours_take_on_the_places_light_by_match():
    warm = place(tint=(1.1, 0.95, 0.7))
    untouched, matched = (scene(warm, shadow=0, match=match).rgb for match in (0, 1))
    left, top, right, bottom = scene(warm).findings["compose.scene"]["box"]
    box = np.s_[(top + bottom) // 2, (left + right) // 2]
    assert matched[box][0] > untouched[box][0]
    assert matched[box][2] < untouched[box][2]


def test_a_product_larger_than_the_place_says_that_it_is_cut_off():
    result = scene(place(), size=1.5, y=1.0, x=0.0)
    assert result.findings["compose.scene"]["cut_off"]
    assert result.rgb.shape == place().rgb.shape


def test_what_a_scene_needs_is_said():
    with pytest.raises(BadPhoto, match=r"cutout\.classical"):
        scene(place(), Frame.of(bottle().rgb))
    with pytest.raises(BadPhoto, match="nothing in it"):
        scene(place(), Frame.of(bottle().rgb, np.zeros_like(bottle().alpha)))
    with pytest.raises(BadParameters, match="photo of a place"):
        do(Scene, bottle())


@pytest.mark.parametrize("layout", TEMPLATES)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, MOST])
def test_products_of_a_board_do_not_overlap_and_stay_inside(layout, count):
    items = {f"cutouts.{n}": bottle(height=120 + 20 * n, width=200) for n in range(1, count)}
    board = do(Board, bottle(), inputs=items, layout=layout, width=400, height=300)
    boxes = board.findings["compose.board"]["boxes"]
    assert len(boxes) == count
    taken = np.zeros((300, 400), int)
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= 400
        assert 0 <= top < bottom <= 300
        taken[top:bottom, left:right] += 1
    assert taken.max() == 1
    assert (board.alpha[taken == 0] == 0).all()
    assert board.alpha.max() > 0.9


def test_in_a_row_all_stand_on_one_line():
    items = {f"cutouts.{n}": bottle(width=100 + 60 * n) for n in range(1, 4)}
    boxes = do(Board, bottle(), inputs=items, layout="row").findings["compose.board"]["boxes"]
    assert len({box[3] for box in boxes}) == 1


def test_a_boards_products_keep_their_colours_and_proportions():
    frame = bottle(colour=(0.5, 0.2, 0.2))
    board = do(Board, frame, width=320, height=360, margin=0)
    left, top, right, bottom = board.findings["compose.board"]["boxes"][0]
    assert abs((right - left) / (bottom - top) - 51 / 108) < 0.03
    np.testing.assert_allclose(board.rgb[(top + bottom) // 2, (left + right) // 2], frame.rgb[90, 80], atol=0.03)
    # No fringe: where alpha is soft, colours are still the product's.
    edge = board.rgb[(board.alpha > 0.05) & (board.alpha < 0.95)]
    assert (edge[:, 0] > edge[:, 1]).all()


def test_cutouts_put_aside_come_onto_the_board():
    first, second, third = (bottle(colour=colour) for colour in ((0.6, 0.1, 0.1), (0.1, 0.6, 0.1), (0.1, 0.1, 0.6)))
    after = do(Collect, first, inputs={"next": Frame.of(second.rgb)})
    assert after.alpha is None
    after = do(Collect, after.with_planes(alpha=second.alpha), inputs={"next": Frame.of(third.rgb)})
    aside = do(Board, after.with_planes(alpha=third.alpha), layout="row")
    given = do(Board, first, inputs={"cutouts.1": second, "cutouts.2": third}, layout="row")
    assert set(aside.planes) == {"rgb", "alpha"}
    np.testing.assert_array_equal(aside.rgb, given.rgb)
    np.testing.assert_array_equal(aside.alpha, given.alpha)


def test_what_is_put_aside_is_as_large_as_the_next_photo_has_room_for():
    after = do(Collect, bottle(height=720, width=640), inputs={"next": bottle()})
    assert after.planes["kept.1"].shape == (180, 160, 4)
    assert (after.planes["kept.1"][..., 3] > 0.5).any(axis=1).sum() == 180


def test_what_a_board_needs_is_said():
    with pytest.raises(BadPhoto, match="Product 2 of the look board is not cut out"):
        do(Board, bottle(), inputs={"cutouts": Frame.of(bottle().rgb)})
    with pytest.raises(BadPhoto, match=r"cutout\.classical"):
        do(Board, Frame.of(bottle().rgb))
    with pytest.raises(BadParameters, match="up to 12"):
        do(Board, bottle(), inputs={f"cutouts.{n}": bottle() for n in range(1, MOST + 1)})
    with pytest.raises(BadParameters, match="`next`"):
        do(Collect, bottle())
