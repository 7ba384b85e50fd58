"""Only what is in the mask changes; no seam shows; the rest keeps every bit and its full size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.errors import BadParameters
from packshot.plugin import Frame

from . import nets
from .conftest import run

PHOTO = data.astronaut()


def mask(size=PHOTO.shape[:2], *boxes):
    plane = np.zeros(size, np.uint8)
    for top, left, bottom, right in boxes or [(100, 150, 160, 230)]:
        plane[top:bottom, left:right] = 255
    return Frame.of(plane[..., None].repeat(3, axis=2))


@pytest.mark.parametrize("size", [("h", "w"), (64, 64), (32, 96)])
@pytest.mark.parametrize("shape", [(512, 512), (301, 497)])
def test_outside_the_mask_every_bit_stays(shelf, size, shape):
    frame = Frame.of(PHOTO[: shape[0], : shape[1]], np.full(shape, 77, np.uint8))
    given = mask(shape)
    made = run(shelf.offer("onnx.inpaint", nets.near_filling(size), size=128), frame, mask=given)
    inside = given.rgb[..., 0] > 0
    assert np.array_equal(made.rgb[~inside], frame.rgb[~inside])
    assert (made.rgb[inside] != frame.rgb[inside]).any(axis=1).mean() > 0.9
    assert np.array_equal(made.alpha, frame.alpha)


def test_floats_out_of_range_stay_too(shelf):
    wild = (PHOTO[::2, ::2] / np.float32(255) * 1.4 - 0.2).astype(np.float32)
    made = run(shelf.offer("onnx.inpaint", nets.near_filling(), size=64), Frame.of(wild), box=[0.4, 0.4, 0.6, 0.6])
    inside = np.zeros(wild.shape[:2], bool)
    inside[102:154, 102:154] = True
    assert np.array_equal(made.rgb[~inside], wild[~inside])


def test_no_seam_though_the_model_gets_the_light_wrong(shelf):
    """A smooth ground, and a model that is too bright everywhere."""
    y, x = np.mgrid[:240, :320]
    ground = np.dstack([0.3 + x / 3200, 0.4 + y / 3600, 0.5 - x / 6400]).astype(np.float32)
    marred = ground.copy()
    marred[80:160, 100:220] = 0
    given = mask((240, 320), (80, 100, 160, 220))
    made = run(shelf.offer("onnx.inpaint", nets.near_filling(offset=0.15), size=128), Frame.of(marred), mask=given).rgb
    assert np.abs(made - ground).max() < 0.02
    across = np.abs(np.diff(made[:, 160], axis=0)).max()
    assert across < 0.01, "a step at the mask's edge"


@pytest.mark.parametrize(("hole", "blank"), [(1, True), (1, False)])
def test_what_stands_in_the_hole_is_gone(shelf, hole, blank):
    frame = np.full((200, 200, 3), 200, np.uint8)
    cv2.circle(frame, (100, 100), 20, (20, 20, 20), -1)
    made = run(
        shelf.offer("onnx.inpaint", nets.near_filling(), size=64, hole=hole, blank=blank),
        Frame.of(frame),
        mask=mask((200, 200), (75, 75, 125, 125)),
    )
    assert np.abs(made.rgb.astype(int) - 200).max() <= 2


def test_several_holes_far_apart_are_filled_each_from_its_own_surroundings(shelf):
    frame = np.full((400, 600, 3), 60, np.uint8)
    frame[:, 300:] = 190
    boxes = [(180, 60, 220, 100), (180, 500, 220, 540)]
    for top, left, bottom, right in boxes:
        frame[top:bottom, left:right] = 255
    made = run(shelf.offer("onnx.inpaint", nets.near_filling(), size=64), Frame.of(frame), mask=mask((400, 600), *boxes)).rgb
    assert np.abs(made[200, 80].astype(int) - 60).max() <= 2
    assert np.abs(made[200, 520].astype(int) - 190).max() <= 2


def test_output_in_bytes_as_lama_is_often_exported(shelf):
    model = nets.near_filling(gain=255.0)
    frame = Frame.of(np.full((64, 64, 3), 128, np.uint8))
    made = run(shelf.offer("onnx.inpaint", model, output_range=[0, 255]), frame, box=[0.3, 0.3, 0.7, 0.7])
    assert np.abs(made.rgb.astype(int) - 128).max() <= 1


def test_grow_widens_the_mask(shelf):
    frame = Frame.of(np.random.default_rng(0).integers(0, 255, (100, 100, 3), np.uint8))
    made = run(shelf.offer("onnx.inpaint", nets.near_filling()), frame, mask=mask((100, 100), (40, 40, 60, 60)), grow=5)
    changed = (made.rgb != frame.rgb).any(axis=2)
    assert changed[37:63, 45:55].mean() > 0.9
    assert not changed[:35].any()


def test_an_empty_mask_changes_nothing_and_no_mask_is_asked_for(shelf):
    offered = shelf.offer("onnx.inpaint", nets.near_filling())
    frame = Frame.of(PHOTO)
    assert run(offered, frame, mask=Frame.of(np.zeros_like(PHOTO))).rgb is frame.rgb
    with pytest.raises(BadParameters, match="told where to fill"):
        run(offered, frame)


def test_all_masked_is_what_the_model_makes(shelf):
    made = run(shelf.offer("onnx.inpaint", nets.near_filling()), Frame.of(PHOTO[:64, :64]), box=[0, 0, 1, 1])
    assert np.ptp(made.rgb) == 0
