"""Marks of generated pixels are raised and never lowered, whatever a picture goes through."""

from __future__ import annotations

import itertools

import pytest

from packshot.contracts.operation import Touch
from packshot.contracts.provenance import AIGC_KEYS, Provenance

GENERATED = "trainedAlgorithmicMedia"
COMPOSITE = "compositeWithTrainedAlgorithmicMedia"
LABEL = dict.fromkeys(AIGC_KEYS, "") | {"Label": "1", "ContentProducer": "somebody", "ProduceID": "77"}


@pytest.mark.parametrize(
    ("touch", "term"),
    [(Touch.NONE, None), (Touch.ENHANCED, "algorithmicallyEnhanced"), (Touch.COMPOSITE, COMPOSITE), (Touch.GENERATED, GENERATED)],
)
def test_what_an_operation_does_becomes_the_term(touch, term):
    assert Provenance().touched(touch).source_type == term


@pytest.mark.parametrize("touches", list(itertools.permutations(Touch)))
def test_the_strongest_touch_stays_in_any_order(touches):
    provenance = Provenance(source_type="digitalCapture")
    for touch in touches:
        provenance = provenance.touched(touch)
    assert provenance.source_type == GENERATED


def test_a_term_of_the_upload_that_packshot_does_not_know_is_kept_until_a_model_touches_the_picture():
    scan = Provenance(source_type="negativeFilm")
    assert scan.touched(Touch.NONE).source_type == "negativeFilm"
    assert scan.touched(Touch.COMPOSITE).source_type == COMPOSITE


def test_a_generated_part_makes_a_composite_and_a_plain_part_changes_nothing():
    photo, ground = Provenance(), Provenance(source_type=GENERATED)
    assert photo.joined([ground]).source_type == COMPOSITE
    assert ground.joined([photo]).source_type == GENERATED
    assert photo.joined([photo, photo]) == photo
    assert photo.joined([Provenance(aigc=LABEL)]).aigc == LABEL


def test_the_implicit_label_is_due_where_a_model_made_pixels():
    assert Provenance(source_type="algorithmicallyEnhanced").implicit_label("shop", "1") is None
    fresh = Provenance(source_type=COMPOSITE).implicit_label("shop", "42")
    assert fresh is not None
    assert tuple(fresh) == AIGC_KEYS
    assert (fresh["Label"], fresh["ContentProducer"], fresh["ProduceID"]) == ("1", "shop", "42")


def test_the_upload_keeps_its_own_implicit_label():
    assert Provenance(aigc=LABEL).implicit_label("shop", "42") == LABEL
    suspected = Provenance(aigc=LABEL | {"Label": "3"})
    assert suspected.implicit_label("shop", "42")["Label"] == "3"
    assert suspected.touched(Touch.GENERATED).implicit_label("shop", "42") == LABEL
