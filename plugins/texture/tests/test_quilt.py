"""Quilted grounds look like their sample; textured grounds keep the product."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame
from packshot.plugin.local import apply, apply_frame
from packshot_texture.quilting import Blocks, quilt
from packshot_texture.seams import closed_seam, right_of, seam

GRASS = np.repeat(data.grass()[:160, :160, None], 3, axis=2)


def silent(fraction: float) -> None:
    assert 0 <= fraction <= 1


def joints(rgb: np.ndarray, step: int, overlap: int) -> float:
    """Mean difference of neighbouring columns where blocks meet, over that elsewhere."""
    steps = np.abs(np.diff(rgb.astype(float), axis=1)).mean(axis=(0, 2))
    at = np.zeros(len(steps), bool)
    for left in range(step - 1, len(steps), step):
        at[left : left + overlap] = True
    return float(steps[at].mean() / steps[~at].mean())


def test_a_seam_is_the_cheapest_path():
    cost = np.random.default_rng(0).random((5, 4)).astype(np.float32)
    path = seam(cost)
    assert np.abs(np.diff(path)).max() <= 1

    def cheapest(row, column):
        nearby = (each for each in (column - 1, column, column + 1) if 0 <= each < 4)
        return cost[row, column] + (min(cheapest(row + 1, each) for each in nearby) if row < 4 else 0)

    assert cost[np.arange(5), path].sum() == pytest.approx(min(cheapest(0, column) for column in range(4)))


def test_a_closed_seam_ends_where_it_began_and_a_mask_lies_right_of_it():
    path = closed_seam(np.random.default_rng(1).random((30, 9)).astype(np.float32))
    assert path[0] == path[-1]
    mask = right_of(path, 9) > 0.5
    assert np.array_equal(mask, np.arange(9)[None] >= path[:, None])


def test_quilting_hides_its_joints_where_plain_tiling_shows_them():
    sample = np.repeat(data.gravel()[:200, :200, None], 3, axis=2).astype(np.float32) / 255
    blocks = Blocks.of(sample, 0.3, 0.2, 0.1)
    made = quilt(sample, (300, 300), blocks, np.random.default_rng(0), silent)
    step = blocks.size - blocks.overlap
    block = sample[: blocks.size, : blocks.size]
    plain = np.tile(block[:step, :step], (8, 8, 1))[:300, :300]
    assert joints(made, step, blocks.overlap) < 1.1
    assert joints(plain, step, 1) > 2


@pytest.mark.parametrize("size", [(50, 300), (300, 40), (1, 1), (161, 159)])
def test_it_has_any_size_and_the_samples_colours(size):
    made = apply("texture.quilt", GRASS, height=size[0], width=size[1])
    assert made.shape == (*size, 3)
    assert made.dtype == np.uint8
    if min(size) > 30:
        assert made.mean() == pytest.approx(GRASS.mean(), abs=12)
        assert made.std() == pytest.approx(GRASS.std(), rel=0.25)


def test_the_seed_draws_the_blocks():
    one, again, other = (apply("texture.quilt", GRASS, width=200, height=100, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_box_or_a_further_input_is_the_sample():
    photo = np.full((200, 200, 3), 250, np.uint8)
    photo[50:100, 40:120] = GRASS[:50, :80]
    boxed = apply("texture.quilt", photo, box=(0.2, 0.25, 0.6, 0.5))
    given = apply_frame("texture.quilt", Frame.of(photo), inputs={"texture": Frame.of(GRASS)}, width=90, height=70).rgb
    assert boxed.shape == (200, 200, 3)
    assert (boxed == 250).all(axis=2).mean() < 0.01
    assert given.std() > 20


def test_sixteen_bits_stay_and_too_small_a_sample_is_refused():
    assert apply("texture.quilt", GRASS.astype(np.uint16) * 257, width=100, height=100).dtype == np.uint16
    with pytest.raises(BadPhoto, match="at least 16"):
        apply("texture.quilt", GRASS[:10])


def test_a_product_stands_on_the_quilted_ground_with_its_shadow():
    rgb = np.full((120, 140, 3), 200, np.uint8)
    rgb[30:90, 40:100] = (180, 20, 20)
    alpha = np.zeros((120, 140), np.uint8)
    alpha[30:90, 40:100] = 255
    shadow = np.zeros((120, 140), np.float32)
    shadow[95:110, 40:100] = 1
    cut = Frame.of(rgb, alpha)
    after, shaded = (
        apply_frame("texture.ground", frame, inputs={"texture": Frame.of(GRASS)})
        for frame in (cut, cut.with_planes(shadow=shadow))
    )
    assert set(after.planes) == {"rgb"} == set(shaded.planes)
    assert np.array_equal(after.rgb[30:90, 40:100], rgb[30:90, 40:100])
    assert after.rgb[alpha == 0].std() > 20
    assert shaded.rgb[95:110, 40:100].max() == 0
    assert np.array_equal(shaded.rgb[:30], after.rgb[:30])


def test_without_cutout_or_texture_it_says_what_is_missing():
    with pytest.raises(BadPhoto, match=r"cutout\.classical"):
        apply("texture.ground", GRASS, GRASS)
    with pytest.raises(BadParameters, match="texture"):
        apply("texture.ground", GRASS, alpha=np.full((160, 160), 255, np.uint8))
