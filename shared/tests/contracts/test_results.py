"""Result keys: equal work has equal keys, and nothing else has."""

from __future__ import annotations

import pytest

from packshot.contracts.ids import derived_id, new_id
from packshot.contracts.operation import ModelUse, OperationSpec
from packshot.contracts.plan import PlannedStep
from packshot.contracts.result import result_key

SPEC = OperationSpec(name="a.b", version="1.0.0", stage="edit", title="", summary="", params_schema={})
STEP = PlannedStep(id="0", stage="edit", operation="a.b", major=1, params={"x": 1, "y": 2})


def test_the_same_work_has_the_same_key_wherever_it_stands_in_a_recipe() -> None:
    elsewhere = STEP.model_copy(update={"id": "7.deep.3", "params": {"y": 2, "x": 1}, "timeout_s": 5.0})
    assert result_key("p", SPEC, STEP) == result_key("p", SPEC, elsewhere)


@pytest.mark.parametrize(
    "changed",
    [
        result_key("q", SPEC, STEP),
        result_key("p", SPEC.model_copy(update={"version": "1.0.1"}), STEP),
        result_key("p", SPEC.model_copy(update={"name": "a.c"}), STEP),
        result_key("p", SPEC.model_copy(update={"models": (ModelUse(name="m", digest="0" * 64),)}), STEP),
        result_key("p", SPEC, STEP.model_copy(update={"params": {"x": 1, "y": 3}})),
        result_key("p", SPEC, STEP.model_copy(update={"seed": 1})),
        result_key("p", SPEC, STEP, ["d"]),
        result_key("p", SPEC, STEP, ["d", "e"]),
    ],
)
def test_anything_that_could_change_the_pixels_changes_the_key(changed: str) -> None:
    assert changed != result_key("p", SPEC, STEP)


def test_ids_sort_by_time_and_derived_ids_repeat() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 100
    assert derived_id("bucket", "key") == derived_id("bucket", "key") != derived_id("bucketkey", "")
