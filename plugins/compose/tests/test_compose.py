"""What the grounds and shadows promise."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.contracts.operation import Pixels
from packshot.errors import BadParameters, BadPhoto
from packshot.imaging.pixels import as_pixels
from packshot.plugin import Frame, Run
from packshot_compose.gradient import Gradient
from packshot_compose.ground import Over
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


def test_every_operation_is_offered_once():
    names = [operation.spec().name for operation in packshot_operations()]
    short = [
        "backdrop",
        "blend",
        "board",
        "collect",
        "comparison",
        "fuse",
        "gradient",
        "ground",
        "over",
        "plain",
        "reflection",
        "scene",
        "setting",
        "shadow",
        "variant",
        "white",
    ]
    assert sorted(names) == [f"compose.{name}" for name in short]
