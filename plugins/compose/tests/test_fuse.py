"""What fusing several photos promises."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame
from packshot_compose.fuse import Fuse

from .pictures import do


def coffee():
    return data.coffee().astype(np.float32) / 255


def shot(stops=0.0, degrees=0.0, shift=(0, 0), ghost=None):
    """The coffee as a camera saw it: exposed otherwise, held otherwise, with something blue in the way."""
    rgb = np.clip(coffee() ** 2.2 * 2**stops, 0, 1) ** (1 / 2.2)
    if ghost:
        cv2.circle(rgb, ghost, 25, (0.1, 0.5, 0.9), -1)
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turn[:, 2] += shift
    return Frame.of(np.clip(cv2.warpAffine(rgb, turn, (width, height), flags=cv2.INTER_CUBIC), 0, 1).astype(np.float32))


def others(*frames):
    return {f"photos.{number}": frame for number, frame in enumerate(frames, start=1)}


@pytest.mark.parametrize("mode", ["exposure", "focus"])
@pytest.mark.parametrize("align", [True, False])
def test_equal_photos_fuse_to_themselves(mode, align):
    frame = Frame.of(shot().rgb[::2, ::2].copy())
    result = do(Fuse, frame, inputs=others(frame, frame), mode=mode, align=align)
    np.testing.assert_allclose(result.rgb, frame.rgb, atol=2e-3)


def bracket(stops):
    """A wall of even texture that is 250 times brighter at its right end, as a camera saw it."""
    texture = 1 + 0.25 * np.sign(np.sin(np.arange(300) / 3))[:, None] * np.sign(np.sin(np.arange(400) / 3))[None]
    light = 2 ** np.linspace(-5, 3, 400)[None] * texture * 2**stops
    grey = np.clip(light, 0, 1) ** (1 / 2.2)
    return Frame.of(np.rint(255 * grey)[..., None].repeat(3, axis=2).astype(np.float32) / 255)


def test_a_white_ground_stays_white():
    rgb = np.full((120, 160, 3), 0.87, np.float32) + np.random.default_rng(0).normal(0, 0.01, (120, 160, 1)).astype(np.float32)
    rgb[40:80, 60:100] = (0.4, 0.1, 0.1)
    darker, brighter = (Frame.of(np.clip(rgb * factor, 0, 1).astype(np.float32)) for factor in (0.5, 1.9))
    fused = do(Fuse, Frame.of(rgb), inputs=others(darker, brighter), align=False).rgb
    assert np.median(fused) > 0.75


def test_a_bracket_shows_what_each_photo_lost():
    """Every part's texture is clearly there, while each photo has parts where it is gone."""
    frames = [bracket(stops) for stops in (0, -3, 3)]
    fused = do(Fuse, frames[0], inputs=others(*frames[1:]), align=False).rgb

    def faintest(rgb):
        return min(float(part.std(axis=0).mean()) for part in np.split(rgb[..., 0], 10, axis=1))

    assert faintest(fused) > 0.02
    assert faintest(fused) > 4 * max(faintest(frame.rgb) for frame in frames)


def test_it_is_aligned_before_it_is_fused():
    sharp = np.abs(cv2.Laplacian(coffee().mean(axis=2), -1))[40:-40, 40:-40].mean()
    inputs = others(shot(-1, 0.6, (8, -6)), shot(1, -0.6, (-7, 5)))
    aligned, plain = (do(Fuse, shot(), inputs=inputs, align=on, ghosts=0).rgb for on in (True, False))

    def error(rgb):
        detail = cv2.Laplacian(rgb.mean(axis=2), -1)[40:-40, 40:-40]
        truth = cv2.Laplacian(coffee().mean(axis=2), -1)[40:-40, 40:-40]
        return np.abs(detail - truth).mean() / sharp

    assert error(aligned) < 0.6 * error(plain)


def test_what_moved_is_taken_from_the_first_photo():
    inputs = others(shot(0.7, ghost=(300, 200)))
    with_ghosts, without = (do(Fuse, shot(), inputs=inputs, ghosts=on, align=False).rgb[180:220, 280:320] for on in (0, 1))
    truth = do(Fuse, shot(), inputs=others(shot(0.7)), align=False).rgb[180:220, 280:320]
    assert np.abs(with_ghosts - truth).mean() > 0.08
    assert np.abs(without - truth).mean() < 0.6 * np.abs(with_ghosts - truth).mean()


def test_borders_of_moved_photos_leave_no_trace():
    result = do(Fuse, shot(), inputs=others(shot(-0.5, 0, (40, 0)))).rgb
    column = np.abs(np.diff(result.mean(axis=2), axis=1))[:, 20:60].mean(axis=0)
    plain = np.abs(np.diff(coffee().mean(axis=2), axis=1))[:, 20:60].mean(axis=0)
    assert (column < 1.6 * plain + 0.01).all()


def test_a_focus_stack_is_sharp_everywhere():
    """Three photos, each sharp in its own third."""
    truth = coffee()
    soft = cv2.GaussianBlur(truth, (0, 0), 4)
    stack = []
    for third in range(3):
        sharp = np.zeros(truth.shape[:2], np.float32)
        sharp[:, third * 200 : (third + 1) * 200] = 1
        sharp = cv2.GaussianBlur(sharp, (0, 0), 8)[..., None]
        stack.append(Frame.of(truth * sharp + soft * (1 - sharp)))
    result = do(Fuse, stack[0], inputs=others(*stack[1:]), mode="focus").rgb

    def error(rgb):
        return float(np.sqrt(((rgb - truth) ** 2).mean()))

    assert error(result) < 0.4 * min(error(frame.rgb) for frame in stack)


def test_a_photo_of_something_else_is_left_out_and_named():
    rocket = Frame.of(data.rocket()[:400, :600].astype(np.float32) / 255)
    result = do(Fuse, shot(), inputs=others(rocket, shot(1)))
    assert result.findings["compose.fuse"]["left_out"] == [1]
    assert result.findings["compose.fuse"]["photos"] == 2
    with pytest.raises(BadPhoto, match="do not show the same thing"):
        do(Fuse, shot(), inputs=others(rocket))


def test_one_photo_alone_is_refused():
    with pytest.raises(BadParameters, match="at least two photos"):
        do(Fuse, shot())


def test_another_size_is_taken_and_alpha_stays():
    frame = shot()
    alpha = np.linspace(0, 1, 600, dtype=np.float32)[None].repeat(400, axis=0)
    half = Frame.of(cv2.resize(shot(0.5).rgb, (300, 200), interpolation=cv2.INTER_AREA))
    for align in (True, False):
        result = do(Fuse, frame.with_planes(alpha=alpha), inputs=others(half), align=align)
        assert result.alpha is alpha
        assert result.rgb.shape == frame.rgb.shape


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (9, 40)])
@pytest.mark.parametrize("mode", ["exposure", "focus"])
def test_tiny_photos_without_alignment(shape, mode):
    frame, other = (Frame.of(np.full((*shape, 3), level, np.float32)) for level in (0.3, 0.6))
    result = do(Fuse, frame, inputs=others(other), align=False, mode=mode, ghosts=0).rgb
    assert 0.3 - 1e-4 <= result.min() <= result.max() <= 0.6 + 1e-4
