"""What blending promises."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame
from packshot.plugin.local import apply
from packshot_compose.blend import Blend
from packshot_compose.ground import Over
from packshot_compose.pyramid import mixed, most_bands

from .pictures import bottle, do

METHODS = ["alpha", "poisson", "multiband"]


def patch(soft=True):
    """A disc of the astronaut's photo, and the coffee's photo to blend it into."""
    rgb = data.astronaut()[:400, :].astype(np.float32)[:, :400] / 255
    y, x = np.mgrid[:400, :400]
    alpha = np.clip((150 - np.hypot(x - 200, y - 200)) / (20 if soft else 1), 0, 1).astype(np.float32)
    ground = data.coffee()[:400, :400].astype(np.float32) / 255
    return Frame.of(rgb, alpha), {"ground": Frame.of(ground)}


@pytest.mark.parametrize("method", METHODS)
def test_at_strength_0_it_is_alpha_blending(method):
    frame, inputs = patch()
    np.testing.assert_array_equal(
        do(Blend, frame, inputs=inputs, method=method, strength=0).rgb, do(Over, frame, inputs=inputs).rgb
    )


@pytest.mark.parametrize("method", ["alpha", "poisson"])
def test_outside_alpha_nothing_changes(method):
    frame, inputs = patch()
    result = do(Blend, frame, inputs=inputs, method=method)
    clear = frame.alpha == 0
    np.testing.assert_array_equal(result.rgb[clear], inputs["ground"].rgb[clear])
    assert result.alpha is None


def test_poisson_has_no_seam_and_keeps_gradients():
    frame, inputs = patch(soft=False)
    result = do(Blend, frame, inputs=inputs, method="poisson").rgb
    plain = do(Blend, frame, inputs=inputs).rgb
    y, x = np.mgrid[:400, :400]
    away = np.hypot(x - 200, y - 200)
    rim = np.abs(away - 150) < 2
    jump = [np.abs(np.gradient(picture.mean(axis=2), axis=1))[rim].mean() for picture in (result, plain)]
    assert jump[0] < 0.5 * jump[1]
    inside = (away < 130) & (result.min(axis=2) > 0.01) & (result.max(axis=2) < 0.99)
    inside &= np.roll(inside, -1, axis=1)
    ours, theirs = (np.diff(picture, axis=1)[inside[:, :-1]] for picture in (result, frame.rgb))
    assert np.abs(ours - theirs).mean() < 0.1 * np.abs(theirs).mean()


def test_poisson_into_its_own_photo_changes_nothing():
    frame, _ = patch()
    result = do(Blend, frame, inputs={"ground": Frame.of(frame.rgb)}, method="poisson")
    np.testing.assert_allclose(result.rgb, frame.rgb, atol=1e-5)


def test_mixed_gradients_keep_the_grounds_texture():
    """A flat grey sticker takes on the ground's texture where it has none of its own."""
    frame, inputs = patch(soft=False)
    flat = frame.with_rgb(np.full_like(frame.rgb, 0.5))
    plain, mixed_in = (do(Blend, flat, inputs=inputs, method="poisson", mixed_gradients=on).rgb for on in (False, True))
    middle = np.s_[120:280, 120:280]
    assert np.abs(np.diff(mixed_in[middle], axis=1)).mean() > 3 * np.abs(np.diff(plain[middle], axis=1)).mean()
    np.testing.assert_allclose(mixed_in[middle], inputs["ground"].rgb[middle], atol=0.03)


def test_multiband_of_one_band_is_alpha():
    frame, inputs = patch()
    np.testing.assert_allclose(
        do(Blend, frame, inputs=inputs, method="multiband", bands=1).rgb, do(Blend, frame, inputs=inputs).rgb, atol=1e-3
    )


def test_multiband_melts_broad_tones_and_keeps_detail():
    frame, inputs = patch(soft=False)
    plain, melted = (do(Blend, frame, inputs=inputs, method=method).rgb for method in ("alpha", "multiband"))
    far = np.hypot(*(np.mgrid[:400, :400] - 200)) > 230
    assert np.abs(melted - plain)[far].max() < 2 / 255
    broad = [np.abs(np.diff(cv2.GaussianBlur(picture, (0, 0), 3), axis=1)).max() for picture in (melted, plain)]
    assert broad[0] < broad[1]


def test_multiband_does_not_bring_the_old_ground_along():
    """A red product cut out of a white photo, blended into black: nothing white shines at its edge."""
    frame = bottle(colour=(0.6, 0.05, 0.05))
    white = np.where(frame.alpha[..., None] > 0, frame.rgb, 1).astype(np.float32)
    ground = {"ground": Frame.of(np.zeros_like(white))}
    result = do(Blend, frame.with_rgb(white), inputs=ground, method="multiband").rgb
    assert result[..., 1].max() < 0.15


def test_a_pyramid_of_one_picture_is_the_picture():
    rgb = data.coffee()[:123, :77].astype(np.float32) / 255
    half = np.full((123, 77), 0.5, np.float32)
    for bands in (1, 4, most_bands(123, 77)):
        np.testing.assert_allclose(mixed([(rgb, half), (rgb, half)], bands), rgb, atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 200)])
@pytest.mark.parametrize("opacity", [0.0, 0.4, 1.0])
def test_tiny_empty_and_full_cutouts(method, shape, opacity):
    frame = Frame.of(np.full((*shape, 3), 0.3, np.float32), np.full(shape, opacity, np.float32))
    result = do(Blend, frame, inputs={"ground": Frame.of(np.full((5, 9, 3), 0.8, np.float32))}, method=method).rgb
    np.testing.assert_allclose(result, 0.8 if opacity == 0 else 0.3 if opacity == 1 else 0.6, atol=0.01)


@pytest.mark.parametrize("method", METHODS)
def test_a_product_at_the_pictures_edge(method):
    frame, inputs = patch()
    moved = frame.with_planes(alpha=np.roll(frame.alpha, 180, axis=1) * (np.arange(400) > 0))
    result = do(Blend, moved, inputs=inputs, method=method).rgb
    assert 0 <= result.min() <= result.max() <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("method", METHODS)
def test_depth_is_kept(dtype, method):
    scale = np.iinfo(dtype).max
    frame, inputs = patch()
    rgba = np.rint(np.dstack((frame.rgb, frame.alpha)) * scale).astype(dtype)
    ground = np.rint(inputs["ground"].rgb * scale).astype(dtype)
    result = apply("compose.blend", rgba, ground, method=method)
    assert result.dtype == dtype
    np.testing.assert_allclose(result / scale, do(Blend, frame, inputs=inputs, method=method).rgb, atol=0.012)


def test_what_is_missing_is_said():
    frame, inputs = patch()
    with pytest.raises(BadPhoto, match=r"cutout\.classical"):
        do(Blend, frame.with_planes(alpha=None), inputs=inputs)
    with pytest.raises(BadParameters, match="input `ground`"):
        do(Blend, frame)
