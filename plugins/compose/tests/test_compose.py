"""What the grounds and shadows promise."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.contracts.operation import Pixels
from packshot.errors import BadParameters, BadPhoto
from packshot.imaging.pixels import as_pixels
from packshot.plugin import Frame, Run
from packshot_compose.gradient import Gradient
from packshot_compose.ground import Ground, Over
from packshot_compose.plugin import packshot_operations
from packshot_compose.shadow import Shadow
from packshot_compose.white import Plain, White

ON_A_GROUND = [White, Plain, Gradient, Over]


def soft_disc(height=120, width=160, radius=40.0, centre=(80.0, 60.0)):
    """Exact area coverage of a disc, to within a hundredth."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    distance = np.hypot(x - centre[0], y - centre[1])
    return np.clip(radius - distance + 0.5, 0, 1).astype(np.float32)


def product(colour=(0.2, 0.3, 0.4), **shape):
    alpha = soft_disc(**shape)
    return Frame.of(np.broadcast_to(np.float32(colour), (*alpha.shape, 3)).copy(), alpha)


def do(operation, frame, seed=0, inputs=None, **params):
    return operation().run(frame, operation.Params(**params), Run(seed=seed, inputs=inputs or {}))


def a_ground(frame):
    return {"ground": Frame.of(np.full((30, 70, 3), 0.5, np.float32))}


def test_white_is_exactly_255_where_alpha_is_0():
    frame = product()
    noisy = frame.with_rgb(np.random.default_rng(0).random(frame.rgb.shape, np.float32))
    result = as_pixels(do(White, noisy), Pixels.UINT8, Pixels.FLOAT)
    assert (result.rgb[frame.alpha == 0] == 255).all()
    assert result.alpha is None


def test_plain_is_exactly_the_colour_asked_for():
    frame = product()
    result = as_pixels(do(Plain, frame, color="#c8102e"), Pixels.UINT8, Pixels.FLOAT)
    assert (result.rgb[frame.alpha == 0] == (0xC8, 0x10, 0x2E)).all()


@pytest.mark.parametrize("operation", ON_A_GROUND)
def test_the_solid_product_is_untouched(operation):
    frame = product()
    result = do(operation, frame, inputs=a_ground(frame))
    solid = frame.alpha == 1
    assert (result.rgb[solid] == frame.rgb[solid]).all()


@pytest.mark.parametrize("colour", [(0.02, 0.02, 0.02), (0.9, 0.1, 0.1), (0.97, 0.97, 0.97)])
def test_edges_have_no_fringe(colour):
    """Every edge pixel lies between product and white, in step with its alpha: never darker or lighter than both."""
    frame = product(colour)
    result = do(White, frame)
    expected = np.float32(colour) * frame.alpha[..., None] + 1 - frame.alpha[..., None]
    np.testing.assert_allclose(result.rgb, expected, atol=1e-6)
    assert result.rgb.min() >= min(colour) - 1e-6
    assert result.rgb.max() <= 1


@pytest.mark.parametrize("operation", [*ON_A_GROUND, Shadow])
def test_a_picture_that_was_not_cut_out_is_refused_with_advice(operation):
    frame = Frame.of(np.zeros((4, 4, 3), np.float32))
    with pytest.raises(BadPhoto, match=r"add cutout\.classical before"):
        do(operation, frame, inputs=a_ground(frame))


@pytest.mark.parametrize("operation", [*ON_A_GROUND, Shadow])
@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (2, 300)])
@pytest.mark.parametrize("opacity", [0.0, 0.5, 1.0])
def test_tiny_empty_and_full_frames(operation, shape, opacity):
    frame = Frame.of(np.full((*shape, 3), 0.25, np.float32), np.full(shape, opacity, np.float32))
    result = do(operation, frame, inputs=a_ground(frame))
    assert result.rgb.shape == (*shape, 3)
    assert np.isfinite(result.rgb).all()


@pytest.mark.parametrize("operation", [*ON_A_GROUND, Shadow])
def test_nothing_given_is_changed(operation):
    frame = product()
    before = {name: plane.copy() for name, plane in frame.planes.items()}
    for plane in frame.planes.values():
        plane.flags.writeable = False
    do(operation, frame, inputs=a_ground(frame))
    for name, plane in before.items():
        np.testing.assert_array_equal(frame.planes[name], plane)


def test_over_asks_for_its_ground():
    with pytest.raises(BadParameters, match="input `ground`"):
        do(Over, product())


def test_over_covers_with_the_middle_of_the_ground():
    ground = np.zeros((10, 40, 3), np.float32)
    ground[:, 15:25] = 1
    frame = Frame.of(np.zeros((20, 20, 3), np.float32), np.zeros((20, 20), np.float32))
    assert do(Over, frame, inputs={"ground": Frame.of(ground)}).rgb[:, 2:-2].min() > 0.9


def test_a_gradient_has_no_bands():
    """Rounded to eight bits, local means still follow the smooth gradient to a fraction of a level."""
    frame = Frame.of(np.zeros((400, 200, 3), np.float32), np.zeros((400, 200), np.float32))
    result = as_pixels(do(Gradient, frame, start="#808080", end="#909090"), Pixels.UINT8, Pixels.FLOAT)
    rows = result.rgb[..., 0].mean(axis=1)
    smooth = np.convolve(rows, np.ones(9) / 9, "valid")
    assert np.diff(smooth).max() < 0.25
    assert np.diff(smooth).min() > -0.15


@pytest.mark.parametrize("shape", ["plain", "linear", "radial", "sweep"])
def test_a_ground_has_the_size_asked_for_and_repeats_by_seed(shape):
    first, again, other = (do(Ground, Frame({}), seed=seed, width=90, height=60, shape=shape).rgb for seed in (1, 1, 2))
    assert first.shape == (60, 90, 3)
    np.testing.assert_array_equal(first, again)
    assert first.min() >= 0
    assert first.max() <= 1
    if shape != "plain":
        assert (first != other).any()


@pytest.mark.parametrize("params", [{"mode": "none"}, {"intensity": 0}])
def test_no_shadow_leaves_the_frame_alone(params):
    frame = product()
    assert do(Shadow, frame, **params) is frame


@pytest.mark.parametrize("mode", ["contact", "drop"])
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


def test_every_operation_is_offered_once():
    names = [operation.spec().name for operation in packshot_operations()]
    assert sorted(names) == [f"compose.{x}" for x in ("gradient", "ground", "over", "plain", "shadow", "white")]
