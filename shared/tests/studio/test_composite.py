from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import BadParameters
from packshot.studio import StudioSettings, render
from packshot.studio.composite import CompositeSettings, composite, decontaminated
from packshot.studio.dead_leaves import dead_leaves

PLAIN = {"same_colour": 0.0, "white": 0.0, "empty": 0.0, "shadow": 0.0, "reflection": 0.0, "degrade": 0.0, "most": 1}


@pytest.fixture(scope="module")
def cutouts():
    return [render(seed, 96, family, StudioSettings(white=0.0)).cutout for seed, family in ((1, "mug"), (2, "box"))]


@pytest.fixture(scope="module")
def grounds():
    return [dead_leaves(seed, 128) for seed in (1, 2)]


def test_a_composite_is_its_products_over_its_background(cutouts, grounds):
    made = composite(3, cutouts, grounds, 96, CompositeSettings(**PLAIN))
    outside = made.alpha == 0
    assert made.products == 1
    assert outside.any()
    assert (made.alpha > 0.95).any()
    assert (made.rgb[outside] == made.background[outside]).all()
    assert (made.rgb[made.alpha > 0.9] != made.background[made.alpha > 0.9]).any()


def test_seeds_repeat_and_differ(cutouts, grounds):
    first, again, other = (composite(seed, cutouts, grounds, 64) for seed in (5, 5, 6))
    assert (first.rgb == again.rgb).all()
    assert (first.alpha == again.alpha).all()
    assert (first.rgb != other.rgb).any()


def test_a_picture_without_products_has_no_alpha(cutouts, grounds):
    made = composite(1, cutouts, grounds, 64, CompositeSettings(empty=1.0))
    assert made.products == 0
    assert made.alpha.max() == 0


def test_white_on_white_and_grounds_of_the_same_colour_are_hard_to_see(cutouts):
    def apart(asked: CompositeSettings) -> float:
        found = []
        for seed in range(6):
            made = composite(seed, cutouts, (), 64, asked)
            inside, outside = made.alpha > 0.9, made.alpha < 0.05
            found.append(np.abs(made.rgb[inside].mean(0) - made.rgb[outside].mean(0)).mean())
        return float(np.mean(found))

    usual = apart(CompositeSettings(**PLAIN))
    assert apart(CompositeSettings(**PLAIN | {"white": 1.0})) < 0.6 * usual
    assert apart(CompositeSettings(**PLAIN | {"same_colour": 1.0})) < 0.6 * usual


def test_shadows_darken_the_ground_and_stay_background(cutouts):
    bare, shaded = (composite(4, cutouts, (), 96, CompositeSettings(**PLAIN | {"shadow": share})) for share in (0.0, 1.0))
    outside = (shaded.alpha == 0) & (bare.alpha == 0)
    assert (shaded.rgb[outside].astype(int) < shaded.background[outside].astype(int) - 5).any()
    assert (shaded.rgb[outside].astype(int) <= shaded.background[outside].astype(int) + 1).all()


def test_decontaminated_edges_have_the_colour_of_the_inside():
    alpha = np.zeros((40, 40), np.float32)
    alpha[10:30, 10:30] = 1
    alpha[9], alpha[30] = 0.5 * (alpha[10] > 0), 0.5 * (alpha[29] > 0)
    red, green = np.array((200.0, 30, 30)), np.array((20.0, 220, 20))
    rgb = (alpha[..., None] * red + (1 - alpha[..., None]) * green).astype(np.uint8)
    clean = decontaminated(rgb, (alpha * 255).astype(np.uint8))
    assert np.abs(clean[9, 20].astype(int) - red).max() < 8
    assert np.abs(rgb[9, 20].astype(int) - red).max() > 80


def test_without_cutouts_it_says_what_it_needs():
    with pytest.raises(BadParameters, match="cutout"):
        composite(1, [])
