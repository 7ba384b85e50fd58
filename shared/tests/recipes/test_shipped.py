"""The recipes that packshot ships."""

from __future__ import annotations

import pytest

from packshot.plugin.registry import load_registry
from packshot.recipes.loading import load_recipes
from packshot.recipes.planning import make_plan
from packshot.settings import Settings

RECIPES = load_recipes()


@pytest.fixture(scope="module")
def catalogue():
    return load_registry(Settings()).catalogue


def test_the_promised_ones_are_there():
    assert {"amazon-main", "taobao-main", "studio-shadow", "marketplace-set"} <= set(RECIPES)
    assert {"cutout", "scenes", "sets", "design", "views", "look-pair", "look-board", "look-board-cutouts"} <= set(RECIPES)
    assert {"focus-stack", "exposure-bracket"} <= set(RECIPES)


MARKETS = {
    "amazon-main",
    "google-merchant",
    "ebay",
    "walmart",
    "shopify",
    "etsy",
    "zalando",
    "taobao-main",
    "jd-main",
    "pinduoduo-main",
}


def test_the_set_makes_what_each_marketplaces_own_recipe_makes(catalogue):
    together = make_plan(RECIPES["marketplace-set"], catalogue, RECIPES)
    assert {branch.output for branch in together.branches} == MARKETS
    for branch in together.branches:
        alone = make_plan(RECIPES[branch.output], catalogue, RECIPES)
        steps = [(step.operation, step.params) for step in (*together.steps, *branch.steps)]
        assert steps == [(step.operation, step.params) for step in alone.steps if step.operation != "inspect.measures"]


@pytest.mark.parametrize("name", RECIPES)
def test_each_can_be_planned_with_the_installed_operations(name, catalogue):
    plan = make_plan(RECIPES[name], catalogue, RECIPES)
    assert list(plan.outputs())


@pytest.mark.parametrize("name", RECIPES)
def test_each_says_in_words_what_it_makes(name):
    assert RECIPES[name].title
    assert len(RECIPES[name].description) > 40
