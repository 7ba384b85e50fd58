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


@pytest.mark.parametrize("name", RECIPES)
def test_each_can_be_planned_with_the_installed_operations(name, catalogue):
    plan = make_plan(RECIPES[name], catalogue, RECIPES)
    assert list(plan.outputs())


@pytest.mark.parametrize("name", RECIPES)
def test_each_says_in_words_what_it_makes(name):
    assert RECIPES[name].title
    assert len(RECIPES[name].description) > 40
