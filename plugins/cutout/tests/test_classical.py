"""What `cutout.classical` promises, on shapes whose alpha is known exactly."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from packshot.plugin import Frame, Run
from packshot_cutout.classical import ClassicalCutout, ClassicalParams, Edge
from packshot_cutout.plugin import packshot_operations


def cut(rgb, mask=None, **params):
    inputs = {} if mask is None else {"mask": mask}
    return ClassicalCutout().run(Frame.of(rgb), ClassicalParams(**params), Run(inputs=inputs))


def ground(height=360, width=480, noise=2.0, colour=(205, 200, 190), seed=0):
    """A board in uneven light, with sensor noise; float H×W×3."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    light = 1.05 - 0.25 * (x / width) - 0.15 * (y / height) ** 2
    noise_of = np.random.default_rng(seed).normal(0, noise, (height, width, 3))
    return np.asarray(colour, np.float32) * light[..., None] + noise_of


def drawn(shape, draw):
    """Exact alpha 0..1 of what `draw(canvas, scale)` paints, by eightfold supersampling."""
    height, width = shape[:2]
    canvas = np.zeros((height * 8, width * 8), np.uint8)
    draw(canvas, 8)
    return cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def photo(ground, alpha, colour, noise=2.0):
    """The product of one colour over its ground."""
    product = np.asarray(colour, np.float32) + np.random.default_rng(1).normal(0, noise, ground.shape)
    return np.clip(product * alpha[..., None] + ground * (1 - alpha[..., None]), 0, 255).astype(np.uint8)


def iou(alpha, truth):
    a, b = alpha >= 128, truth >= 0.5
    return (a & b).sum() / (a | b).sum()


def disc(canvas, s):
    cv2.circle(canvas, (240 * s, 180 * s), 100 * s, 255, -1)


def box(canvas, s):
    cv2.fillPoly(canvas, [np.array([[150, 90], [330, 110], [320, 290], [140, 260]]) * s], 255)


def ring(canvas, s):
    cv2.circle(canvas, (240 * s, 180 * s), 110 * s, 255, -1)
    cv2.circle(canvas, (240 * s, 180 * s), 60 * s, 0, -1)


def bottle(canvas, s):
    cv2.rectangle(canvas, (190 * s, 130 * s), (290 * s, 330 * s), 255, -1)
    cv2.rectangle(canvas, (225 * s, 40 * s), (255 * s, 140 * s), 255, -1)


@pytest.mark.parametrize("colour", [(180, 40, 40), (30, 60, 130), (40, 40, 42)])
@pytest.mark.parametrize("draw", [disc, box, bottle])
def test_finds_the_product_on_an_uneven_noisy_ground(draw, colour):
    under = ground()
    truth = drawn(under.shape, draw)
    result = cut(photo(under, truth, colour))
    assert iou(result.alpha, truth) >= 0.95
    assert np.abs(result.alpha / 255 - truth).mean() < 0.015
    assert result.findings["cutout.classical"]["confidence"] > 0.5
