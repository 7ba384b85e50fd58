"""Recipes as people write them: read, or refused with the place that is wrong."""

from __future__ import annotations

import pytest

from packshot.contracts.recipe import Include, Step
from packshot.errors import BadRecipe, PackshotError
from packshot.recipes.loading import load_recipes, parse_recipe

GOOD = "name: mine\nsteps: [{operation: a.b}]\noutput: o\n"


def test_a_recipe_is_read_with_its_steps_and_includes():
    recipe = parse_recipe("steps: [{recipe: base}, {operation: a.b@2, params: {x: 1}, seed: 7}]\noutput: o", "mine")
    assert recipe.name == "mine"
    assert recipe.steps == (Include(recipe="base"), Step(operation="a.b@2", params={"x": 1}, seed=7))


def test_the_written_name_counts_before_the_file_name():
    assert parse_recipe(GOOD, "other").name == "mine"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "mapping"),
        ("- a\n- b", "mapping"),
        ("name: [", "not valid YAML"),
        ("\x00", "not valid YAML"),
        ("name: x\nsteps: [{operation: a.b}]", "output"),
        ("name: x\noutput: o\nstepps: []", "stepps"),
        ("name: x\noutput: o\nsteps: [{operation: NotAName}]", "steps.0"),
        ("name: x\noutput: o\nsteps: [{operation: a.b, parms: {}}]", "steps.0"),
        ("name: x\noutput: o\nsteps: [{operation: a.b, inputs: {i: {}}}]", "photo"),
        ("name: x\noutput: o\nsteps: [{operation: a.b, seed: -1}]", "steps.0"),
        ("name: Bad Name\noutput: o", "name"),
        ("name: x\noutput: o\nbranches: [{output: p}]", "also has branches"),
        ("name: x\nbranches: [{steps: []}]", "branches.0"),
        ("name: x\noutput: o\nover: everything", "over"),
    ],
)
def test_what_is_wrong_is_refused_and_named(text, words):
    with pytest.raises(BadRecipe) as refused:
        parse_recipe(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "name: x\nbranches: &b\n  - output: o\n    branches: *b\n",
        "&r {name: x, branches: [*r]}",
        "name: x\noutput: o\nsteps: &s [{operation: a.b, params: {deep: *s}}]",
        "name: x\noutput: o\nsteps: " + "[" * 5000,
        "name: x\noutput: o\nsteps: [{operation: a.b, params: {deep: " + "[" * 900 + "]" * 900 + "}}]",
    ],
    ids=["branches-in-themselves", "recipe-in-itself", "params-in-themselves", "very-deep", "deep-params"],
)
def test_yaml_that_loops_or_is_absurdly_deep_is_an_error_not_an_accident(text):
    with pytest.raises(PackshotError):
        parse_recipe(text)


def test_yaml_that_grows_when_read_is_refused():
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)
    ]
    with pytest.raises(BadRecipe):
        parse_recipe("\n".join([*layers, "name: x", "output: o"]))


def test_shared_anchors_that_do_not_loop_are_welcome():
    text = "name: x\nbranches:\n  - {output: a, steps: &s [{operation: a.b}]}\n  - {output: b, steps: *s}\n"
    recipe = parse_recipe(text)
    assert recipe.branches[0].steps == recipe.branches[1].steps


def test_python_objects_in_yaml_are_refused():
    with pytest.raises(BadRecipe):
        parse_recipe("name: !!python/object/apply:os.system ['true']\noutput: o")


def test_later_recipes_replace_earlier_ones(tmp_path):
    (tmp_path / "amazon-main.yaml").write_text("title: Ours\nsteps: [{operation: a.b}]\noutput: o")
    (tmp_path / "x.yaml").write_text("name: extra\nsteps: [{operation: a.b}]\noutput: o")
    recipes = load_recipes(tmp_path)
    assert recipes["amazon-main"].title == "Ours"
    assert {"extra", "taobao-main"} <= set(recipes)
    assert load_recipes()["amazon-main"].title != "Ours"
