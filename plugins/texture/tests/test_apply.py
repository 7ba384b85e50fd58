"""A material on a product: the photo's light, the material's colours, nothing outside."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.errors import BadParameters
from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame
from packshot_texture.placing import laid
from packshot_texture.shading import integrated, shading

BRICK = np.repeat(data.brick()[:128, :128, None], 3, axis=2)
Y, X = np.mgrid[:100, :120].astype(np.float32)
LIGHT = (0.8 + 0.25 * np.sin(X / 9) * np.cos(Y / 14)).astype(np.float32)
INSIDE = (X - 60) ** 2 + (Y - 50) ** 2 < 40**2


def product(paint=(0.6, 0.15, 0.1)) -> Frame:
    """A round cutout of that linear colour under LIGHT, float."""
    rgb = linear_to_srgb((np.array(paint, np.float32) * LIGHT[..., None]).astype(np.float32))
    return Frame.of(np.where(INSIDE[..., None], rgb, np.float32(0.9)), INSIDE.astype(np.float32))


def put(frame, texture, **params):
    return apply_frame("texture.apply", frame, inputs={"texture": Frame.of(texture)}, **params)


def test_a_surface_is_found_from_its_steps():
    surface = np.sin(X / 11) + 0.02 * Y
    down, across = np.zeros_like(surface), np.zeros_like(surface)
    down[:-1], across[:, :-1] = np.diff(surface, axis=0), np.diff(surface, axis=1)
    for cut in (np.s_[:, :], np.s_[:99, :119]):
        partly = surface[cut]
        steps = [plane[cut].copy() for plane in (down, across)]
        steps[0][-1], steps[1][:, -1] = 0, 0
        assert np.allclose(integrated(*steps), partly - partly.mean(), atol=2e-3)


def test_the_light_is_found_on_any_paint_and_print_is_none():
    for paint in ((0.6, 0.15, 0.1), (0.05, 0.05, 0.05), (0.8, 0.8, 0.75)):
        found = shading(product(paint).rgb, INSIDE)
        assert np.corrcoef(found[INSIDE], LIGHT[INSIDE])[0, 1] > 0.98
    printed = product().rgb.copy()
    printed[40:60, 45:75] = linear_to_srgb((np.array((0.1, 0.2, 0.7), np.float32) * LIGHT[40:60, 45:75, None]).astype(np.float32))
    assert np.corrcoef(shading(printed, INSIDE)[INSIDE], LIGHT[INSIDE])[0, 1] > 0.9


def test_a_plain_material_gets_the_products_folds():
    plain = np.full((8, 8, 3), (60, 120, 200), np.uint8)
    after = srgb_to_linear(put(product(), plain).rgb)
    ratio = after[INSIDE] / srgb_to_linear(plain.astype(np.float32) / 255)[0, 0]
    assert np.corrcoef(ratio.mean(axis=1), LIGHT[INSIDE])[0, 1] > 0.98
    assert np.median(ratio) == pytest.approx(1, abs=0.1)
    flat = put(product(), plain, shading=0).rgb
    assert np.abs(flat[INSIDE] - plain[0, 0] / 255).max() < 2e-3


@pytest.mark.parametrize(("dtype", "full"), [(np.uint8, 255), (np.uint16, 65535), (np.float32, 1)])
def test_outside_the_region_every_bit_stays_and_so_does_alpha(dtype, full):
    frame = product()
    frame = Frame.of((frame.rgb * full).astype(dtype), (frame.alpha * full).astype(dtype))
    after = put(frame, BRICK)
    assert after.rgb.dtype == dtype
    assert np.array_equal(after.rgb[~INSIDE], frame.rgb[~INSIDE])
    assert np.array_equal(after.alpha, frame.alpha)
    assert (after.rgb[INSIDE] != frame.rgb[INSIDE]).any(axis=1).mean() > 0.95


def test_a_mask_or_box_is_the_region_and_strength_mixes():
    photo = data.astronaut()[::4, ::4]
    boxed = put(Frame.of(photo), BRICK, box=(0.25, 0.25, 0.75, 0.75)).rgb
    changed = (boxed != photo).any(axis=2)
    assert not changed[:32].any()
    assert changed[33:95, 33:95].mean() > 0.95
    floats = (photo / 255).astype(np.float32)
    none, half, whole = (put(Frame.of(floats), BRICK, box=(0, 0, 1, 1), strength=strength).rgb for strength in (0, 0.5, 1))
    assert np.array_equal(none, floats)
    assert np.allclose(half, (floats + whole) / 2, atol=1e-5)


def test_the_texture_repeats_turns_and_tilts():
    texture = np.zeros((10, 10, 3), np.float32)
    texture[:, :5] = 1
    tiled = laid(texture, (40, 40), 0, None, "tile")
    assert np.allclose(tiled[:, :30], tiled[:, 10:])
    mirrored = laid(texture, (40, 40), 0, None, "mirror")
    assert np.allclose(mirrored[:, :20], mirrored[:, 20:])
    assert not np.allclose(mirrored[:, :30], mirrored[:, 10:])
    turned = laid(texture, (40, 40), 90, None, "tile")
    assert np.abs(np.diff(turned, axis=1)).max() < 0.01 < np.abs(np.diff(turned, axis=0)).max()
    tilted = laid(texture, (40, 200), 0, ((50, 0), (150, 0), (200, 40), (0, 40)), "tile")
    edges = [np.count_nonzero(np.diff(tilted[row, :, 0] > 0.5)) for row in (1, 38)]
    assert edges[0] > 1.5 * edges[1]


def test_what_is_missing_or_wrong_is_said():
    with pytest.raises(BadParameters, match="material"):
        apply("texture.apply", BRICK, box=(0, 0, 1, 1))
    with pytest.raises(BadParameters, match="must be told where"):
        apply("texture.apply", BRICK, BRICK)
    with pytest.raises(BadParameters, match="follow each other"):
        put(product(), BRICK, corners=[(0, 0), (1, 1), (1, 0), (0, 1)])


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (8, 1)])
@pytest.mark.parametrize("level", [0, 255])
def test_tiny_black_and_white_pictures_and_textures(size, level):
    photo = Frame.of(np.full((*size, 3), level, np.uint8))
    assert put(photo, BRICK, box=(0, 0, 1, 1)).rgb.shape == (*size, 3)
    assert put(photo, BRICK[:1, :1], box=(0, 0, 1, 1), scale=0.05).rgb.shape == (*size, 3)
