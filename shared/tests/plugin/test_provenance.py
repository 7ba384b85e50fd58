"""The host keeps how a picture was made, whatever an operation returns."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import BaseModel

from packshot.contracts.provenance import Provenance
from packshot.plugin import Frame, Operation, Run, Touch
from packshot.plugin.instances import Instance
from packshot.plugin.registry import Offered

RGB = np.full((4, 5, 3), 90, np.uint8)


class _Params(BaseModel):
    change: bool = True


class _Filler(Operation[_Params]):
    """Makes pixels, and forgets everything else of the frame."""

    name, version, stage, Params, touch = "my.filler", "1.0.0", "edit", _Params, Touch.COMPOSITE

    def run(self, frame: Frame, params: _Params, run: Run) -> Frame:
        return Frame.of(frame.rgb + np.uint8(1)) if params.change else frame


@pytest.mark.parametrize(("change", "term"), [(True, "compositeWithTrainedAlgorithmicMedia"), (False, "digitalCapture")])
def test_touch_counts_where_pixels_changed(change, term):
    instance = Instance(Offered(_Filler, _Filler.spec()), ("cpu",))
    frame = Frame({"rgb": RGB}, provenance=Provenance(source_type="digitalCapture", credentials=True))
    (answer,) = instance.run([frame], _Params(change=change), [Run()])
    assert answer.provenance == Provenance(source_type=term, credentials=True)


def test_parts_of_generated_pictures_make_a_composite():
    class Plain(_Filler):
        """Puts something in."""

        name, touch = "my.plain", Touch.NONE

    instance = Instance(Offered(Plain, Plain.spec()), ("cpu",))
    ground = Frame({"rgb": RGB}, provenance=Provenance(source_type="trainedAlgorithmicMedia"))
    (answer,) = instance.run([Frame.of(RGB)], _Params(), [Run(inputs={"ground": ground})])
    assert answer.provenance.source_type == "compositeWithTrainedAlgorithmicMedia"
