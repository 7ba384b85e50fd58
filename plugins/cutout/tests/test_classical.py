"""What `cutout.classical` promises, on shapes whose alpha is known exactly."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from plugins.cutout.tests import scenes

from packshot.plugin import Frame, Run
from packshot_cutout.classical import ClassicalCutout
from packshot_cutout.cutting import CutParams
from packshot_cutout.plugin import packshot_operations

RED, BLUE, BLACK = (180, 40, 40), (30, 60, 130), (40, 40, 42)


def cut(rgb, mask=None, **params):
    inputs = {} if mask is None else {"mask": mask}
    return ClassicalCutout().run(Frame.of(rgb), CutParams.model_validate(params), Run(inputs=inputs))


def finding(frame):
    return frame.findings["cutout.classical"]


def iou(alpha, truth):
    a, b = alpha >= 128, truth >= 0.5
    return (a & b).sum() / (a | b).sum()


@pytest.mark.parametrize("colour", [RED, BLUE, BLACK])
@pytest.mark.parametrize("draw", [scenes.disc, scenes.box, scenes.bottle, scenes.ring, scenes.mug, scenes.cut_off])
def test_finds_the_product_and_its_holes_on_an_uneven_noisy_ground(draw, colour):
    truth = scenes.drawn(draw)
    result = cut(scenes.photo(scenes.ground(), truth, colour))
    assert iou(result.alpha, truth) >= 0.97
    assert np.abs(result.alpha / 255 - truth).mean() < 0.006
    assert finding(result)["confidence"] > 0.5


@pytest.mark.parametrize("colour", [RED, BLACK])
def test_a_shadow_is_ground(colour):
    truth = scenes.drawn(scenes.box)
    result = cut(scenes.photo(scenes.shaded(scenes.ground(), truth), truth, colour))
    assert iou(result.alpha, truth) >= 0.95


def test_studio_white():
    truth = scenes.drawn(scenes.mug)
    result = cut(scenes.photo(np.full((*scenes.SIZE, 3), 255.0), truth, (200, 205, 198), noise=1.0))
    assert iou(result.alpha, truth) >= 0.97


def test_inside_is_solid_and_outside_exactly_clear():
    truth = scenes.drawn(scenes.disc)
    alpha = cut(scenes.photo(scenes.ground(), truth, RED)).alpha
    y, x = np.mgrid[: scenes.SIZE[0], : scenes.SIZE[1]]
    distance = np.hypot(x - 240, y - 180)
    assert (alpha[distance < 90] == 255).all()
    assert (alpha[distance > 110] == 0).all()


def test_colours_are_left_as_they_were():
    rgb = scenes.photo(scenes.ground(), scenes.drawn(scenes.disc), RED)
    rgb.flags.writeable = False
    before = rgb.copy()
    np.testing.assert_array_equal(cut(rgb).rgb, before)


def test_the_same_photo_gives_the_same_cutout():
    rgb = scenes.photo(scenes.ground(noise=6), scenes.drawn(scenes.bottle), BLUE)
    np.testing.assert_array_equal(cut(rgb).alpha, cut(rgb).alpha)


def test_the_finding_tells_where_the_product_is():
    found = finding(cut(scenes.photo(scenes.ground(), scenes.drawn(scenes.disc), RED)))
    np.testing.assert_allclose(found["subject_box"], [140, 80, 341, 281], atol=2)
    assert found["area"] == pytest.approx(np.pi * 100**2 / (360 * 480), rel=0.02)
    assert not found["touches_border"]


def test_a_product_cut_off_by_the_frame_touches_the_border():
    assert finding(cut(scenes.photo(scenes.ground(), scenes.drawn(scenes.cut_off), RED)))["touches_border"]


def test_without_keep_holes_the_product_is_solid():
    truth = scenes.drawn(scenes.disc)
    result = cut(scenes.photo(scenes.ground(), scenes.drawn(scenes.ring), RED), keep_holes=False)
    assert result.alpha[180, 240] == 255
    assert result.alpha[truth > 0].mean() > 200


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (2, 3), (1, 200), (40, 40), (240, 320)])
def test_an_empty_photo_is_kept_whole_and_says_so(shape, value):
    result = cut(np.full((*shape, 3), value, np.uint8))
    assert (result.alpha == 255).all()
    assert finding(result)["confidence"] == 0
    assert "No product" in finding(result)["note"]


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (5, 9), (300, 4), (64, 64)])
def test_noise_does_not_crash(shape):
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert cut(rgb).alpha.shape == shape


def test_a_rough_mask_is_refined():
    truth = scenes.drawn(scenes.bottle)
    shifted = np.roll(truth, (4, -5), axis=(0, 1))
    rough = (cv2.resize(shifted, (120, 90), interpolation=cv2.INTER_AREA) * 255).astype(np.uint8)
    assert iou(cv2.resize(rough, (480, 360)), truth) < 0.93
    result = cut(scenes.photo(scenes.ground(), truth, BLUE), mask=Frame.of(np.dstack([rough] * 3)))
    assert iou(result.alpha, truth) > 0.97


def test_a_mask_chooses_among_products():
    disc = scenes.drawn(scenes.disc)
    left, right = np.roll(disc, -120, axis=1), np.roll(disc, 120, axis=1)
    rough = Frame.of(np.dstack([(left * 255).astype(np.uint8)] * 3))
    result = cut(scenes.photo(scenes.ground(), np.maximum(left, right), RED), mask=rough)
    assert iou(result.alpha, left) > 0.97


def test_erode_moves_the_edge_in_and_feather_softens_it():
    rgb = scenes.photo(scenes.ground(), scenes.drawn(scenes.disc), RED)
    plain, less, soft = cut(rgb).alpha, cut(rgb, edge={"erode": 3}).alpha, cut(rgb, edge={"feather": 8}).alpha
    radius = [np.sqrt((alpha >= 128).sum() / np.pi) for alpha in (plain, less)]
    assert radius[0] - radius[1] == pytest.approx(3, abs=0.5)
    assert ((soft > 0) & (soft < 255)).sum() > 2 * ((plain > 0) & (plain < 255)).sum()
    assert (soft[plain == 0] == 0).all()


def test_its_operations_are_offered():
    names = {operation.spec().name for operation in packshot_operations()}
    assert names == {"cutout.classical", "cutout.net", "cutout.refine", "cutout.edge", "cutout.decontaminate"}


def test_within_a_box_only_its_product_is_cut_out():
    left, right = (scenes.drawn(lambda canvas, s, x=x: cv2.circle(canvas, (x * s, 180 * s), 60 * s, 255, -1)) for x in (130, 350))
    result = cut(scenes.photo(scenes.ground(), np.maximum(left, right), RED), box=(0.05, 0.2, 0.5, 0.8))
    assert iou(result.alpha, left) > 0.97


@pytest.mark.parametrize("colour", [(190, 60, 50), (120, 140, 90), (70, 80, 160)])
def test_a_box_that_fits_tightly_shows_the_ground_around_it(colour):
    """Within the box hardly anything is ground, so that nothing in it could tell."""
    tight = scenes.drawn(lambda canvas, s: cv2.rectangle(canvas, (150 * s, 110 * s), (330 * s, 250 * s), 255, -1))
    stripes = scenes.ground() + 25 * (np.arange(scenes.SIZE[1]) // 12 % 2)[None, :, None]
    result = cut(scenes.photo(stripes, tight, colour), box=(150 / 480, 110 / 360, 331 / 480, 251 / 360))
    assert iou(result.alpha, tight) > 0.97


def test_where_nothing_is_found_in_a_box_the_box_is_kept_and_the_finding_says_so():
    result = cut(scenes.photo(scenes.ground(noise=0), np.zeros(scenes.SIZE, np.float32), RED), box=(0.25, 0.25, 0.75, 0.75))
    assert not result.alpha[:80].any()
    assert result.findings["cutout.classical"]["confidence"] < 0.5
