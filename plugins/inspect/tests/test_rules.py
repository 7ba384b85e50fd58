"""The rule files say who wants what since when, and the right version of them is in force."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from packshot.errors import BadParameters
from packshot_inspect.evidence import MEASURES
from packshot_inspect.rulebook import Confidence, Rule, RuleBook, in_force, markets, rulebooks

WANTED = {
    "amazon-main",
    "ebay",
    "etsy",
    "google-merchant",
    "jd-main",
    "pinduoduo-main",
    "shopify",
    "taobao-main",
    "walmart",
    "zalando",
}


def test_every_marketplace_has_rules_with_a_source():
    assert set(markets()) == WANTED
    for book in rulebooks():
        assert all(source.startswith("https://") for source in book.source)
        assert all(rule.source is None or rule.source.startswith("https://") for rule in book.rules)
        assert any(rule.measure for rule in book.rules)


def test_hearsay_is_marked_as_such():
    assert in_force("taobao-main").confidence is Confidence.LOW
    assert in_force("jd-main").confidence is Confidence.LOW
    assert in_force("pinduoduo-main").confidence is Confidence.LOW
    assert all(book.note for book in rulebooks() if book.confidence is Confidence.LOW)
    with pytest.raises(ValidationError, match="need a note"):
        RuleBook.model_validate(in_force("jd-main").model_dump() | {"note": ""})


def test_the_version_in_force_depends_on_the_day_asked_for_not_on_today():
    def least(book: RuleBook) -> float | None:
        return next(rule.must.min for rule in book.rules if rule.id == "shortest-side" and rule.must)

    assert least(in_force("google-merchant")) == 100
    assert least(in_force("google-merchant", date(2027, 1, 30))) == 100
    assert least(in_force("google-merchant", date(2027, 1, 31))) == 500
    assert in_force("walmart", date(2020, 1, 1)) is in_force("walmart")


def test_an_unknown_market_names_what_is_near():
    with pytest.raises(BadParameters, match="amazon-main"):
        in_force("amazon-mein")


@pytest.mark.parametrize(
    "written",
    [
        {"id": "x", "title": "no measure, no note"},
        {"id": "x", "title": "measure without limits", "measure": "fill"},
        {"id": "x", "title": "limits without measure", "must": {"min": 1}, "note": "n"},
        {"id": "x", "title": "unknown measure", "measure": "beauty", "must": {"min": 1}},
        {"id": "x", "title": "min above max", "measure": "fill", "must": {"min": 2, "max": 1}},
        {"id": "x", "title": "numbers and names", "measure": "fill", "must": {"min": 2, "one_of": ["a"]}},
        {"id": "x", "title": "misspelt", "measure": "fill", "most": {"min": 2}},
    ],
)
def test_a_rule_that_cannot_be_judged_is_refused(written):
    with pytest.raises(ValidationError):
        Rule.model_validate(written)


def test_a_rule_book_with_two_rules_of_one_name_is_refused():
    book = in_force("ebay").model_dump()
    book["rules"] = [book["rules"][0], book["rules"][0]]
    with pytest.raises(ValidationError, match="same id"):
        RuleBook.model_validate(book)


def test_every_measure_is_wanted_by_some_rule():
    assert {rule.measure for book in rulebooks() for rule in book.rules} - {None} == set(MEASURES)
