"""A check sends a frame back to be mended."""

import numpy as np
import pytest

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.messages import StepFinished
from packshot.contracts.operation import OperationSpec, Stage
from packshot.contracts.recipe import Step
from packshot.errors import UnknownName
from packshot.worker.repairs import plan_repairs

from .conftest import pixels, slip, step

DARK = np.full((6, 6, 3), 10, np.uint8)
SPEC = OperationSpec(
    name="a.mend",
    version="3.0.0",
    stage=Stage.EDIT,
    title="",
    summary="",
    timeout_s=7,
    params_schema={"properties": {"by": {"type": "number", "default": 2}}, "additionalProperties": False},
)


def test_a_repair_slip_has_the_repairs_the_check_again_and_the_rest():
    check = step("3", "a.check", stage=Stage.QUALITY_CHECK)
    after = slip(step("4", "a.last"), output="done")
    planned = plan_repairs(
        check, [Step(operation="a.mend"), Step(operation="a.mend", params={"by": 1})], after, Catalogue([SPEC])
    )
    assert [each.id for each in planned.steps] == ["3.r1.0", "3.r1.1", "3.r1", "4"]
    assert [each.params for each in planned.steps[:2]] == [{"by": 2}, {"by": 1}]
    assert (planned.steps[0].major, planned.steps[0].timeout_s, planned.output) == (3, 7, "done")


def test_a_second_round_has_ids_of_its_own():
    check = step("1.a.3.r1", "a.check", stage=Stage.QUALITY_CHECK)
    planned = plan_repairs(check, [Step(operation="a.mend")], slip(), Catalogue([SPEC]))
    assert [each.id for each in planned.steps] == ["1.a.3.r2.0", "1.a.3.r2"]


def test_a_repair_gets_the_version_that_a_traffic_policy_chose():
    specs = Catalogue([SPEC, SPEC.model_copy(update={"version": "4.0.0"})])
    repairs = [Step(operation="a.mend"), Step(operation="a.mend@4")]
    planned = plan_repairs(step("0", "a.check"), repairs, slip(), specs, {"a.mend": 3})
    assert [each.major for each in planned.steps[:2]] == [3, 4]


def test_a_repair_that_nobody_offers_is_an_error():
    with pytest.raises(UnknownName, match=r"a\.mend"):
        plan_repairs(step("0", "a.check"), [Step(operation="a.mendd")], slip(), Catalogue([SPEC]))


async def test_a_dark_picture_is_brightened_and_checked_once_more(shop):
    await shop.open(Stage.EDIT, Stage.QUALITY_CHECK)
    branch = slip(step("0", "test.gate", stage=Stage.QUALITY_CHECK), step("1", "test.invert"))
    job = await shop.order(branch, await shop.photo(DARK))
    done = await shop.output(job)
    assert [record.id for record in done.frame.history] == ["0", "0.r1.0", "0.r1", "1"]
    assert done.frame.findings["test.gate"] == {"dark": False}
    assert abs(int(pixels(await shop.system.store.get(done.frame.file))[0, 0, 0]) - (255 - 10 - 127)) <= 1
    repairing = [event for event in shop.events(StepFinished, job) if event.repairing]
    assert [step.id for step in repairing[0].remaining.steps] == ["0.r1.0", "0.r1", "1"]


async def test_the_same_repair_again_is_answered_from_the_store(shop):
    await shop.open(Stage.EDIT, Stage.QUALITY_CHECK)
    frame = await shop.photo(DARK)
    branch = slip(step("0", "test.gate", stage=Stage.QUALITY_CHECK), step("1", "test.invert"))
    first, second = [await shop.output(await shop.order(branch, frame)) for _ in range(2)]
    assert all(record.cached for record in second.frame.history)
    assert second.frame.file == first.frame.file


async def test_without_a_repair_left_the_check_only_measures(shop):
    await shop.open(Stage.EDIT, Stage.QUALITY_CHECK)
    branch = slip(step("0", "test.gate", stage=Stage.QUALITY_CHECK), step("1", "test.invert"))
    frame = await shop.photo(DARK)
    done = await shop.output(await shop.order(branch, frame, repairs_left=0))
    assert [record.id for record in done.frame.history] == ["0", "1"]
    assert done.frame.findings["test.gate"] == {"dark": True}
    mended = await shop.output(await shop.order(branch, frame))
    assert "0.r1" in [record.id for record in mended.frame.history]
