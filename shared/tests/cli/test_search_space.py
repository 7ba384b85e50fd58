"""What a search may choose from, as people write it."""

import pytest

from packshot.cli.search_space import parse_search
from packshot.contracts.training import Between, OneOf, Search
from packshot.errors import BadParameters


def test_bounds_and_choices_are_what_an_order_takes():
    space = parse_search(
        ["optimiser.lr=1e-4..1e-2:log", "batch=4..32", "params.width=0.5..2", "optimiser.kind=adamw,sgd", "ema=0,0.9"]
    )
    assert Search.model_validate({"space": space}).space == {
        "optimiser.lr": Between(low=1e-4, high=1e-2, log=True),
        "batch": Between(low=4, high=32, whole=True),
        "params.width": Between(low=0.5, high=2),
        "optimiser.kind": OneOf(choices=("adamw", "sgd")),
        "ema": OneOf(choices=(0, 0.9)),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [("lr", "write NAME"), ("lr=a..b", "must be numbers"), ("lr=1..2:exp", "comes :log"), ("lr=3", "only one choice")],
)
def test_what_is_none_says_how_it_is_written(text, message):
    with pytest.raises(BadParameters, match=message):
        parse_search([text])
