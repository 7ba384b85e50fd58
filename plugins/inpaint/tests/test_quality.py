"""Fills are as good as they promise: thin holes beside OpenCV's, wide holes by what they look like."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from plugins.inpaint.tests.pictures import BRICK, COFFEE, GRASS, as_mask, blob, psnr, scratches

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame


def filled(operation, picture, hole, **params):
    return apply_frame(operation, Frame.of(picture), inputs={"mask": Frame.of(as_mask(hole))}, **params).rgb


def opencv(picture, hole, method):
    eight = np.rint(picture * 255).astype(np.uint8)
    return cv2.inpaint(eight, hole.astype(np.uint8), 5, method).astype(np.float32) / 255


@pytest.mark.parametrize(("operation", "method"), [("inpaint.telea", cv2.INPAINT_TELEA), ("inpaint.ns", cv2.INPAINT_NS)])
def test_telea_and_navier_stokes_are_opencvs(operation, method):
    hole = scratches()
    ours, theirs = psnr(filled(operation, COFFEE, hole), COFFEE, hole), psnr(opencv(COFFEE, hole, method), COFFEE, hole)
    assert ours == pytest.approx(theirs, abs=0.5)


@pytest.mark.parametrize(("picture", "gain"), [(COFFEE, 5), (BRICK, 5), (GRASS, -0.5)], ids=["coffee", "brick", "grass"])
def test_thin_holes_are_filled_better_than_opencv_does_unless_all_is_noise(picture, gain):
    hole = scratches()
    ours = psnr(filled("inpaint.patch", picture, hole), picture, hole)
    assert ours > gain + max(psnr(opencv(picture, hole, method), picture, hole) for method in (cv2.INPAINT_TELEA, cv2.INPAINT_NS))


@pytest.mark.parametrize("picture", [BRICK, GRASS], ids=["brick", "grass"])
def test_a_wide_hole_in_a_texture_gets_its_contrast_and_its_grain(picture):
    hole = blob()
    after, flat = filled("inpaint.patch", picture, hole), opencv(picture, hole, cv2.INPAINT_TELEA)

    def grain(rgb, where=hole):
        return float(np.abs(cv2.Laplacian(rgb[..., 0], cv2.CV_32F))[where].mean())

    assert 0.5 * grain(picture) < grain(after) < 1.4 * grain(picture)
    assert grain(flat) < 0.4 * grain(picture)
    assert after[hole].mean() == pytest.approx(picture[~hole].mean(), abs=0.05)


def test_no_seam_shows_where_light_differs():
    y, x = np.mgrid[:120, :120].astype(np.float32)
    ramp = np.repeat((0.3 + 0.4 * x / 120 + 0.02 * ((x // 6 + y // 6) % 2))[..., None], 3, axis=2)
    hole = blob(120, 120)
    after = filled("inpaint.patch", ramp, hole)
    assert np.abs(after - ramp)[hole].mean() < 0.025
