"""What is generated comes from the seed and stays where it belongs. The weights are random, so nothing is said of beauty."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame, Touch

from .conftest import run

PHOTO = data.astronaut()[:203, :301]
INSIDE = np.zeros(PHOTO.shape[:2], bool)
INSIDE[60:120, 100:190] = True
ALPHA = np.zeros(PHOTO.shape[:2], np.uint8)
cv2.ellipse(ALPHA, (150, 100), (70, 60), 0, 0, 360, 255, -1, cv2.LINE_AA)
WORDS = "on a marble table"


def painted(mask):
    return Frame.of(mask[..., None].repeat(3, axis=2) * np.uint8(255))


def inpainted(brought, **given):
    return run(brought("diffusion.inpaint.tiny"), Frame.of(PHOTO, ALPHA), mask=painted(INSIDE), **given)


def grounded(brought, frame=None, **given):
    return run(brought("diffusion.background.tiny"), frame or Frame.of(PHOTO, ALPHA), **{"prompt": WORDS, **given})


def relit(brought, **given):
    return run(brought("diffusion.relight.tiny"), Frame.of(PHOTO, ALPHA), **{"prompt": "from the left", **given})


@pytest.mark.parametrize("make", [inpainted, grounded, relit])
def test_the_same_seed_is_the_same_picture_and_another_is_another(brought, make):
    once = make(brought)
    assert np.array_equal(once.rgb, make(brought).rgb)
    assert not np.array_equal(once.rgb, make(brought, seed=2).rgb)


@pytest.mark.parametrize("make", [inpainted, grounded, relit])
def test_words_count(brought, make):
    assert not np.array_equal(make(brought, prompt="a").rgb, make(brought, prompt="z").rgb)
    assert not np.array_equal(make(brought, prompt="a").rgb, make(brought, prompt="a", negative_prompt="z").rgb)


@pytest.mark.parametrize("name", ["inpaint", "background", "relight"])
def test_what_is_generated_is_labelled(brought, name):
    assert brought(f"diffusion.{name}.tiny").spec.touch is Touch.COMPOSITE


def test_inpainting_leaves_every_bit_outside_the_mask_and_alpha(brought):
    made = inpainted(brought)
    assert np.array_equal(made.rgb[~INSIDE], PHOTO[~INSIDE])
    assert (made.rgb[INSIDE] != PHOTO[INSIDE]).any(axis=1).mean() > 0.9
    assert np.array_equal(made.alpha, ALPHA)


def test_inpainting_asks_where(brought):
    with pytest.raises(BadParameters, match="told where"):
        run(brought("diffusion.inpaint.tiny"), Frame.of(PHOTO))


def test_a_ground_leaves_every_bit_of_the_product_and_has_no_alpha(brought):
    made = grounded(brought)
    assert np.array_equal(made.rgb[ALPHA == 255], PHOTO[ALPHA == 255])
    assert made.alpha is None
    assert (made.rgb[ALPHA == 0] != PHOTO[ALPHA == 0]).any(axis=1).mean() > 0.9


def test_a_shadow_falls_on_the_ground(brought):
    shadow = np.zeros(PHOTO.shape[:2], np.float32)
    shadow[170:, :] = 0.5
    plain, shaded = grounded(brought), grounded(brought, Frame.of(PHOTO, ALPHA).with_planes(shadow=shadow))
    assert "shadow" not in shaded.planes
    assert np.abs(shaded.rgb[180:] - plain.rgb[180:] / 2.0).max() <= 1
    assert np.array_equal(shaded.rgb[:150], plain.rgb[:150])


@pytest.mark.parametrize("alpha", [None, np.zeros_like(ALPHA), np.full_like(ALPHA, 255)])
def test_a_ground_needs_a_product_with_ground_around_it(brought, alpha):
    with pytest.raises(BadPhoto, match="product"):
        grounded(brought, Frame.of(PHOTO, alpha))


def test_relighting_keeps_detail_and_alpha(brought):
    """What is finer than light is the photo's own: the ratio to it is smooth."""
    made = relit(brought, detail=0.1)
    assert np.array_equal(made.alpha, ALPHA)
    inside = cv2.erode(ALPHA, np.ones((9, 9))) == 255
    own, new = (np.log(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) + 8) for rgb in (PHOTO, made.rgb))
    fine = [plane - cv2.GaussianBlur(plane, (0, 0), 3) for plane in (own, new)]
    assert np.corrcoef(fine[0][inside], fine[1][inside])[0, 1] > 0.9
    assert np.abs(made.rgb.astype(int) - PHOTO).mean() > 2


def test_relighting_by_brightness_alone_keeps_colours(brought):
    def chroma(rgb):
        linear = (rgb / 255.0) ** 2.2
        return linear / np.maximum(linear.sum(axis=2, keepdims=True), 1e-3)

    made = relit(brought, preserve_color=True)
    sure = (PHOTO.min(axis=2) > 60) & (made.rgb.min(axis=2) > 60) & (made.rgb.max(axis=2) < 250)
    assert sure.any()
    assert np.abs(chroma(made.rgb) - chroma(PHOTO))[sure].max() < 0.02


def test_no_intensity_is_no_change(brought):
    frame = Frame.of(PHOTO, ALPHA)
    assert run(brought("diffusion.relight.tiny"), frame, prompt="x", intensity=0).rgb is frame.rgb


@pytest.mark.parametrize("size", [(1, 1), (13, 200), (200, 13), (33, 47)])
def test_sizes_that_the_pipeline_does_not_take(brought, size):
    frame = Frame.of(np.full((*size, 3), 90, np.uint8))
    made = run(brought("diffusion.inpaint.tiny"), frame, box=[0, 0, 0.5, 1])
    assert made.rgb.shape == frame.rgb.shape
    assert run(brought("diffusion.relight.tiny"), frame, prompt="x").rgb.shape == frame.rgb.shape


def test_one_step_of_a_weak_change_is_still_a_step(brought):
    assert relit(brought, steps=1, strength=0.1).rgb.shape == PHOTO.shape
