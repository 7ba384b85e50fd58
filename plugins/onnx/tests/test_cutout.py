"""A small mask becomes alpha at full size, on the picture's edges, with its holes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from packshot.plugin import Frame

from . import nets
from .conftest import run

SIZE = (480, 640)


def ring(size=SIZE):
    """Exact alpha of a ring whose rim is 40 and whose hole 120 pixels wide, at any scale of SIZE."""
    height, width = size
    y, x = np.mgrid[:height, :width] * (SIZE[0] / height)
    radius = np.hypot(y - 240, x - 320)
    return np.clip(100 - radius + 0.5, 0, 1) * np.clip(radius - 60 + 0.5, 0, 1)


def photo(alpha, colour=(60, 90, 40)):
    ground = np.full((*alpha.shape, 3), 250.0)
    noise = np.random.default_rng(0).normal(0, 2, ground.shape)
    return Frame.of(np.clip(ground + alpha[..., None] * (np.array(colour) - ground) + noise, 0, 255).astype(np.uint8))


def cut(shelf, frame, content=None, size=(64, 64), use=None, **params):
    offered = shelf.offer("onnx.cutout", content or nets.unlike_white(size), size=list(size), **(use or {}))
    return run(offered, frame, **params)


def error(made, alpha):
    return float(np.abs(made.alpha / 255 - alpha).mean())


def test_the_edge_is_drawn_at_full_size_and_the_hole_stays(shelf):
    alpha = ring()
    made = cut(shelf, photo(alpha))
    rough = cut(shelf, photo(alpha), refine=False)
    assert made.alpha.shape == SIZE
    assert error(made, alpha) < 0.01
    assert error(made, alpha) < error(rough, alpha) / 2
    assert made.alpha[240, 320] == 0
    assert made.alpha[240, 240] == 255
    assert made.alpha[20, 20] == 0


@pytest.mark.parametrize("size", [(64, 96), (480, 640), (1000, 800)])
def test_masks_of_any_size_and_proportion(shelf, size):
    alpha = ring()
    assert error(cut(shelf, photo(alpha), size=size), alpha) < 0.012


def test_a_larger_photo_has_as_sharp_an_edge(shelf):
    alpha = ring((960, 1280))
    made = cut(shelf, photo(alpha))
    soft = (made.alpha > 25) & (made.alpha < 230)
    length = cv2.Canny((alpha > 0.5).astype(np.uint8) * 255, 50, 100).astype(bool).sum()
    assert soft.sum() / length < 6, "pixels across the edge"


def test_what_is_half_clear_stays_half_clear(shelf):
    """A wide pane that the model is half sure of, as a matting model is of glass."""
    alpha = np.zeros(SIZE)
    alpha[100:380, 120:520] = 1
    frame = photo(alpha, colour=(250 - 32, 250, 250))
    made = cut(shelf, frame, nets.unlike_white(gain=6.0))
    assert 0.6 < made.alpha[240, 320] / 255 < 0.95


def test_logits_and_normalisation(shelf):
    alpha = ring()
    use = {"activation": "sigmoid", "by_brightest": True}
    assert error(cut(shelf, photo(alpha), nets.unlike_white(gain=80.0, offset=-34.0, logits=True), use=use), alpha) < 0.012


def test_stretching_takes_least_and_most_for_outside_and_inside(shelf):
    alpha = ring()
    made = cut(shelf, photo(alpha), nets.unlike_white(gain=0.9, offset=0.0), use={"stretch": True})
    assert error(made, alpha) < 0.012


def test_a_mask_without_channel(shelf):
    assert cut(shelf, photo(ring()), nets.without_channel()).alpha[240, 240] > 200


def test_the_finding_says_where_and_how_sure(shelf):
    found = cut(shelf, photo(ring())).findings["onnx.cutout.tiny"]
    assert np.abs(np.array(found["subject_box"]) - (220, 140, 420, 340)).max() <= 2
    assert found["area"] == pytest.approx(ring().mean(), abs=0.01)
    assert found["confidence"] > 0.8
    assert not found["touches_border"]


def test_nothing_found_keeps_all_and_says_so(shelf):
    made = cut(shelf, photo(np.zeros(SIZE)))
    assert (made.alpha == 255).all()
    found = made.findings["onnx.cutout.tiny"]
    assert found["confidence"] == 0
    assert "no product" in found["note"]


def test_colours_and_depth_stay(shelf):
    frame = photo(ring())
    deep = Frame.of(frame.rgb.astype(np.uint16) * 257)
    made = cut(shelf, deep)
    assert made.rgb is deep.rgb
    assert made.alpha.dtype == np.uint16
