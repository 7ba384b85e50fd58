"""What a check finds alarming is said on the bus, also when the result was known already."""

from __future__ import annotations

import pytest
from shared.tests.worker.conftest import picture, slip, step

from packshot.contracts.messages import InspectionAlerted
from packshot.contracts.operation import Stage


@pytest.mark.parametrize("times", [1, 2])
async def test_a_finding_with_an_alert_is_raised_as_an_event(shop, times):
    await shop.open(Stage.QUALITY_CHECK)
    frame = await shop.photo(picture())
    for _ in range(times):
        job = await shop.order(slip(step("0", "test.alarm", stage=Stage.QUALITY_CHECK)), frame)
        await shop.output(job)
        (event,) = shop.events(InspectionAlerted, job)
        assert (event.operation, event.verdict) == ("test.alarm", "fail")
        assert event.findings["alert"] == "The part is broken."


async def test_other_findings_alarm_nobody(shop):
    await shop.open(Stage.EDIT)
    job = await shop.order(slip(step("0", "test.invert")), await shop.photo(picture()))
    await shop.output(job)
    assert not shop.events(InspectionAlerted)
