"""A second major of the tiny plugin's operation, for tests: a little different, and without words for tiny pictures."""

SECOND = '''
"""A plugin for tests."""
import numpy as np
from pydantic import BaseModel, Field
from packshot.errors import BadPhoto
from packshot.plugin import Frame, Operation, Run, hookimpl

class Params(BaseModel):
    strength: float = Field(0.9, ge=0, le=1)
    smallest: int = Field(4, ge=1)

class Invert(Operation[Params]):
    """Turn every colour into nearly its opposite."""
    name, version, stage, Params = "tiny.invert", "2.0.1", "edit", Params
    takes = "float"
    def run(self, frame: Frame, params: Params, run: Run) -> Frame:
        if min(frame.rgb.shape[:2]) < params.smallest:
            raise BadPhoto("The picture is too small for this version.")
        return frame.with_rgb((frame.rgb + params.strength * (1 - 2 * frame.rgb)).astype(np.float32))

@hookimpl
def packshot_operations():
    return [Invert]
'''
