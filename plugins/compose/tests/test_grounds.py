"""What made grounds promise."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.contracts.operation import Pixels
from packshot.imaging.pixels import as_pixels
from packshot.plugin import Frame
from packshot_compose.ground import Backdrop, Ground

from .pictures import bottle, do

SHAPES = ["plain", "linear", "radial", "sweep", "bokeh", "wood", "fabric", "marble"]
MATERIALS = ["wood", "fabric", "marble"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("view", ["above", "table"])
def test_a_ground_has_the_size_asked_for_and_repeats_by_seed(shape, view):
    look = {"width": 90, "height": 60, "shape": shape, "view": view}
    first, again, other = (do(Ground, Frame({}), seed=seed, **look).rgb for seed in (1, 1, 2))
    assert first.shape == (60, 90, 3)
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, again)
    assert first.min() >= 0
    assert first.max() <= 1
    if shape != "plain":
        assert (first != other).any()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (3, 2)])
@pytest.mark.parametrize("view", ["above", "table"])
def test_tiny_grounds(shape, size, view):
    rgb = do(Ground, Frame({}), height=size[0], width=size[1], shape=shape, view=view).rgb
    assert rgb.shape == (*size, 3)
    assert np.isfinite(rgb).all()


@pytest.mark.parametrize("shape", MATERIALS)
def test_a_material_has_texture_and_its_own_tones_or_those_asked_for(shape):
    own = do(Ground, Frame({}), width=200, height=200, shape=shape).rgb
    assert own.std() > 0.02
    blue = do(Ground, Frame({}), width=200, height=200, shape=shape, start="#8090ff", end="#203080").rgb
    assert (blue.mean(axis=(0, 1)).argmax(), blue[..., 2].mean() > blue[..., 0].mean() + 0.2) == (2, True)


def test_wood_runs_along_its_planks():
    """Along the grain, colours change far less than across it."""
    rgb = do(Ground, Frame({}), width=300, height=300, shape="wood").rgb.mean(axis=2)
    assert np.abs(np.diff(rgb, axis=0)).mean() > 2.5 * np.abs(np.diff(rgb, axis=1)).mean()


def test_a_table_stands_before_a_wall():
    rgb = do(Ground, Frame({}), width=200, height=200, shape="wood", view="table").rgb
    wall, table = rgb[:100], rgb[130:]
    assert wall.mean() > table.mean() + 0.2
    assert table.std(axis=(0, 1)).mean() > 2 * wall.std(axis=(0, 1)).mean()


def test_a_backdrop_is_the_ground_with_the_product_on_it():
    frame = bottle()
    result = do(Backdrop, frame, seed=4, shape="marble")
    ground = do(Ground, Frame({}), seed=4, shape="marble", width=frame.width, height=frame.height)
    np.testing.assert_array_equal(result.rgb[frame.alpha == 0], ground.rgb[frame.alpha == 0])
    np.testing.assert_array_equal(result.rgb[frame.alpha == 1], frame.rgb[frame.alpha == 1])
    assert result.alpha is None


def test_plain_is_exact():
    rgb = as_pixels(do(Ground, Frame({}), width=4, height=4, shape="plain", start="#ffffff"), Pixels.UINT8, Pixels.FLOAT).rgb
    assert (rgb == 255).all()
