from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Item, Split
from packshot.datasets.splits import Shares, fold_of, leaks, side_of
from packshot.errors import BadParameters


@given(st.text(), st.integers(0, 2**32))
def test_a_product_keeps_its_side_and_its_fold(product, seed):
    shares = Shares(0.2, 0.2)
    assert side_of(product, seed, shares) is side_of(product, seed, shares)
    assert 0 <= fold_of(product, seed, 5) < 5


def test_sides_have_the_shares_asked_for():
    sides = Counter(side_of(f"product {number}", 7, Shares(0.1, 0.2)) for number in range(10_000))
    assert sides[Split.VALIDATION] / 10_000 == pytest.approx(0.1, abs=0.01)
    assert sides[Split.TEST] / 10_000 == pytest.approx(0.2, abs=0.015)
    assert min(Counter(fold_of(str(number), 7, 4) for number in range(10_000)).values()) > 2300


@pytest.mark.parametrize(("validation", "test"), [(-0.1, 0), (0, -0.1), (0.6, 0.4)])
def test_shares_that_leave_nothing_to_train_on_are_refused(validation, test):
    with pytest.raises(BadParameters, match="together less than 1"):
        Shares(validation, test)


def item(picture, product, split):
    ref = ArtifactRef(digest=f"{picture:064x}", media_type="image/png", size=1)
    return Item(picture=ref, width=1, height=1, product=product, split=split)


def test_what_leaks_is_named():
    clean = [item(1, "a", Split.TRAIN), item(2, "a", Split.TRAIN), item(3, "b", Split.TEST)]
    assert leaks(clean) == {}
    assert leaks([*clean, item(4, "b", Split.TRAIN)]) == {"b": {Split.TEST, Split.TRAIN}}
    assert leaks([*clean, item(3, "c", Split.VALIDATION)]) == {f"{3:064x}": {Split.TEST, Split.VALIDATION}}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), unique_by=lambda pair: pair[0]), st.integers(0, 99))
def test_sides_by_product_never_leak(pictures, seed):
    assert leaks(item(n, str(product), side_of(str(product), seed, Shares(0.3, 0.3))) for n, product in pictures) == {}
