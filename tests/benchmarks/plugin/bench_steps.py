"""The benchmark's steps as a packshot plugin: what a stranger would drop into the plugins folder."""

from __future__ import annotations

from pydantic import BaseModel
from tests.benchmarks import steps

from packshot.plugin import File, Frame, Operation, Run, hookimpl


class Nothing(BaseModel):
    """No parameters."""


def _picture_step(name: str) -> type[Operation[Nothing]]:
    function = steps.STEPS[name]

    class PictureStep(Operation[Nothing]):
        __doc__ = function.__doc__

        version, stage, Params = "1.0.0", "edit", Nothing

        def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
            return frame.with_rgb(function(frame.rgb))

    PictureStep.name = f"bench.{name}"
    return PictureStep


class Jpeg(Operation[Nothing]):
    """Quality 92."""

    name, version, stage, Params = "bench.jpeg", "1.0.0", "edit", Nothing

    def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
        return frame.with_file(File(steps.jpeg(frame.rgb), "image/jpeg"))


class Noop(Operation[Nothing]):
    """Does nothing, to a picture that is not even there."""

    name, version, stage, Params, source = "bench.noop", "1.0.0", "edit", Nothing, False

    def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
        return frame


@hookimpl
def packshot_operations() -> list[type[Operation[Nothing]]]:
    """Every step."""
    return [*(_picture_step(name) for name in steps.STEPS), Jpeg, Noop]
