"""A tileable texture shows no joints, on textures without a period and with one."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.errors import BadPhoto
from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame
from packshot_texture.tiling import evened

GRASS = np.repeat(data.grass()[:200, :200, None], 3, axis=2)
BRICK = np.repeat(data.brick()[:300, :300, None], 3, axis=2)
GRAVEL = np.repeat(data.gravel()[:200, :240, None], 3, axis=2)


def joint(rgb: np.ndarray) -> float:
    """Mean difference across the joints over that of neighbouring pixels."""
    values = rgb.astype(float)
    across = np.abs(values[0] - values[-1]).mean() + np.abs(values[:, 0] - values[:, -1]).mean()
    inside = np.abs(np.diff(values, axis=0)).mean() + np.abs(np.diff(values, axis=1)).mean()
    return float(across / inside)


@pytest.mark.parametrize("texture", [GRASS, BRICK, GRAVEL], ids=["grass", "brick", "gravel"])
def test_the_joints_do_not_show(texture):
    frame = apply_frame("texture.tile", Frame.of(texture))
    found = frame.findings["texture.tile"]
    assert joint(frame.rgb) < 1.3
    assert joint(texture) > 1.5 * joint(frame.rgb)
    assert found["seam_energy"] < 1.3 < found["seam_energy_before"]
    assert all(0.6 * old <= new < old for new, old in zip(frame.rgb.shape[:2], texture.shape[:2], strict=True))


def test_broad_light_is_evened_out_and_left_if_asked():
    lit = np.clip(GRASS * np.linspace(0.5, 1.3, 200)[None, :, None], 0, 255).astype(np.uint8)

    def slope(rgb):
        third = rgb.shape[1] // 3
        return abs(rgb[:, :third].mean() - rgb[:, -third:].mean())

    floats = (lit / 255).astype(np.float32)
    assert slope(evened(floats, 1)) < 0.4 * slope(floats)
    assert evened(floats, 0) is floats


def test_what_repeats_already_stays_as_it_is_inside():
    y, x = np.mgrid[:96, :96]
    stripes = np.repeat((128 + 100 * np.sin(2 * np.pi * (x + y) / 12))[..., None], 3, axis=2).astype(np.uint8)
    tile = apply("texture.tile", stripes, flatten=0)
    assert joint(tile) < 1.5
    assert tile.std() == pytest.approx(stripes.std(), rel=0.05)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_depth_stays_and_small_or_flat_pictures_are_handled(dtype):
    flat = np.full((9, 30, 3), 77, dtype)
    assert apply("texture.tile", flat).dtype == dtype
    assert (apply("texture.tile", flat) == 77).all()
    with pytest.raises(BadPhoto, match="fewer than 8"):
        apply("texture.tile", flat[:5])
