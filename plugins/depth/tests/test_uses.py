"""What depth is used for."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame
from packshot_depth.compose import DepthCompose
from packshot_depth.lens import defocused
from packshot_depth.relief import Relief
from packshot_depth.views import Views

from .pictures import ball, do, texture


def scene(post=0.8):
    """A far textured wall with a near white post, and its depth."""
    rgb, depth = texture(160, 200, 5) * 0.5, np.full((160, 200), 0.1, np.float32)
    rgb[40:, 90:110], depth[40:, 90:110] = 0.95, post
    return Frame.of(rgb.astype(np.float32)).with_planes(depth=depth)


def detail(rgb):
    return float(np.abs(np.diff(rgb, axis=1)).mean())


def test_at_zero_nothing_changes():
    frame = scene()
    result = do(DepthCompose, frame)
    assert result.rgb is frame.rgb
    moved = do(Views, frame, yaw=0, pitch=0)
    assert moved.rgb is frame.rgb


def test_what_is_out_of_focus_is_blurred_and_what_is_in_focus_is_not():
    frame = scene()
    on_post, on_wall = (do(DepthCompose, frame, blur=1, focus=focus).rgb for focus in (0.8, 0.1))
    wall = np.s_[:, :60]
    assert detail(on_post[wall]) < 0.4 * detail(frame.rgb[wall])
    np.testing.assert_allclose(on_wall[wall], frame.rgb[wall], atol=1e-5)
    np.testing.assert_allclose(on_post[60:150, 94:106], frame.rgb[60:150, 94:106], atol=0.01)


def test_a_sharp_thing_does_not_bleed_into_the_blur_behind_it():
    """Right beside a white post that is in focus, the blurred dark wall is no brighter than elsewhere."""
    result = do(DepthCompose, scene(), blur=1, focus=0.8).rgb
    beside, away = result[60:150, 84:88].mean(), result[60:150, 30:60].mean()
    assert beside < away + 0.05


def test_a_near_blur_spreads_over_what_is_behind_it():
    result = do(DepthCompose, scene(), blur=1, focus=0.1).rgb
    assert result[100, 86:89].mean() > result[100, 60:75].mean() + 0.1


def test_blur_keeps_light_and_a_ramp_has_no_seams():
    depth = np.linspace(0, 1, 200, dtype=np.float32)[:, None].repeat(150, axis=1)
    flat = np.full((200, 150, 3), 0.5, np.float32)
    np.testing.assert_allclose(defocused(flat, depth, 0.5, 10), flat, atol=2e-3)


def test_alpha_stays_without_a_ground():
    frame = do(Relief, ball())
    result = do(DepthCompose, frame, light=0.5, blur=0.5)
    assert result.alpha is frame.alpha


@pytest.mark.parametrize(
    ("light_from", "brighter", "darker"), [(180, np.s_[60, 35], np.s_[60, 105]), (270, np.s_[25, 70], np.s_[95, 70])]
)
def test_light_comes_from_its_side(light_from, brighter, darker):
    frame = do(Relief, ball(), roundness=1, detail=0)
    lit = do(DepthCompose, frame, light=1, light_from=light_from).rgb
    assert lit[brighter].mean() > frame.rgb[brighter].mean() + 0.02
    assert lit[darker].mean() < frame.rgb[darker].mean() - 0.02
    np.testing.assert_allclose(lit[60, 70], frame.rgb[60, 70], atol=0.03)


def test_a_flat_picture_is_lit_evenly():
    frame = scene().with_planes(depth=np.full((160, 200), 0.4, np.float32))
    np.testing.assert_allclose(do(DepthCompose, frame, light=1).rgb, frame.rgb, atol=1e-5)


def among(distance, **params):
    """The ball in the scene with the post."""
    ground = scene()
    grey = Frame.of(ground.planes["depth"][..., None].repeat(3, axis=2))
    frame = ball(height=160, width=200)
    return frame, do(
        DepthCompose, frame, inputs={"ground": Frame.of(ground.rgb), "ground_depth": grey}, distance=distance, **params
    )


def test_nearer_hides_farther():
    frame, behind = among(0.5)
    np.testing.assert_allclose(behind.rgb[60:100, 92:108], 0.95, atol=1e-3)
    np.testing.assert_allclose(behind.rgb[80, 70], frame.rgb[80, 70], atol=1e-3)
    _, before = among(0.95)
    np.testing.assert_allclose(before.rgb[80, 100], frame.rgb[80, 100], atol=1e-3)
    assert before.alpha is None
    assert before.planes["depth"][80, 100] == pytest.approx(0.95)


def test_what_composing_by_depth_needs_is_said():
    frame = ball()
    with pytest.raises(BadPhoto, match=r"depth\.relief"):
        do(DepthCompose, frame)
    with pytest.raises(BadParameters, match="ground_depth"):
        do(DepthCompose, frame, inputs={"ground": frame})
    with pytest.raises(BadPhoto, match=r"cutout\.classical"):
        do(DepthCompose, Frame.of(frame.rgb), inputs={"ground": frame, "ground_depth": frame})
    with pytest.raises(BadPhoto, match=r"depth\.relief"):
        do(Views, frame)


@pytest.mark.parametrize(("yaw", "sign"), [(12, -1), (-12, 1)])
def test_near_things_move_against_the_viewer(yaw, sign):
    """Seen from the right, a spot on the ball's front moves to the left."""
    frame = do(Relief, ball(), roundness=1, detail=0)
    rgb = frame.rgb.copy()
    rgb[56:64, 66:74] = 1
    moved = do(Views, frame.with_rgb(rgb), yaw=yaw).rgb
    spot = np.argwhere((moved.min(axis=2) > 0.9) & (do(Views, frame, yaw=yaw).alpha > 0.9))
    assert sign * (spot[:, 1].mean() - 69.5) > 1
    assert abs(spot[:, 0].mean() - 59.5) < 1


def test_a_view_has_no_holes():
    result = do(Views, scene(), yaw=15, thickness=0.5).rgb
    assert np.isfinite(result).all()
    assert result[:, 20:180].min() >= 0
    # What was behind the post is wall: dark and textured, not white.
    depth = do(Views, scene(), yaw=15, thickness=0.5).planes["depth"]
    assert result[80:150][depth[80:150] < 0.3].max() < 0.75


def test_a_view_of_a_cutout_keeps_its_area_and_brings_no_fringe():
    frame = do(Relief, ball())
    result = do(Views, frame, yaw=10)
    assert result.alpha.sum() == pytest.approx(frame.alpha.sum(), rel=0.08)
    edge = (result.alpha > 0.1) & (result.alpha < 0.9)
    np.testing.assert_allclose(result.rgb[edge], np.broadcast_to([0.6, 0.3, 0.2], (edge.sum(), 3)), atol=0.02)


def test_a_mirrored_view_is_mirrored():
    frame = do(Relief, ball(width=140))
    result = do(Views, frame, yaw=0, mirror=True)
    np.testing.assert_array_equal(result.rgb, frame.rgb[:, ::-1])
    np.testing.assert_array_equal(result.alpha, frame.alpha[:, ::-1])


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 30)])
@pytest.mark.parametrize("alpha", [None, 0.0, 1.0])
def test_tiny_pictures(shape, alpha):
    frame = Frame.of(np.full((*shape, 3), 0.5, np.float32), None if alpha is None else np.full(shape, alpha, np.float32))
    frame = frame.with_planes(depth=np.full(shape, 0.5, np.float32))
    for result in (do(Views, frame), do(DepthCompose, frame, blur=1, light=1)):
        assert result.rgb.shape == (*shape, 3)
        assert np.isfinite(result.rgb).all()
