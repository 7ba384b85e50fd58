"""Each check catches who breaks its rule, and says what to change; an operation that keeps them all passes all."""

import random
import socket
import subprocess
import time
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict, Field

from packshot.errors import BadPhoto
from packshot.plugin import Device, Frame, Operation, Pixels, Run
from packshot.plugin.conformance import (
    CHECKS,
    ConformanceFailure,
    NotTestable,
    Subject,
    answers,
    declaration,
    limits,
    outside,
    repetition,
)


class Strength(BaseModel):
    strength: float = Field(0.5, ge=0, le=1, description="0 leaves the picture as it is")


class Inside(BaseModel):
    model_config = ConfigDict(extra="forbid")
    soft: float = Field(1, gt=0, description="σ in pixels")


class Rich(BaseModel):
    """Every kind of parameter."""

    mode: Literal["dark", "light"] = Field("dark", description="Which way")
    limit: int | None = Field(None, ge=1, le=9, description="At most")
    on: bool = Field(True, description="Whether")
    edge: Inside = Field(Inside(), description="The edge")
    needed: str = Field(description="No default", examples=["this"])


class Good(Operation[Rich]):
    """Inverts a picture."""

    name, version, stage, Params = "good.invert", "1.0.0", "edit", Rich

    def run(self, frame: Frame, params: Rich, run: Run) -> Frame:
        assert params.needed == "this"
        run.progress(0.5, "half")
        return frame.with_rgb(255 - frame.rgb)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_good_operation_passes(check):
    check(Subject.of(Good, quick=True))


def operation(run, params=Strength, **attributes):
    """An operation that does `run(self, frame, params, run)`."""
    declared = {"name": "bad.op", "version": "1.0.0", "stage": "edit", "Params": params, "__doc__": "Is bad.", **attributes}
    return type("Bad", (Operation,), {"run": run, **declared})


def failure_of(check, kind) -> str:
    with pytest.raises(ConformanceFailure) as caught:
        check(Subject.of(kind, quick=True))
    return str(caught.value)


def same(self, frame, params, run):
    return frame


def test_a_missing_docstring():
    assert "docstring" in failure_of(declaration.declares_itself, operation(same, __doc__=None))


class Silent(BaseModel):
    strength: float = 1
    edge: Inside = Field(Inside(), description="The edge")


def test_a_parameter_without_a_description():
    assert failure_of(declaration.describes_its_parameters, operation(same, Silent)).startswith("Give strength a description")


class BeyondItself(BaseModel):
    strength: float = Field(3, le=1, description="Beyond its limit")


def test_a_default_beyond_its_own_limits():
    assert "less than or equal to 1" in failure_of(declaration.has_valid_defaults, operation(same, BeyondItself))


class Deaf(BaseModel):
    soft: float = Field(1, description="σ")


class Outer(BaseModel):
    edge: Deaf = Field(Deaf(), description="The edge")


def test_a_model_inside_that_takes_typing_mistakes():
    assert "edge" in failure_of(declaration.refuses_unknown_parameters, operation(same, Outer))


class Choice(BaseModel):
    mode: Literal["works", "breaks"] = Field("works", description="Which")


def breaks_by_choice(self, frame, params, run):
    if params.mode == "breaks":
        raise KeyError("no such thing")
    return frame


def test_a_choice_that_does_not_work():
    said = failure_of(declaration.offers_choices_that_work, operation(breaks_by_choice, Choice))
    assert "With mode='breaks'" in said
    assert "KeyError" in said
    assert "test_checks.py:" in said, "the author wants to know the line"


def float64(self, frame, params, run):
    return frame.with_rgb(frame.rgb * 0.5)


def half(self, frame, params, run):
    return frame.with_planes(rgb=frame.rgb[: -(-frame.height // 2)])


def nan(self, frame, params, run):
    return frame.with_rgb(frame.rgb * np.float32(np.nan))


def strange_finding(self, frame, params, run):
    return frame.with_finding("bad.op", object())


def refuses_all(self, frame, params, run):
    raise BadPhoto("This picture is not liked here, bring another.")


def curt(self, frame, params, run):
    raise BadPhoto("no")


@pytest.mark.parametrize(
    ("run", "takes", "said"),
    [
        (float64, "uint8", "rgb is float64; takes='uint8' means uint8"),
        (half, "uint8", "change all planes alike"),
        (nan, "float", "NaN or infinity"),
        (strange_finding, "uint8", "not JSON"),
        (refuses_all, "uint8", "refuses every picture"),
        (curt, "uint8", "say what the merchant can do"),
        (lambda self, frame, params, run: None, "uint8", "must return one Frame"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_unsound_answers(run, takes, said):
    assert said in failure_of(answers.answers_soundly, operation(run, takes=Pixels(takes)))


def fails_when_tiny(self, frame, params, run):
    return frame.with_rgb(frame.rgb[:, 1:][:, [0] * frame.width])


def test_a_picture_too_small_for_it():
    said = failure_of(answers.survives_odd_sizes, operation(fails_when_tiny))
    assert "On a 1×1 picture it raised IndexError" in said
    assert "BadPhoto" in said


def divides(self, frame, params, run):
    return frame.with_rgb(frame.rgb / np.float32(frame.rgb.max()))


@pytest.mark.filterwarnings("ignore:invalid value")
def test_an_all_black_picture():
    assert "all black" in failure_of(answers.survives_flat_pictures, operation(divides, takes=Pixels.FLOAT))


def wants_an_edge(self, frame, params, run):
    if frame.alpha is not None:
        np.flatnonzero((frame.alpha == 0).any(axis=0))[0]
    return frame


def wants_a_masked_pixel(self, frame, params, run):
    if "mask" in run.inputs:
        np.flatnonzero(run.inputs["mask"].rgb.any(axis=2))[0]
    return frame


@pytest.mark.parametrize(
    ("run", "inputs", "picture"),
    [(wants_an_edge, {}, "a product that fills the picture"), (wants_a_masked_pixel, {"mask": "Where"}, "an empty (black) mask")],
)
def test_a_hard_picture(run, inputs, picture):
    assert picture in failure_of(answers.survives_hard_pictures, operation(run, inputs=inputs))


def flattens(self, frame, params, run):
    return frame.with_rgb((frame.rgb >> 8).astype(np.uint8))


def test_a_16_bit_picture_that_loses_its_depth():
    kind = operation(flattens, takes=Pixels.ANY)
    assert "must keep the depth" in failure_of(answers.takes_16_bit_pictures, kind)


def drops_all(self, frame, params, run):
    return Frame.of(frame.rgb)


def test_lost_alpha_and_lost_findings():
    assert "drops alpha" in failure_of(answers.keeps_alpha_unless_it_says_so, operation(drops_all))
    assert "earlier operations found" in failure_of(answers.keeps_what_others_found, operation(drops_all))


def wild_progress(self, frame, params, run):
    run.progress(50)
    return frame


def test_progress_that_is_no_share():
    assert "progress 50" in failure_of(answers.reports_its_progress_soundly, operation(wild_progress))


def counts(self, frame, params, run):
    self.count = getattr(self, "count", 0) + 1
    return frame.with_finding("bad.op", self.count)


def draws(self, frame, params, run):
    return frame.with_finding("bad.op", random.random())


def needs_small_seed(self, frame, params, run):
    return frame.with_finding("bad.op", int(np.random.RandomState(run.seed).randint(9)))


def test_results_that_come_from_elsewhere_than_input_and_seed():
    assert "another result the second time" in failure_of(repetition.is_deterministic, operation(counts))
    assert "draw from run.random" in failure_of(repetition.honours_the_seed, operation(draws))
    assert "ValueError" in failure_of(repetition.honours_the_seed, operation(needs_small_seed))


def writes_in_place(self, frame, params, run):
    frame.rgb[0, 0] = 0
    return frame


def writes_into_inputs(self, frame, params, run):
    run.inputs["ground"].rgb[0, 0] = 0
    return frame


def unseals(self, frame, params, run):
    frame.rgb.flags.writeable = True
    frame.rgb[0, 0] = 0
    return frame


@pytest.mark.parametrize("run", [writes_in_place, writes_into_inputs, unseals], ids=lambda run: run.__name__)
def test_writing_into_what_it_is_given(run):
    assert "take a copy first" in failure_of(repetition.leaves_its_input_alone, operation(run, inputs={"ground": "A ground"}))


def mixes(self, frames, params, runs):
    mean = np.mean([frame.rgb for frame in frames])
    return [frame.with_finding("bad.op", float(mean)) for frame in frames]


def test_batches_that_mix_pictures():
    assert "in a batch" in failure_of(repetition.batches_equal_singles, operation(same, run_batch=mixes))


def writes_a_file(self, frame, params, run):
    Path("cache.bin").write_bytes(b"x")
    return frame


def asks_the_network(self, frame, params, run):
    socket.getaddrinfo("127.0.0.1", 80)
    return frame


def starts_a_program(self, frame, params, run):
    subprocess.run(["true"], check=True)
    return frame


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (writes_a_file, "writes a file (cache.bin"),
        (asks_the_network, "reaches for the network"),
        (starts_a_program, "starts another program"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_reaching_outside(run, said):
    assert said in failure_of(outside.stays_inside, operation(run))


def writes_natively(self, frame, params, run):
    cv2.imwrite("left.png", frame.rgb)
    return frame


def test_a_file_that_native_code_left():
    assert "leaves left.png" in failure_of(outside.stays_inside, operation(writes_natively))


def sleeps(self, frame, params, run):
    time.sleep(0.05)
    return frame


def fills(self, frame, params, run):
    np.ones(80 << 20, np.uint8)
    return frame


def test_more_time_or_memory_than_declared():
    assert "timeout_s is 0.01" in failure_of(limits.keeps_its_time_and_memory, operation(sleeps, timeout_s=0.01))
    greedy = operation(fills, device=Device(memory_mb=32))
    assert "32 are declared" in failure_of(limits.keeps_its_time_and_memory, greedy)


def test_time_and_memory_are_told():
    assert limits.keeps_its_time_and_memory(Subject.of(Good, quick=True)).startswith("a quarter of a megapixel 0.")


def test_what_does_not_load_or_cannot_be_tested_here():
    with pytest.raises(ConformanceFailure, match=r"load\('cpu'\) raised OSError: no weights"):
        Subject.of(operation(same, load=_no_weights))
    with pytest.raises(ConformanceFailure, match="not declared rightly"):
        Subject.of(operation(same, version="one"))


def _no_weights(self, device):
    raise OSError("no weights")


def test_a_device_that_is_not_here(monkeypatch):
    monkeypatch.setattr("packshot.plugin.conformance.subject.find_devices", lambda setting: ("cpu",))
    with pytest.raises(NotTestable, match="requires cuda"):
        Subject.of(operation(same, device=Device(kind="cuda", required=True)))
