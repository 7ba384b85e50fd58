"""Plans: every name looked up, every parameter checked and filled in, loops refused."""

from __future__ import annotations

import pytest

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.operation import OperationSpec, Stage
from packshot.contracts.plan import Plan
from packshot.contracts.recipe import MAX_DEPTH, MAX_STEPS, Recipe
from packshot.contracts.routing import Mode, Route, Traffic
from packshot.errors import BadParameters, BadRecipe, UnknownName
from packshot.recipes.planning import make_plan, make_shadow

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "width": {"type": "integer", "minimum": 1, "default": 2000},
        "color": {"type": "string", "default": "#ffffff"},
        "name": {"type": "string"},
    },
}


def spec(name: str, version: str = "1.0.0", stage: Stage = Stage.EDIT, **further) -> OperationSpec:
    return OperationSpec(name=name, version=version, stage=stage, title=name, summary="", params_schema=SCHEMA, **further)


CATALOGUE = Catalogue([
    spec("layout.fill", "1.2.0"),
    spec("layout.fill", "2.0.0"),
    spec("layout.pad", stage=Stage.PREPROCESS),
    spec("compose.fuse", inputs={"photos": "the others"}, several=("photos",)),
    spec("compose.over", inputs={"ground": "what to put it on"}, timeout_s=7),
])  # fmt: skip


def recipe(name="mine", **written) -> Recipe:
    return Recipe.model_validate({"name": name, **written})


def line(*operations, name="mine", output="out") -> Recipe:
    steps = [{"recipe": step[1:]} if step.startswith("+") else {"operation": step} for step in operations]
    return recipe(name, steps=steps, output=output)


def plan(planned: Recipe, *others: Recipe):
    return make_plan(planned, CATALOGUE, {one.name: one for one in (planned, *others)})


def test_a_plan_has_every_default_and_what_the_catalogue_says():
    written = recipe(steps=[{"operation": "layout.fill", "params": {"width": 5}, "seed": 3}], output="out")
    (step,) = plan(written).steps
    assert step.params == {"width": 5, "color": "#ffffff"}
    assert (step.id, step.major, step.stage, step.seed) == ("0", 2, Stage.EDIT, 3)
    (pinned,) = plan(line("layout.fill@1")).steps
    assert pinned.major == 1


def test_every_step_of_a_tree_has_an_id_of_its_own():
    tree = recipe(
        steps=[{"operation": "layout.pad"}],
        branches=[
            {"steps": [{"operation": "layout.fill"}], "output": "a"},
            {
                "steps": [{"operation": "layout.fill"}],
                "branches": [{"output": "b"}, {"steps": [{"operation": "layout.pad"}], "output": "c"}],
            },
        ],
    )
    planned = plan(tree)
    ids = [step.id for step in planned.all_steps()]
    assert len(set(ids)) == len(ids) == 4
    assert list(planned.outputs()) == ["a", "b", "c"]


def test_included_steps_are_put_in_and_their_output_does_not_count():
    inner = line("layout.pad", name="inner", output="other")
    outer = line("+middle", "layout.fill")
    middle = line("+inner", "+inner", name="middle")
    planned = plan(outer, middle, inner)
    assert [step.operation for step in planned.steps] == ["layout.pad", "layout.pad", "layout.fill"]
    assert list(planned.outputs()) == ["out"]


def test_a_recipe_that_includes_itself_is_refused_with_the_way_it_goes():
    with pytest.raises(BadRecipe, match="mine → mine"):
        plan(line("+mine"))
    with pytest.raises(BadRecipe, match="mine → b → c → b"):
        plan(line("+b"), line("+c", name="b"), line("+b", name="c"))
    looping = recipe(branches=[{"steps": [{"recipe": "mine"}], "output": "a"}])
    with pytest.raises(BadRecipe, match="includes itself"):
        plan(looping)


def test_includes_that_multiply_end_at_the_limit():
    bombs = [line(*[f"+r{level + 1}"] * 10, name=f"r{level}") for level in range(12)]
    with pytest.raises(BadRecipe, match=str(MAX_STEPS)):
        plan(bombs[0], *bombs[1:], line("layout.pad", name="r12"))


def test_empty_includes_that_multiply_end_too():
    bombs = [line(*[f"+r{level + 1}"] * 10, name=f"r{level}") for level in range(12)]
    with pytest.raises(BadRecipe):
        plan(bombs[0], *bombs[1:], line(name="r12"))


@pytest.mark.parametrize(
    ("operation", "words"),
    [("layout.fil", "layout.fill"), ("layout.fill@3", "layout.fill@1, layout.fill@2"), ("nothing.like", "Known: ")],
)
def test_an_unknown_operation_names_what_is_near(operation, words):
    with pytest.raises(UnknownName) as refused:
        plan(line(operation))
    assert words in str(refused.value)


def test_an_unknown_recipe_names_what_is_near():
    with pytest.raises(UnknownName, match="inner"):
        plan(line("+iner"), line("layout.pad", name="inner"))


def test_a_tree_cannot_be_included():
    with pytest.raises(BadRecipe, match="has branches"):
        plan(line("+tree"), recipe("tree", branches=[{"output": "a"}]))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"widht": 5}, "width"),
        ({"width": "wide"}, "width: 'wide'"),
        ({"width": 0}, "width: 0"),
        ({"width": None}, "width"),
        ({"width": 1.5}, "1.5"),
    ],
)
def test_wrong_parameters_are_refused_by_name(params, words):
    with pytest.raises(BadParameters) as refused:
        plan(recipe(steps=[{"operation": "layout.fill", "params": params}], output="out"))
    assert words in str(refused.value)
    assert "layout.fill" in str(refused.value)


def test_a_further_input_that_the_operation_does_not_take_is_refused():
    given = {"operation": "compose.over", "inputs": {"gruond": {"photo": 1}}}
    with pytest.raises(BadRecipe, match="ground"):
        plan(recipe(steps=[given], output="out"))
    right = {"operation": "compose.over", "inputs": {"ground": {"photo": 1}}}
    (step,) = plan(recipe(steps=[right], output="out")).steps
    assert step.inputs["ground"].photo == 1
    assert step.timeout_s == 7


@pytest.mark.parametrize("inputs", [{"photos": {"photos": "others"}}, {"photos.1": {"photo": 1}, "photos.2": {"photo": 2}}])
def test_an_input_may_take_several_pictures(inputs):
    (step,) = plan(recipe(steps=[{"operation": "compose.fuse", "inputs": inputs}], output="out", over="listing")).steps
    assert step.inputs.keys() == inputs.keys()


@pytest.mark.parametrize(
    ("operation", "inputs", "over", "says"),
    [
        ("compose.fuse", {"photos.first": {"photo": 1}}, "listing", "takes no input 'photos.first'"),
        ("compose.over", {"ground.1": {"photo": 1}}, "listing", "takes no input 'ground.1'"),
        ("compose.over", {"ground": {"photos": "others"}}, "listing", "takes one picture as 'ground'"),
        ("compose.fuse", {"photos": {"photos": "others"}}, "photo", "over: listing"),
    ],
)
def test_several_pictures_where_one_is_taken_are_refused(operation, inputs, over, says):
    with pytest.raises(BadRecipe, match=says):
        plan(recipe(steps=[{"operation": operation, "inputs": inputs}], output="out", over=over))


def test_two_outputs_of_one_name_are_refused():
    with pytest.raises(BadRecipe, match="makes a twice"):
        plan(recipe(branches=[{"output": "a"}, {"output": "a"}]))


def test_too_many_steps_and_too_deep_branches_are_refused():
    assert len(plan(line(*["layout.pad"] * MAX_STEPS)).steps) == MAX_STEPS
    with pytest.raises(BadRecipe, match="more than"):
        plan(line(*["layout.pad"] * (MAX_STEPS + 1)))
    deep: dict = {"output": "a"}
    for _ in range(MAX_DEPTH + 1):
        deep = {"branches": [deep]}
    with pytest.raises(BadRecipe, match="deep"):
        plan(recipe(**deep))


def test_an_output_that_no_step_leads_to_is_refused():
    with pytest.raises(BadRecipe, match="no steps that lead to out; nothing would run"):
        plan(recipe(output="out"))
    with pytest.raises(BadRecipe, match="no steps that lead to as-it-came"):
        plan(recipe(branches=[{"steps": [{"operation": "layout.pad"}], "output": "padded"}, {"output": "as-it-came"}]))
    with pytest.raises(BadRecipe, match="no steps that lead to out"):
        plan(line("+empty"), line(name="empty"))


def test_an_output_right_below_the_trunk_is_made_by_the_trunk():
    tree = recipe(
        steps=[{"operation": "layout.pad"}],
        branches=[{"output": "padded"}, {"steps": [{"operation": "layout.fill"}], "output": "filled"}],
    )
    assert list(plan(tree).outputs()) == ["padded", "filled"]


def routed(planned: Recipe, policy: Traffic, catalogue: Catalogue = CATALOGUE) -> Plan:
    return make_plan(planned, catalogue, {}, Route({policy.operation: policy}))


def fill(**given) -> Traffic:
    return Traffic(**{"operation": "layout.fill", "stable": 1, "share": 1.0, **given})


def test_a_policy_chooses_for_steps_that_float_and_for_no_other():
    (floats, pinned, other) = routed(line("layout.fill", "layout.fill@2", "layout.pad"), fill()).steps
    assert (floats.major, floats.routed) == (1, True)
    assert (pinned.major, pinned.routed) == (2, False)
    assert (other.major, other.routed) == (1, False)


def test_a_plan_says_what_policies_chose_for_what_is_added_on_the_way():
    assert routed(line("layout.pad"), fill()).majors == {"layout.fill": 1}
    assert routed(line("layout.pad"), fill(candidate=2)).majors == {"layout.fill": 2}
    assert plan(line("layout.pad")).majors == {}


def test_a_candidate_that_does_not_take_the_parameters_is_passed_over():
    strict = {"type": "object", "additionalProperties": False, "properties": {}}
    catalogue = Catalogue(
        [spec("layout.fill", "1.2.0"), spec("layout.fill", "2.0.0").model_copy(update={"params_schema": strict})]
    )
    written = recipe(steps=[{"operation": "layout.fill", "params": {"width": 5}}], output="out")
    assert routed(written, fill(candidate=2), catalogue).steps[0].major == 1
    assert routed(line("layout.fill"), fill(candidate=2), catalogue).steps[0].major == 2
    assert routed(line("layout.fill"), fill(candidate=7), catalogue).steps[0].major == 1, "nobody has heard of it"


def test_a_stable_version_that_nobody_knows_is_waited_for_and_not_replaced():
    with pytest.raises(UnknownName, match="no version 7"):
        routed(line("layout.fill"), fill(stable=7))


def shadow(planned: Recipe, **given) -> Plan | None:
    policy = fill(candidate=2, mode=Mode.SHADOW, **given)
    return make_shadow(planned, CATALOGUE, {}, Route({policy.operation: policy}))


def test_a_shadow_is_planned_only_where_it_differs():
    beside = shadow(line("layout.pad", "layout.fill"))
    assert [step.major for step in beside.steps] == [1, 2]
    assert shadow(line("layout.pad", "layout.fill@1")) is None
    assert shadow(line("layout.pad")) is None
    assert shadow(line("layout.fill"), share=0.0) is None
