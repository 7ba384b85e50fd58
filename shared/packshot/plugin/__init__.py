"""The plugin interface: what the author of an operation imports, and nothing else.

These lines are a whole plugin:

    from pydantic import BaseModel, Field
    from packshot.plugin import Frame, Operation, Run, hookimpl

    class Params(BaseModel):
        strength: float = Field(0.5, ge=0, le=1, description="0 leaves the picture as it is")

    class Invert(Operation[Params]):
        name, version, stage, Params = "my.invert", "1.0.0", "edit", Params

        def run(self, frame: Frame, params: Params, run: Run) -> Frame:
            return frame.with_rgb(255 - frame.rgb)

    @hookimpl
    def packshot_operations():
        return [Invert]
"""

from packshot.contracts.operation import Batch, Device, ModelUse, Pixels, Stage, Touch
from packshot.contracts.recipe import Step
from packshot.plugin.frame import File, Frame
from packshot.plugin.hookspecs import hookimpl
from packshot.plugin.operation import Operation, Run

__all__ = [
    "Batch",
    "Device",
    "File",
    "Frame",
    "ModelUse",
    "Operation",
    "Pixels",
    "Run",
    "Stage",
    "Step",
    "Touch",
    "hookimpl",
]
