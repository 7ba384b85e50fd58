"""What holds for every denoising operation."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data
from skimage.metrics import peak_signal_noise_ratio as psnr

from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame

OPERATIONS = {
    "denoise.dct": {"sigma": 20},
    "denoise.nlm": {"sigma": 20},
    "denoise.wavelet": {"sigma": 20},
    "denoise.bilateral": {"sigma": 20},
    "denoise.jpeg": {"quality": 20},
}
NOISE = [name for name, params in OPERATIONS.items() if "sigma" in params]
PHOTO = (data.astronaut()[:128, 100:276] / 255).astype(np.float32)


def noisy(sigma: float = 20, picture: np.ndarray = PHOTO) -> np.ndarray:
    return (picture + np.random.default_rng(0).normal(0, sigma / 255, picture.shape)).astype(np.float32)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_at_zero_strength_nothing_changes_not_even_what_is_out_of_range(operation):
    picture = noisy(80)
    assert np.array_equal(apply(operation, picture, strength=0, **OPERATIONS[operation]), picture)


@pytest.mark.parametrize("operation", NOISE)
def test_it_takes_noise_out(operation):
    before, after = psnr(PHOTO, noisy(), data_range=1), psnr(PHOTO, apply(operation, noisy(), sigma=20), data_range=1)
    assert after > before + 6


@pytest.mark.parametrize("operation", NOISE)
def test_the_noise_that_it_measures_itself_does_as_well(operation):
    given, found = (psnr(PHOTO, apply(operation, noisy(), **params), data_range=1) for params in ({"sigma": 20}, {}))
    assert found > given - 0.3


@pytest.mark.parametrize("operation", NOISE)
def test_more_strength_takes_out_more(operation):
    residue = [np.abs(apply(operation, noisy(), sigma=20, strength=strength) - noisy()).mean() for strength in (0.3, 1, 2)]
    assert residue == sorted(residue)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_mean_and_range_stay(operation):
    after = apply(operation, PHOTO, **OPERATIONS[operation])
    assert after.mean() == pytest.approx(PHOTO.mean(), abs=1e-3)
    assert after.min() > -0.1
    assert after.max() < 1.1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_sixteen_bits_keep_their_gradations(operation):
    ramp = np.linspace(20000, 24000, 240).astype(np.uint16)[None, :, None].repeat(64, axis=0).repeat(3, axis=2)
    after = apply(operation, ramp, **{**OPERATIONS[operation], **({"sigma": 1} if operation in NOISE else {"quality": 90})})
    assert after.dtype == np.uint16
    assert np.abs(after.astype(int) - ramp).max() < 60
    assert len(np.unique(after)) > 200


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_tile_with_its_halo_is_the_same_as_the_whole(operation):
    # Blocks and halved pictures repeat every 16 pixels, so tiles begin at multiples of 16.
    whole = apply(operation, noisy(), **OPERATIONS[operation])
    tile = apply(operation, noisy()[:, 16:176].copy(), **OPERATIONS[operation])
    assert np.abs(tile[:, 64:80] - whole[:, 80:96]).max() < 2e-3


@pytest.mark.parametrize("operation", OPERATIONS)
def test_bands_of_rows_leave_no_seam(operation, monkeypatch):
    whole = apply(operation, noisy(), **OPERATIONS[operation])
    monkeypatch.setattr("packshot_denoise.product.ROWS", 32)
    assert np.abs(apply(operation, noisy(), **OPERATIONS[operation]) - whole).max() < 2e-3


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_old_ground_does_not_bleed_into_a_cutout(operation):
    alpha = np.zeros(PHOTO.shape[:2], np.float32)
    alpha[40:100, 40:140] = 1
    product = np.full_like(PHOTO, 0.3)
    picture = np.where(alpha[..., None] > 0, product, np.float32(1.0))
    after = apply(operation, picture, alpha=alpha, **{**OPERATIONS[operation], "strength": 2})
    assert np.abs(after[40:100, 40:140, :3] - 0.3).max() < 1e-3
    assert np.array_equal(after[alpha == 0][:, :3], picture[alpha == 0])
    assert np.array_equal(after[..., 3], alpha)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_grey_stays_grey(operation):
    grey = np.repeat(data.camera()[100:228, 150:300, None], 3, axis=2)
    assert np.ptp(apply(operation, grey, **OPERATIONS[operation]).astype(int), axis=2).max() <= 1


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 30), (30, 1), (17, 33)])
@pytest.mark.parametrize("level", [0, 255, "noise"])
@pytest.mark.parametrize("alpha", [None, 0, "noise"])
@pytest.mark.parametrize("params", ["given", "measured"])
def test_it_takes_any_picture_and_leaves_alpha_alone(operation, size, level, alpha, params):
    rng = np.random.default_rng(2)

    def plane(value, shape):
        return (rng.integers(0, 256, shape) if value == "noise" else np.full(shape, value)).astype(np.uint8)

    frame = Frame.of(plane(level, (*size, 3)), None if alpha is None else plane(alpha, size))
    for values in frame.planes.values():
        values.setflags(write=False)
    after = apply_frame(operation, frame, **(OPERATIONS[operation] if params == "given" else {}))
    assert after.rgb.shape == frame.rgb.shape
    assert after.rgb.dtype == np.uint8
    assert np.array_equal(after.planes.get("alpha"), frame.planes.get("alpha"))
    assert "changed" in after.findings[operation]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_is_held_to_a_mask(operation):
    inside = np.zeros(PHOTO.shape[:2], np.float32)
    inside[20:90, 30:100] = 1
    masked = apply(operation, noisy(), np.repeat(inside[..., None], 3, axis=2), **OPERATIONS[operation])
    assert np.array_equal(masked, np.where(inside[..., None] == 1, apply(operation, noisy(), **OPERATIONS[operation]), noisy()))
