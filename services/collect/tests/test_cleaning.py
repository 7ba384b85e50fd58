"""Pictures that look alike are found, those that do not are kept apart; the odd one out of a category is found."""

import cv2
import numpy as np
import pytest

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.collecting import Cleaning
from packshot.contracts.dataset import Item
from packshot.imaging.limits import DEFAULT_LIMITS
from packshot_collect.alike import find_duplicates, join_products
from packshot_collect.cleaning import clean
from packshot_collect.facts import Taken
from packshot_collect.look import see

from .scenes import blurred, jpeg, png, scene, smaller


def look(picture):
    return see(picture if isinstance(picture, bytes) else png(picture), DEFAULT_LIMITS).look


def taken(place, seen, category=""):
    picture = ArtifactRef(digest=f"{place:064x}", media_type="image/png", size=1)
    item = Item(
        picture=picture, width=seen.width, height=seen.height, product=str(place), source=f"{place}.png", category=category
    )
    return Taken(key=f"{place:04}", item=item, look=seen)


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: jpeg(picture, 35),
        lambda picture: smaller(picture, 0.4),
        lambda picture: blurred(picture, 1.5),
        lambda picture: cv2.convertScaleAbs(picture, alpha=1.1, beta=5),
        lambda picture: cv2.convertScaleAbs(picture, alpha=0.85),
    ],
)
def test_copies_of_a_picture_are_one_with_it(change):
    pictures = [scene(seed) for seed in range(20)]
    looks = [look(picture) for picture in pictures] + [look(change(picture)) for picture in pictures]
    found = find_duplicates(looks, range(40), Cleaning().duplicates)
    assert found == {20 + place: place for place in range(20)}


def test_different_pictures_are_not_duplicates():
    looks = [look(scene(seed)) for seed in range(60)]
    assert find_duplicates(looks, range(60), Cleaning().duplicates) == {}


def test_the_same_shape_in_another_colour_is_another_picture():
    red = np.full((200, 200, 3), 255, np.uint8)
    cv2.rectangle(red, (50, 40), (150, 160), (30, 30, 200), -1)
    blue = np.ascontiguousarray(red[..., ::-1])
    assert find_duplicates([look(red), look(blue)], range(2), Cleaning().duplicates) == {}
    assert find_duplicates([look(red), look(red)], range(2), Cleaning().duplicates) == {1: 0}


def test_the_best_copy_is_kept():
    picture = scene(3)
    pictures = [smaller(picture, 0.7), picture, blurred(picture, 1.5)]
    left = clean([taken(place, look(each)) for place, each in enumerate(pictures)], Cleaning())
    assert {place: rejection.code for place, rejection in left.items()} == {0: "duplicate", 2: "duplicate"}
    assert {rejection.like for rejection in left.values()} == {f"{1:064x}"}


def test_blur_is_judged_by_what_is_seen_and_not_by_contrast_or_ground():
    pictures = [scene(seed, (480, 640)) for seed in range(10)]
    sharp = [look(picture).blur for picture in pictures]
    soft = [look(blurred(picture, 4)).blur for picture in pictures]
    faint = [look(cv2.convertScaleAbs(picture, alpha=0.3, beta=170)).blur for picture in pictures]
    assert max(sharp) < Cleaning().max_blur < min(soft)
    assert max(faint) < Cleaning().max_blur
    small = np.full((600, 600, 3), 255, np.uint8)
    small[250:350, 250:350] = cv2.resize(scene(1), (100, 100))
    assert look(small).blur < Cleaning().max_blur
    # Twice the pixels of the same sharp picture, each blurred as much in proportion, is as sharp.
    assert look(cv2.resize(pictures[0], None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)).blur == pytest.approx(sharp[0], abs=0.2)


def test_an_even_picture_counts_as_blurred():
    assert look(np.full((200, 200, 3), 128, np.uint8)).blur == 1.0


def test_products_that_look_alike_are_one_whatever_the_order():
    looks = [look(scene(1)), look(scene(2)), look(smaller(scene(1))), look(smaller(scene(2))), look(scene(3))]
    names = join_products(["b", "c", "c", "a", "d"], looks, 40)
    assert names == {"a": "a", "b": "a", "c": "a", "d": "d"}


def test_a_street_among_mugs_is_an_outlier():
    def mug(seed):
        random = np.random.default_rng(seed)
        picture = np.full((200, 200, 3), 250, np.uint8)
        shift = int(random.integers(-12, 12))
        cv2.rectangle(picture, (70 + shift, 60), (140 + shift, 150), (40, 60, int(random.integers(150, 220))), -1)
        return cv2.ellipse(picture, (140 + shift, 105), (18, 26), 0, 0, 360, (40, 60, 180), 6)

    pictures = [taken(place, look(mug(place)), "mugs") for place in range(40)] + [taken(40, look(scene(9, (200, 200))), "mugs")]
    rules = Cleaning(duplicates=-1, outliers=10)
    assert {place: rejection.code for place, rejection in clean(pictures, rules).items()} == {40: "outlier"}
    few = pictures[:10] + pictures[40:]
    assert clean(few, rules) == {}
