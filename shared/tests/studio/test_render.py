from __future__ import annotations

import hashlib
import subprocess
import sys

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from packshot.errors import UnknownName
from packshot.studio import FAMILIES, StudioSettings, render

DIGEST = """
import hashlib
from packshot.studio import render
made = render(11, 96, "mug")
planes = (made.rgb, made.clean, made.alpha, made.foreground, made.depth, made.normals, made.shadow)
print(hashlib.sha256(b"".join(plane.tobytes() for plane in planes)).hexdigest())
"""


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_gives_a_product_with_a_soft_outline(family):
    made = render(7, 160, family)
    assert made.rgb.shape == made.clean.shape == made.foreground.shape == made.normals.shape == (160, 160, 3)
    assert made.rgb.dtype == made.clean.dtype == np.uint8
    assert made.alpha.shape == made.depth.shape == made.shadow.shape == (160, 160)
    assert made.alpha.min() >= 0
    assert made.alpha.max() <= 1
    assert 0.01 < made.alpha.mean() < 0.9
    assert ((made.alpha > 0.05) & (made.alpha < 0.95)).any()
    assert np.isfinite(made.depth).all()
    assert 0 <= made.shadow.min() <= made.shadow.max() <= 1
    assert made.shadow.max() > 0.2, "it stands on something"
    assert made.family == family == made.words[0]
    assert made.materials


def test_the_same_seed_is_the_same_picture_in_another_process():
    made = render(11, 96, "mug")
    planes = (made.rgb, made.clean, made.alpha, made.foreground, made.depth, made.normals, made.shadow)
    here = hashlib.sha256(b"".join(plane.tobytes() for plane in planes)).hexdigest()
    told = subprocess.run([sys.executable, "-c", DIGEST], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == here
    assert (render(12, 96, "mug").rgb != made.rgb).any()


def test_seeds_of_one_product_show_it_in_other_pictures():
    settings = StudioSettings(views=3)
    views = [render(seed, 96, "can", settings) for seed in (3, 4, 5, 6)]
    assert [view.product for view in views] == ["studio-can-1"] * 3 + ["studio-can-2"]
    assert (views[0].rgb != views[1].rgb).any()


def test_one_sees_through_handles_and_rings():
    made = render(8, 200, "mug")
    assert holes(made.alpha) >= 1
    assert any(holes(render(seed, 200, "jewellery").alpha) for seed in range(4))


def holes(alpha) -> int:
    """Parts of the ground that the product encloses, of more than 30 pixels."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((np.pad(alpha, 1) < 0.5).astype(np.uint8))
    return int((stats[2:, cv2.CC_STAT_AREA] > 30).sum())


def test_glass_lets_the_ground_through():
    made = [render(seed, 160, "glass") for seed in range(4)]
    partial = np.mean([((one.alpha > 0.05) & (one.alpha < 0.9)).sum() / (one.alpha > 0.05).sum() for one in made])
    assert partial > 0.3


def test_white_on_white_is_white():
    settings = StudioSettings(white=1.0, clutter=0.0, grounds=())
    made = [render(seed, 128, family, settings) for seed, family in enumerate(("bottle", "box", "mug", "shoe"))]
    for one in made:
        colours = one.clean.astype(int)
        assert np.median(np.ptp(colours, axis=2)) < 60
        inside, outside = colours[one.alpha > 0.99].mean(), colours[one.alpha < 0.01].mean()
        assert abs(inside - outside) < 80


def test_what_is_chosen_is_what_is_shown():
    settings = StudioSettings(families=("bowl", "can"), grounds=("wood",), white=0.0)
    made = [render(seed, 64, settings=settings) for seed in range(6)]
    assert {one.family for one in made} == {"bowl", "can"}
    assert {one.ground for one in made} == {"wood"}


def test_noise_is_what_differs_between_the_file_and_the_clean_picture():
    quiet, loud = (render(5, 128, "box", StudioSettings(noise=level)) for level in (0.0, 3.0))
    assert (quiet.clean == loud.clean).all()
    assert np.abs(loud.rgb.astype(int) - loud.clean).mean() > np.abs(quiet.rgb.astype(int) - quiet.clean).mean()


def test_the_foreground_over_its_ground_is_the_picture():
    made = render(9, 160, "toy", StudioSettings(clutter=0.0))
    solid = made.alpha > 0.999
    assert np.abs(made.foreground[solid].astype(int) - made.clean[solid]).max() <= 1
    assert made.cutout.shape == (160, 160, 4)


def test_what_is_unknown_is_told_what_is_near():
    with pytest.raises(UnknownName, match="bottle"):
        render(1, 64, "botle")
    with pytest.raises(UnknownName, match="mug"):
        render(1, 64, settings=StudioSettings(families=("mugg",)))
    with pytest.raises(ValidationError):
        StudioSettings(white=2.0)
