"""What holds for every enhancement."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame

OPERATIONS = {
    "enhance.white_balance": {"method": "shades_of_grey"},
    "enhance.tone": {"exposure": 0.5, "contrast": 0.3, "highlights": -0.5, "shadows": 0.5, "vibrance": 0.5, "temperature": 0.3},
    "enhance.auto": {},
    "enhance.clahe": {},
    "enhance.equalize": {},
    "enhance.sharpen": {"amount": 1.0, "threshold": 0.01},
    "enhance.homomorphic": {},
    "enhance.deblur": {"kernel": "defocus", "radius": 1.5},
    "enhance.deglare": {"box": (0, 0, 1, 1)},
    "enhance.dust": {"size": 0.05},
}
NOTHING = {
    "enhance.white_balance": {"strength": 0},
    "enhance.tone": {},
    "enhance.auto": {"strength": 0},
    "enhance.clahe": {"strength": 0},
    "enhance.equalize": {"strength": 0},
    "enhance.sharpen": {"amount": 0},
    "enhance.homomorphic": {"strength": 0},
    "enhance.deblur": {"strength": 0},
    "enhance.deglare": {"strength": 0},
}


def unclipped() -> np.ndarray:
    """A float picture with values below 0 and above 1."""
    return (data.astronaut()[::4, ::4].astype(np.float32) / 255 * 1.4 - 0.2).astype(np.float32)


@pytest.mark.parametrize("operation", NOTHING)
def test_at_zero_strength_nothing_changes_not_even_what_is_out_of_range(operation):
    picture = unclipped()
    assert np.array_equal(apply(operation, picture, **NOTHING[operation]), picture)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (3, 2), (1, 30), (40, 50)])
@pytest.mark.parametrize("level", [0, 255, "noise"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("alpha", [None, 0, 255, "noise"])
def test_it_takes_any_picture_leaves_alpha_alone_and_changes_no_array_in_place(operation, size, level, dtype, alpha):
    rng = np.random.default_rng(2)
    scale = np.iinfo(dtype).max // 255

    def plane(value, shape):
        values = rng.integers(0, 256, shape) if value == "noise" else np.full(shape, value)
        return (values * scale).astype(dtype)

    frame = Frame.of(plane(level, (*size, 3)), None if alpha is None else plane(alpha, size))
    before = {name: values.copy() for name, values in frame.planes.items()}
    for values in frame.planes.values():
        values.setflags(write=False)
    after = apply_frame(operation, frame, **OPERATIONS[operation])
    assert after.rgb.dtype == dtype
    assert after.rgb.shape == frame.rgb.shape
    assert after.planes.keys() == frame.planes.keys()
    if alpha is not None:
        assert np.array_equal(after.planes["alpha"], before["alpha"])
    assert all(np.array_equal(before[name], values) for name, values in frame.planes.items())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_value_becomes_undefined(operation):
    assert np.isfinite(apply(operation, unclipped(), **OPERATIONS[operation])).all()


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "enhance.white_balance"])
def test_grey_stays_grey(operation):
    grey = np.repeat(data.camera()[::8, ::8, None], 3, axis=2)
    parameters = {**OPERATIONS[operation], **({"temperature": 0} if operation == "enhance.tone" else {})}
    after = apply(operation, grey, **parameters).astype(int)
    assert np.ptp(after, axis=2).max() <= 1


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name not in ("enhance.deglare", "enhance.dust")])
def test_it_is_held_to_a_mask(operation):
    """Deglare and dust take a mask for where to look, and are tested by themselves."""
    picture = data.astronaut()[::4, ::4] // 2
    inside = np.zeros(picture.shape[:2], bool)
    inside[20:90, 30:100] = True
    masked = apply(operation, picture, inside[..., None].repeat(3, 2) * np.uint8(255), **OPERATIONS[operation])
    whole = apply(operation, picture, **OPERATIONS[operation])
    assert not np.array_equal(whole, picture)
    assert np.array_equal(masked, np.where(inside[..., None], whole, picture))
