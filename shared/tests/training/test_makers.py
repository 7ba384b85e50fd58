import cv2
import numpy as np
import pytest

from packshot.contracts.dataset import Manifest, Split
from packshot.contracts.training import TrainingOrder
from packshot.errors import BadParameters
from packshot.training.makers import MAKERS, maker_of
from packshot.training.pictures import Pictures
from packshot.training.sides import sides_of
from packshot.training.sources import Made


def order(*synthetic, **fields):
    return TrainingOrder.model_validate({"trainer": "tests.brightener", "synthetic": synthetic} | fields)


class Recorder:
    """A reader that remembers what it was asked for."""

    def __init__(self, blobs):
        self.blobs, self.asked = blobs, set()

    def read(self, digest):
        self.asked.add(digest)
        return self.blobs.reader.read(digest)


@pytest.fixture
def cutouts(blobs):
    """Products with alpha on all three sides, and another data set of grounds."""
    alpha = np.zeros((32, 32), np.uint8)
    cv2.circle(alpha, (16, 16), 9, 255, -1)
    plane = blobs.put(cv2.imencode(".png", alpha)[1].tobytes())
    return manifest(blobs, planes={"alpha": plane}), blobs.manifest(train=2, validation=2, test=2, category="ground")


def manifest(blobs, **fields):
    return Manifest.model_validate_json(blobs.reader.read(blobs.manifest(**fields)))


@pytest.mark.parametrize("kind", ["studio", "dead-leaves"])
def test_made_pictures_are_those_of_their_number_with_their_truth(kind, tmp_path):
    one, again, other, of_another_order = (
        Pictures(None, cache).open(Made(kind, {"side": 48}, number, seed), tuple(sorted(maker_of(kind).planes)))
        for number, seed, cache in ((0, 0, None), (0, 0, tmp_path), (1, 0, None), (0, 1, None))
    )
    assert one.rgb.shape == (48, 48, 3)
    assert np.array_equal(one.rgb, again.rgb)
    assert all(np.array_equal(one.planes[name], again.planes[name]) for name in maker_of(kind).planes)
    assert not np.array_equal(one.rgb, other.rgb)
    assert not np.array_equal(one.rgb, of_another_order.rgb)


def test_the_studio_gives_clean_colours_where_they_are_asked_for():
    asked, plain = (Pictures(None, None).open(Made("studio", {"side": 48, "clean": clean}, 3, 0)) for clean in (True, False))
    assert np.array_equal(asked.rgb, plain.planes["clean"])
    assert not np.array_equal(asked.rgb, plain.rgb)


def test_no_studio_product_is_on_two_sides():
    made = {"kind": "studio", "pictures": 8, "settings": {"side": 32, "views": 3, "families": ["can"]}}
    sides = sides_of(order(made), None, ("alpha", "depth"))
    shown = [
        {Pictures(None, None).open(source).product for source in side}
        for side in (sides.train[0].sources, sides.validation, sides.test)
    ]
    # Seven views of training are of three or four products.
    assert len(shown[0]) <= 4
    assert sum(map(len, shown)) == len(set.union(*shown))


def test_composites_hold_out_products_and_grounds_by_side(blobs, cutouts):
    products, grounds = cutouts
    behind = Manifest.model_validate_json(blobs.reader.read(grounds))
    wanted = {"kind": "composites", "pictures": 30, "grounds": grounds, "settings": {"side": 32, "empty": 0}}
    training = order(wanted, data="a" * 64)
    assert training.data_sets == ("a" * 64, grounds)
    sides = sides_of(training, products, ("alpha",), grounds={grounds: behind})
    reader = Recorder(blobs)
    for source in sides.train[0].sources:
        picture = Pictures(reader, None).open(source, ("alpha",))
        assert picture.planes["alpha"].shape == picture.rgb.shape[:2]
        assert picture.planes["alpha"].max() > 60_000
    of_training = {
        digest
        for item in (*products.items, *behind.items)
        if item.split is Split.TRAIN
        for digest in (item.picture.digest, *(ref.digest for ref in item.planes.values()))
    }
    assert reader.asked == of_training
    # Photos judge where there are photos.
    assert {source.item.split for source in sides.validation} == {Split.VALIDATION}


def test_a_photo_and_its_truth_are_brought_down_together(blobs, cutouts, tmp_path):
    source = sides_of(order(data="a" * 64), cutouts[0], ()).train[0].sources[0]
    for cache in (None, tmp_path, tmp_path):
        small, whole = (Pictures(blobs.reader, cache).open(source, ("alpha",), longest) for longest in (16, None))
        assert small.rgb.shape == (16, 16, 3)
        assert small.planes["alpha"].shape == (16, 16)
        assert whole.rgb.shape == (32, 32, 3)
    assert source.bytes(16) * 4 == source.bytes(None)


def test_composites_of_another_material_are_others(blobs, cutouts):
    products, _ = cutouts
    wanted = {"kind": "composites", "share": 0.5, "pictures": 8, "settings": {"side": 32}}
    names = [
        sides_of(order(wanted, data="a" * 64), some, ("alpha",)).train[1].sources[0].name
        for some in (products, products, products.model_copy(update={"items": products.items[1:]}))
    ]
    assert names[0] == names[1] != names[2]


def test_what_is_not_known_of_made_pictures_is_refused(blobs):
    with pytest.raises(BadParameters, match="alpha is not known"):
        sides_of(order({"kind": "dead-leaves"}), None, ("alpha",))
    with pytest.raises(BadParameters, match="no photo on its training side that has alpha"):
        sides_of(order({"kind": "composites"}, data="a" * 64), manifest(blobs), ())
    with pytest.raises(ValueError, match="composites are made of a data set's photos"):
        order({"kind": "composites"})
    with pytest.raises(ValueError, match="grounds are for composites only"):
        order({"kind": "studio", "grounds": "a" * 64})


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_settings_that_a_maker_does_not_take_are_named(kind):
    with pytest.raises(BadParameters, match=f"{kind} cannot be made with these settings.*"):
        Pictures(None, None).open(Made(kind, {"colour": "red"}, 0, 0))
