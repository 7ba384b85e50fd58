"""Glare is toned down, dust is painted over, and print, labels, texture and white products stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from packshot.imaging.pixels import linear_to_srgb
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

GREEN = np.float32([0.05, 0.3, 0.08])


def glossy() -> tuple[np.ndarray, np.ndarray]:
    """A green thing with shading and two soft white reflections (sRGB 0..1), and where they are."""
    y, x = np.mgrid[0:240, 0:320].astype(np.float32)
    light = (0.6 + 0.4 * np.cos((x - 160) / 160))[..., None] * GREEN
    shine = np.exp(-(((x - 90) / 9) ** 2 + ((y - 80) / 14) ** 2)) + np.exp(-(((x - 220) / 8) ** 2 + ((y - 150) / 8) ** 2))
    return linear_to_srgb(np.minimum(light + 1.2 * shine[..., None], 1)), shine


def run(operation, rgb, alpha=None, **params):
    frame = apply_frame(operation, Frame.of(rgb, alpha), **params)
    return frame.rgb, frame.findings[operation]


def test_soft_highlights_are_toned_down_and_nothing_else_changes():
    rgb, shine = glossy()
    after, found = run("enhance.deglare", rgb, size=0.12)
    assert found["highlights"] == 2
    core, away = shine > 0.8, shine < 1e-4
    assert after[core].min(axis=1).mean() < 0.8 * rgb[core].min(axis=1).mean()
    assert np.abs(after - rgb)[away].max() < 1e-3


def test_at_full_strength_they_are_filled_with_the_colour_around():
    rgb, shine = glossy()
    after, _ = run("enhance.deglare", rgb, strength=1, size=0.12)
    expected = linear_to_srgb((0.6 + 0.4 * np.cos((np.arange(320, dtype=np.float32) - 160) / 160))[None, :, None] * GREEN)
    core = shine > 0.5
    assert np.abs(after - expected)[core].max() < 0.12


@pytest.mark.parametrize("text", ["SALE 20%", "Fresh Milk"])
def test_white_print_stays(text):
    rgb = np.full((200, 320, 3), (30, 110, 50), np.uint8)
    cv2.putText(rgb, text, (20, 120), cv2.FONT_HERSHEY_DUPLEX, 1.6, (255, 255, 255), 5, cv2.LINE_AA)
    after, found = run("enhance.deglare", rgb)
    assert found["highlights"] == 0
    assert np.array_equal(after, rgb)


def test_a_white_label_and_a_white_product_stay():
    rgb = np.full((200, 320, 3), (30, 110, 50), np.uint8)
    rgb[60:140, 100:220] = 255
    assert run("enhance.deglare", rgb)[1]["highlights"] == 0
    assert run("enhance.deglare", np.full((100, 100, 3), 255, np.uint8))[1]["highlights"] == 0


def test_in_a_box_whatever_glares_is_taken():
    rgb = np.full((200, 320, 3), (30, 110, 50), np.uint8)
    cv2.rectangle(rgb, (60, 60), (72, 72), (255, 255, 255), -1)
    cv2.rectangle(rgb, (200, 60), (212, 72), (255, 255, 255), -1)
    after, found = run("enhance.deglare", rgb, strength=1, box=(0, 0, 0.5, 1))
    assert found["highlights"] == 1
    assert after[66, 66].tolist() == pytest.approx([30, 110, 50], abs=3)
    assert after[66, 206].tolist() == [255, 255, 255]


def dusty(ground: np.ndarray, places: list[tuple[int, int]], darker: bool = True) -> np.ndarray:
    picture = ground.copy()
    for x, y in places:
        cv2.circle(picture, (x, y), 2, (90, 85, 80) if darker else (250, 250, 250), -1, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("darker", [True, False])
def test_specks_on_a_plain_ground_are_found_and_painted_over(darker):
    noise = np.random.default_rng(0).normal(0, 2, (240, 320, 3))
    ground = np.clip((200 if darker else 90) + 20 * np.linspace(0, 1, 320)[None, :, None] + noise, 0, 255).astype(np.uint8)
    places = [(40, 50), (120, 180), (250, 60), (300, 220)]
    picture = dusty(ground, places, darker)
    cv2.line(picture, (160, 100), (172, 106), (90, 85, 80) if darker else (250, 250, 250), 1, cv2.LINE_AA)
    after, found = run("enhance.dust", picture)
    assert found["specks"] == len(places) + 1
    error = np.abs(after.astype(int) - ground)
    assert error.max() < 14
    assert after[45:56, 35:46].std() > 0.6 * ground[45:56, 35:46].std()


@pytest.mark.parametrize("texture", [data.brick(), data.grass(), data.gravel()], ids=["brick", "grass", "gravel"])
def test_texture_stays(texture):
    rgb = np.repeat(texture[:256, :256, None], 3, axis=2)
    after, _ = run("enhance.dust", rgb)
    assert np.mean(np.any(after != rgb, axis=2)) < 0.002


def test_print_stays():
    rgb = np.full((240, 400, 3), 235, np.uint8)
    for row in range(5):
        cv2.putText(
            rgb, "ingredients: milk, i.e. 3.5 %", (10, 60 + 24 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (40, 40, 40), 1, cv2.LINE_AA
        )
    after, found = run("enhance.dust", rgb)
    assert found["specks"] == 0
    assert np.array_equal(after, rgb)


def test_only_the_box_is_dusted():
    ground = np.full((200, 320, 3), 210, np.uint8)
    after, found = run("enhance.dust", dusty(ground, [(60, 60), (260, 60)]), box=(0, 0, 0.5, 1))
    assert found["specks"] == 1
    assert np.abs(after[60, 60].astype(int) - 210).max() < 5
    assert after[60, 260].tolist() == [90, 85, 80]


def test_the_clear_part_of_a_cutout_is_neither_changed_nor_painted_in():
    picture = dusty(np.full((200, 320, 3), 210, np.uint8), [(60, 60), (260, 60)])
    alpha = np.zeros((200, 320), np.uint8)
    alpha[:, :160] = 255
    picture[:, 160:] = np.where(picture[:, 160:] == 210, 20, picture[:, 160:])
    after, found = run("enhance.dust", picture, alpha)
    assert found["specks"] == 1
    assert np.array_equal(after[:, 160:], picture[:, 160:])
    assert np.abs(after[:, :160].astype(int) - 210).max() < 8
