"""What shadows and reflections promise."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadPhoto
from packshot.plugin import Frame
from packshot_compose.floor import floor_line
from packshot_compose.reflection import Reflection
from packshot_compose.shadow import Shadow
from packshot_compose.white import White

from .pictures import bottle, do
from .test_compose import product

MODES = ["contact", "drop", "floating", "cast"]
BASE = 144
"""The row where the bottle stands."""


@pytest.mark.parametrize("params", [{"mode": "none"}, {"intensity": 0}])
def test_no_shadow_leaves_the_frame_alone(params):
    frame = product()
    assert do(Shadow, frame, **params) is frame


@pytest.mark.parametrize("mode", MODES)
def test_a_shadow_adds_only_its_plane(mode):
    frame = product()
    result = do(Shadow, frame, mode=mode)
    assert result.rgb is frame.rgb
    assert result.alpha is frame.alpha
    shadow = result.planes["shadow"]
    assert shadow.shape == frame.alpha.shape
    assert shadow.dtype == np.float32
    assert 0.1 < shadow.max() <= 0.5


def test_a_contact_shadow_lies_under_the_product_and_leaves_the_rest_pure_white():
    frame = product(height=240, width=320, radius=40.0, centre=(160.0, 110.0))
    result = do(White, do(Shadow, frame, mode="contact"))
    below, above = result.rgb[151:156, 150:170].mean(), result.rgb[60:68, 150:170].mean()
    assert below < 0.9
    assert above == 1
    border = np.concatenate([result.rgb[0], result.rgb[-1], result.rgb[:, 0], result.rgb[:, -1]])
    assert (border == 1).all()


def test_a_drop_shadow_falls_where_it_is_sent():
    frame = product(height=240, width=320, centre=(160.0, 120.0))
    for direction, nearer, farther in [(0, np.s_[:, 160:], np.s_[:, :160]), (90, np.s_[120:], np.s_[:120])]:
        shadow = do(Shadow, frame, mode="drop", direction=direction, offset=0.2).planes["shadow"]
        assert shadow[nearer].sum() > 1.2 * shadow[farther].sum()


def test_the_shadow_takes_its_colour():
    frame = product()
    result = do(White, do(Shadow, frame, mode="drop", color="#0000ff", intensity=1, offset=0.3))
    shaded = result.rgb[frame.alpha == 0]
    assert shaded[:, 2].min() == 1
    assert shaded[:, 0].min() < 0.5


@pytest.mark.parametrize(("direction", "side"), [(0, "right"), (180, "left"), (40, "right"), (140, "left")])
def test_a_cast_shadow_falls_where_the_light_sends_it(direction, side):
    shadow = do(Shadow, bottle(width=300), mode="cast", direction=direction).planes["shadow"]
    left, right = shadow[:, :100].sum(), shadow[:, 200:].sum()
    assert (right > 20 * left) if side == "right" else (left > 20 * right)


def test_a_longer_spread_reaches_farther():
    reach = []
    for spread in (0.3, 0.6, 1.2):
        shadow = do(Shadow, bottle(width=400), mode="cast", direction=0, spread=spread).planes["shadow"]
        reach.append(np.flatnonzero(shadow.max(axis=0) > 0.03)[-1])
    assert reach[0] + 15 < reach[1] < reach[2] - 30


def test_the_penumbra_grows_with_distance():
    """Across the shadow of an upright post, the fall from dark to light is steeper at its foot than at its far end."""
    height, width = 200, 400
    alpha = np.zeros((height, width), np.float32)
    alpha[40:160, 60:80] = 1
    frame = Frame.of(np.zeros((height, width, 3), np.float32), alpha)
    shadow = do(Shadow, frame, mode="cast", direction=0, spread=2, softness=0.5, intensity=1).planes["shadow"]

    def steepness(column):
        profile = shadow[:, column]
        return np.abs(np.diff(profile)).max() / profile.max()

    assert steepness(100) > 1.5 * steepness(230)


def test_a_cast_shadow_starts_at_the_foot():
    frame = bottle(width=300)
    shadow = do(Shadow, frame, mode="cast", direction=30).planes["shadow"]
    assert shadow[BASE - 1 : BASE + 3, 135:165].max() > 0.25
    assert shadow[: BASE - 60].max() < 0.02


def test_a_floating_product_has_its_shadow_below_it():
    shadow = do(Shadow, bottle(height=240), mode="floating", offset=0.2).planes["shadow"]
    row = np.argmax(shadow.max(axis=1))
    assert row > 0.8 * 240 + 15


def test_a_softer_shadow_is_spread_wider():
    hard, soft = (do(Shadow, bottle(width=300), mode="cast", direction=20, softness=s).planes["shadow"] for s in (0.0, 1.0))
    assert (soft > 0.01).sum() > 1.2 * (hard > 0.01).sum()


def test_the_finding_tells_of_a_shadow_without_room():
    assert do(Shadow, bottle(), mode="cast", direction=0, spread=2).findings["compose.shadow"]["cut_off"]
    assert not do(Shadow, bottle(width=600), mode="cast", direction=0).findings["compose.shadow"]["cut_off"]


def test_the_floor_is_level_under_handles_and_follows_a_box_seen_from_a_corner():
    alpha = np.zeros((200, 300), np.float32)
    alpha[50:180, 100:160] = 1
    alpha[60:100, 160:220] = 1
    assert np.abs(floor_line(alpha)[100:160] - 179).max() < 7
    assert np.abs(floor_line(alpha)[160:220] - 179).max() < 20  # the handle is 80 higher
    corner = np.zeros((200, 300), np.float32)
    for column in range(100, 200):
        corner[40 : 180 - abs(column - 150) // 3, column] = 1
    line = floor_line(corner)
    assert abs(line[150] - 179) < 4
    assert abs(line[105] - 164) < 4


def test_a_reflection_mirrors_the_product_below_its_base_and_fades():
    frame = bottle(height=240)
    result = do(Reflection, frame, intensity=0.8, length=1, softness=0)
    assert result.rgb is frame.rgb
    assert result.alpha is frame.alpha
    reflection = result.planes["reflection"]
    base = round(0.8 * 240)
    assert reflection[: base - 1].max() == 0
    middle = reflection[base + 2 :, 80, 3]
    assert middle[0] > 0.7
    assert (np.diff(middle) <= 1e-6).all()
    shown = reflection[base + 5, 80, :3] / reflection[base + 5, 80, 3]
    np.testing.assert_allclose(shown, frame.rgb[base - 6, 80], atol=0.02)


def test_a_reflection_lies_on_the_ground_and_not_on_the_product():
    frame = bottle(height=240)
    plain, glossy = do(White, frame), do(White, do(Reflection, frame))
    changed = np.abs(plain.rgb - glossy.rgb).max(axis=2) > 1 / 255
    assert changed.any()
    assert not changed[frame.alpha == 1].any()
    assert "reflection" not in glossy.planes


def test_no_reflection_leaves_the_frame_alone():
    frame = bottle()
    assert do(Reflection, frame, intensity=0) is frame


@pytest.mark.parametrize("operation", [Shadow, Reflection])
def test_an_empty_cutout_casts_nothing(operation):
    frame = Frame.of(np.zeros((20, 30, 3), np.float32), np.zeros((20, 30), np.float32))
    assert do(operation, frame) is frame


def test_a_reflection_needs_a_cutout():
    with pytest.raises(BadPhoto, match=r"add cutout\.classical"):
        do(Reflection, Frame.of(np.zeros((4, 4, 3), np.float32)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 40), (40, 1)])
def test_products_that_fill_the_picture(mode, shape):
    frame = Frame.of(np.full((*shape, 3), 0.5, np.float32), np.ones(shape, np.float32))
    shadow = do(Shadow, frame, mode=mode, direction=30).planes["shadow"]
    assert np.isfinite(shadow).all()
    assert np.isfinite(do(Reflection, frame).planes["reflection"]).all()
