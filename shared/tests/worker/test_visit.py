"""Which further inputs a visit's steps are given."""

from __future__ import annotations

import pytest

from packshot.contracts.artifact import ArtifactRef, digest_of
from packshot.contracts.messages import StepRun
from packshot.contracts.operation import OperationSpec, Stage
from packshot.contracts.plan import PlannedBranch, PlannedStep
from packshot.contracts.recipe import Input
from packshot.contracts.result import FrameRef
from packshot.errors import BadRecipe
from packshot.worker.visit import plan_visit

PHOTO = ArtifactRef(digest=digest_of(b"photo"), media_type="image/jpeg", size=5)
SPEC = OperationSpec(
    name="my.compare", version="1.0.0", stage=Stage.QUALITY_CHECK, title="", summary="", params_schema={}, inputs={"original": ""}
)


def command(frame: FrameRef) -> StepRun:
    step = PlannedStep(id="0", stage=SPEC.stage, operation=SPEC.name, major=1, params={}, inputs={"original": Input(own=True)})
    return StepRun(job="j", branch=PlannedBranch(steps=(step,), output="out"), frame=frame)


@pytest.mark.parametrize("frame", [FrameRef(key="k", photo=PHOTO), FrameRef(key="k", own=PHOTO)])
def test_a_step_can_have_the_photo_that_the_frame_was_made_of(frame):
    visit = plan_visit(command(frame), lambda _: SPEC)
    assert visit is not None
    assert visit.steps[0].further == {"original": PHOTO.digest}


def test_a_generated_picture_has_no_photo():
    with pytest.raises(BadRecipe, match="generated"):
        plan_visit(command(FrameRef(key="k")), lambda _: SPEC)
