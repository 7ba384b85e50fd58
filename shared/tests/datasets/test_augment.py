"""What is known of a picture goes where the picture goes, and equal orders give equal copies."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packshot.contracts.augmentation import Augmentation, Blur, Colour, Crop, Flip, Jpeg, Noise, Rotate, Scale, WhiteBalance
from packshot.datasets.augment import NORMALS, Sample, augment

MOVING = st.lists(
    st.one_of(
        st.builds(Flip, chance=st.sampled_from([0.0, 0.5, 1.0]), upright=st.booleans()),
        st.builds(Rotate, degrees=st.floats(0, 180)),
        st.builds(Crop, least=st.floats(0.3, 1)),
        st.builds(Scale, least=st.just(0.5), most=st.floats(0.5, 1.5)),
    ),
    min_size=1,
    max_size=4,
)
PLAIN = [Flip(), Rotate(), Crop(), Scale(), WhiteBalance(), Colour()]
ALL = [*PLAIN, Blur(chance=1), Noise(chance=1), Jpeg(chance=1), Flip(upright=False)]


def picture(seed=1, size=(90, 120)):
    random = np.random.default_rng(seed)
    rgb = cv2.resize(random.integers(0, 256, (9, 12, 3), np.uint8), size[::-1], interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(rgb)


def thing(size=(90, 120), box=(40, 30, 25, 20)):
    """A mask that is all of its box."""
    x, y, width, height = box
    mask = np.zeros(size, np.uint8)
    mask[y : y + height, x : x + width] = 255
    return mask


@settings(max_examples=60, deadline=None)
@given(MOVING, st.integers(0, 1000))
def test_planes_masks_and_boxes_go_where_the_picture_goes(steps, seed):
    rgb, mask = picture(), thing()
    # A plane that is the picture must stay the picture, and the box stay around the mask.
    planes = {"red": rgb[..., 0].copy(), "deep": rgb[..., 1].astype(np.uint16) * 257, "mask": mask}
    varied = augment(Sample(rgb, planes, {"it": (40, 30, 25, 20)}), Augmentation(steps=steps, seed=seed), "a", 0)
    assert np.array_equal(varied.planes["red"], varied.rgb[..., 0])
    # Eight bits are rounded twice on the way.
    assert np.abs(varied.planes["deep"] / 257.0 - varied.rgb[..., 1]).max() <= 1.6
    height, width = varied.rgb.shape[:2]
    assert varied.planes["mask"].shape == (height, width)
    seen = varied.planes["mask"] > 127
    if "it" not in varied.boxes:
        assert np.count_nonzero(seen) <= 0.2 * 500 * (height * width) / (90 * 120) + 40
        return
    x, y, across, down = varied.boxes["it"]
    assert x >= 0
    assert y >= 0
    assert x + across <= width + 1e-6
    assert y + down <= height + 1e-6
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if rows.size and across > 4 and down > 4:
        # The box is drawn around the turned box, so the mask lies within it, and without a turn it fills it.
        assert columns[0] >= x - 1.5
        assert columns[-1] + 1 <= x + across + 1.5
        assert rows[0] >= y - 1.5
        assert rows[-1] + 1 <= y + down + 1.5
        if not any(isinstance(step, Rotate) for step in steps):
            assert abs(columns[-1] + 1 - columns[0] - across) <= 3
            assert abs(rows[-1] + 1 - rows[0] - down) <= 3


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=5), st.integers(0, 99), st.integers(0, 5))
def test_equal_orders_give_equal_copies(steps, seed, copy):
    pipeline, sample = Augmentation(steps=steps, seed=seed), Sample(picture(), {"alpha": thing()})
    once, again = augment(sample, pipeline, "a", copy), augment(sample, pipeline, "a", copy)
    assert np.array_equal(once.rgb, again.rgb)
    assert np.array_equal(once.planes["alpha"], again.planes["alpha"])
    assert once.rgb.dtype == np.uint8


def test_copies_and_pictures_differ_from_each_other():
    pipeline, sample = Augmentation(steps=(Noise(chance=1), Colour())), Sample(picture())
    made = [augment(sample, pipeline, name, copy).rgb.tobytes() for name in "ab" for copy in range(4)]
    assert len(set(made)) == 8


def test_a_step_that_never_happens_changes_nothing():
    steps = [step.model_copy(update={"chance": 0.0}) for step in ALL]
    sample = Sample(picture(), {"alpha": thing()}, {"it": (1, 2, 3, 4)})
    varied = augment(sample, Augmentation(steps=steps), "a", 0)
    assert varied is sample or np.array_equal(varied.rgb, sample.rgb)
    assert varied.boxes == sample.boxes


def test_a_mirrored_picture_is_mirrored_exactly():
    rgb = picture()
    varied = augment(Sample(rgb, {}, {"it": (10, 20, 30, 40)}), Augmentation(steps=[Flip(chance=1)]), "a", 0)
    assert np.array_equal(varied.rgb, rgb[:, ::-1])
    assert varied.boxes["it"] == (120 - 10 - 30, 20, 30, 40)


def test_two_mirrors_are_none():
    rgb = picture()
    assert np.array_equal(augment(Sample(rgb), Augmentation(steps=[Flip(chance=1)] * 2), "a", 0).rgb, rgb)


def test_directions_turn_with_the_picture():
    normals = np.full((40, 40, 3), 127, np.uint8)
    normals[..., 0] = 227  # to the right
    sample = Sample(picture(size=(40, 40)), {NORMALS: normals})
    mirrored = augment(sample, Augmentation(steps=[Flip(chance=1)]), "a", 0).planes[NORMALS]
    assert tuple(mirrored[20, 20]) == (28, 127, 127)
    turned = (
        augment(sample, Augmentation(steps=[Rotate(degrees=180)], seed=5), "a", 0).planes[NORMALS][20, 20].astype(float) - 127.5
    )
    assert np.hypot(turned[0], turned[1]) == pytest.approx(100, abs=2)
    assert abs(turned[2]) <= 1


@pytest.mark.parametrize("step", [WhiteBalance(strength=0.5), Colour(brightness=1, contrast=1, saturation=1)])
def test_light_and_colour_stay_within_their_range(step):
    white = np.full((8, 8, 3), 255, np.uint8)
    varied = augment(Sample(white), Augmentation(steps=[step]), "a", 1).rgb
    assert varied.shape == (8, 8, 3)
    assert augment(Sample(np.zeros_like(white)), Augmentation(steps=[WhiteBalance()]), "a", 1).rgb.max() == 0


def test_making_smaller_leaves_no_pattern():
    """A fine check becomes grey, not a coarse one."""
    fine = np.indices((128, 128)).sum(axis=0) % 2 * 255
    rgb = np.repeat(fine[..., None], 3, axis=2).astype(np.uint8)
    small = augment(Sample(rgb), Augmentation(steps=[Scale(least=0.37, most=0.37)]), "a", 0).rgb[4:-4, 4:-4]
    assert small.std() < 20
