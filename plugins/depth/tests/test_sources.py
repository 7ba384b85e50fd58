"""Where depth comes from."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame
from packshot_depth.given import Given
from packshot_depth.plane import filled
from packshot_depth.relief import RIM, Relief
from packshot_depth.stack import Stack
from packshot_depth.stereo import Stereo

from .pictures import ball, do, focus_stack, pair, texture


def test_the_relief_of_a_disc_is_a_half_ball():
    depth = do(Relief, ball(), roundness=1, detail=0).planes["depth"]
    assert depth.dtype == np.float32
    y, x = np.mgrid[:120, :140]
    away = np.hypot(x - 70, y - 60)
    inside = away < 42
    expected = RIM + (1 - RIM) * np.sqrt(np.clip(1 - (away / 45) ** 2, 0, 1))
    assert np.abs(depth - expected)[inside].max() < 0.08
    assert (depth[away > 47] == 0).all()


def test_a_flat_card_has_no_relief():
    depth = do(Relief, ball(), roundness=0, detail=0).planes["depth"]
    assert np.ptp(depth[ball().alpha == 1]) < 1e-6


def test_brighter_folds_stand_out():
    frame = ball()
    shaded = frame.rgb.copy()
    shaded[:, 60:80] += 0.2
    depth = do(Relief, frame.with_rgb(shaded), roundness=0.2, detail=1).planes["depth"]
    assert depth[60, 70] > depth[60, 50] + 0.05


def test_a_relief_needs_a_product():
    with pytest.raises(BadPhoto, match=r"cutout\.classical"):
        do(Relief, Frame.of(ball().rgb))
    with pytest.raises(BadPhoto, match="empty"):
        do(Relief, Frame.of(ball().rgb, np.zeros_like(ball().alpha)))


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 40)])
@pytest.mark.parametrize("opacity", [0.6, 1.0])
def test_a_relief_of_anything(shape, opacity):
    frame = Frame.of(np.full((*shape, 3), 0.5, np.float32), np.full(shape, opacity, np.float32))
    depth = do(Relief, frame).planes["depth"]
    assert depth.shape == shape
    assert np.isfinite(depth).all()


@pytest.mark.parametrize("order", ["near_first", "far_first"])
def test_a_focus_stack_tells_depth(order):
    photos, depth = focus_stack()
    if order == "far_first":
        photos = photos[::-1]
    further = {f"photos.{n}": photo for n, photo in enumerate(photos[1:], start=1)}
    found = do(Stack, photos[0], inputs=further, order=order, align=False).planes["depth"]
    assert np.abs(found - depth).mean() < 0.06
    assert np.corrcoef(found.ravel(), depth.ravel())[0, 1] > 0.97


def test_a_focus_stack_is_aligned_first():
    photos, depth = focus_stack(3)
    shifted = [Frame.of(np.roll(photo.rgb, (3 * n, -4 * n), axis=(0, 1))) for n, photo in enumerate(photos)]
    found = do(Stack, shifted[0], inputs={"photos.1": shifted[1], "photos.2": shifted[2]}).planes["depth"]
    assert np.corrcoef(found[20:-20, 20:-20].ravel(), depth[20:-20, 20:-20].ravel())[0, 1] > 0.9


def test_what_a_stack_needs_is_said():
    frame = Frame.of(data.coffee()[::2, ::2].astype(np.float32) / 255)
    with pytest.raises(BadParameters, match="at least two"):
        do(Stack, frame)
    with pytest.raises(BadPhoto, match="Photo 2 of the focus stack"):
        do(Stack, frame, inputs={"photos": Frame.of(data.rocket()[:200, :300].astype(np.float32) / 255)})


@pytest.mark.parametrize("lower", [0, 5])
def test_a_stereo_pair_tells_depth(lower):
    left, right, inside = pair()
    moved = Frame.of(np.roll(right.rgb, lower, axis=0))
    result = do(Stereo, left, inputs={"right": moved})
    depth = result.planes["depth"]
    assert depth[inside].mean() > 0.9
    assert depth[~inside][::7].mean() < 0.15
    assert abs(result.findings["depth.stereo"]["vertical_shift"] - lower) < 1


def test_the_edge_of_what_is_near_lies_where_it_is_in_the_photo():
    left, right, inside = pair()
    near = do(Stereo, left, inputs={"right": right}).planes["depth"] > 0.5
    assert (near == inside).mean() > 0.97


def test_a_wrong_pair_is_refused_in_words():
    left, right, _ = pair()
    with pytest.raises(BadPhoto, match="wrong order"):
        do(Stereo, right, inputs={"right": left})
    turn = cv2.getRotationMatrix2D((160, 120), 8, 1)
    turned = cv2.warpAffine(right.rgb, turn, (320, 240), borderMode=cv2.BORDER_REFLECT)
    with pytest.raises(BadPhoto, match="turned"):
        do(Stereo, left, inputs={"right": Frame.of(turned)})
    with pytest.raises(BadParameters, match="`right`"):
        do(Stereo, left)


@pytest.mark.parametrize("near", ["bright", "dark"])
def test_a_given_map_is_taken(near):
    frame = Frame.of(texture(60, 80))
    ramp = np.linspace(0, 1, 80, dtype=np.float32)[None, :, None] * np.ones((60, 1, 3), np.float32)
    depth = do(Given, frame, inputs={"depth": Frame.of(ramp)}, near=near).planes["depth"]
    np.testing.assert_allclose(depth, ramp[..., 0] if near == "bright" else 1 - ramp[..., 0], atol=1e-6)


def test_a_coarse_map_follows_the_photos_edges():
    rgb = np.zeros((120, 160, 3), np.float32)
    rgb[:, 75:] = 0.8
    truth = (rgb[..., 0] > 0.4).astype(np.float32)
    coarse = cv2.resize(truth, (20, 15), interpolation=cv2.INTER_AREA)[..., None].repeat(3, axis=2)
    steps = []
    for refine in (True, False):
        depth = do(Given, Frame.of(rgb), inputs={"depth": Frame.of(coarse)}, refine=refine).planes["depth"]
        steps.append(depth[60, 75] - depth[60, 74])
        assert np.abs(depth - truth)[:, [20, 140]].max() < 0.02
    assert steps[0] > 0.6
    assert steps[1] < 0.15


def test_a_map_of_other_proportions_is_refused():
    with pytest.raises(BadParameters, match="same proportions"):
        do(Given, Frame.of(texture(60, 80)), inputs={"depth": Frame.of(texture(60, 60))})
    with pytest.raises(BadParameters, match="`depth`"):
        do(Given, Frame.of(texture(60, 80)))


def test_what_is_unsure_comes_from_its_surroundings():
    truth = np.full((60, 80), 0.2, np.float32)
    truth[:, 40:] = 0.8
    guide = truth[..., None].repeat(3, axis=2)
    sure = np.zeros_like(truth)
    sure[::9, ::9] = 1
    assert np.abs(filled(truth * sure, sure, guide) - truth).mean() < 0.05
