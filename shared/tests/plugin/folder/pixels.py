"""Well-behaved operations for tests, one for each thing that a host must do for one."""

import os
import time
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field

from packshot.plugin import Batch, File, Frame, Operation, Pixels, Run, Step, hookimpl


class Nothing(BaseModel):
    pass


class Amount(BaseModel):
    by: float = Field(0.25, ge=0, le=1, description="How much brighter")


class Invert(Operation[Nothing]):
    """The negative."""

    name, version, stage, Params = "test.invert", "1.0.0", "edit", Nothing

    def run(self, frame, params, run):
        return frame.with_rgb(255 - frame.rgb)


class Brighten(Operation[Amount]):
    """Adds light."""

    name, version, stage, Params = "test.brighten", "2.1.0", "edit", Amount
    takes = Pixels.FLOAT

    def run(self, frame, params, run):
        run.progress(0.5, "half")
        return frame.with_rgb(frame.rgb + np.float32(params.by))


class Cut(Operation[Nothing]):
    """Cuts the left half out."""

    name, version, stage, Params = "test.cut", "1.0.0", "preprocess", Nothing

    def run(self, frame, params, run):
        alpha = np.zeros(frame.rgb.shape[:2], np.uint8)
        alpha[:, : frame.width // 2] = 255
        return frame.with_planes(alpha=alpha)


class Measure(Operation[Nothing]):
    """Measures only."""

    name, version, stage, Params = "test.measure", "1.0.0", "quality-check", Nothing
    takes = Pixels.FLOAT

    def run(self, frame, params, run):
        finding = {"mean": frame.rgb.mean(), "pid": os.getpid(), "nan": np.float32("nan"), "size": np.array(frame.rgb.shape)}
        return frame.with_finding(self.name, finding)


class Gate(Operation[Nothing]):
    """Asks to be brightened while the picture is dark."""

    name, version, stage, Params = "test.gate", "1.0.0", "quality-check", Nothing

    def run(self, frame, params, run):
        dark = float(frame.rgb.mean()) < 64
        if dark:
            run.repairs.append(Step(operation="test.brighten", params={"by": 0.5}))
        return frame.with_finding(self.name, {"dark": dark})


class Export(Operation[Nothing]):
    """Not a real format, but a file."""

    name, version, stage, Params = "test.export", "1.0.0", "edit", Nothing

    def run(self, frame, params, run):
        return frame.with_file(File(b"exported " + frame.rgb.tobytes()[:8], "image/x-test"))


class Noise(Operation[Nothing]):
    """A generator."""

    name, version, stage, Params = "test.noise", "1.0.0", "generate", Nothing
    source = False

    def run(self, frame, params, run):
        return Frame.of(run.random.integers(0, 256, (6, 8, 3), np.uint8))


class Blend(Operation[Nothing]):
    """The mean of two pictures."""

    name, version, stage, Params = "test.blend", "1.0.0", "edit", Nothing
    takes = Pixels.FLOAT
    inputs: ClassVar = {"other": "the second picture"}

    def run(self, frame, params, run):
        return frame.with_rgb((frame.rgb + run.inputs["other"].rgb) / 2)


class Mean(Operation[Nothing]):
    """The mean of any number of pictures."""

    name, version, stage, Params = "test.mean", "1.0.0", "edit", Nothing
    takes = Pixels.FLOAT
    inputs: ClassVar = {"photos": "the other pictures"}
    several: ClassVar = ("photos",)

    def run(self, frame, params, run):
        pictures = [frame, *run.several("photos")]
        return frame.with_rgb(sum(picture.rgb for picture in pictures) / len(pictures))


class Together(Operation[Amount]):
    """Batches, and says how large the batch was."""

    name, version, stage, Params = "test.together", "1.0.0", "edit", Amount
    batch = Batch(max=4, window_ms=1000)
    timeout_s = 5.0

    def run_batch(self, frames, params, runs):
        shapes = {frame.rgb.shape for frame in frames}
        assert len(shapes) == 1
        if any((frame.rgb[0, 0] == (1, 2, 3)).all() for frame in frames):
            os._exit(9)
        if any((frame.rgb[0, 0] == (3, 2, 1)).all() for frame in frames):
            raise ValueError("a picture that this operation cannot take")
        return [
            frame.with_rgb(255 - frame.rgb).with_finding(self.name, {"batch": len(frames), "seed": run.seed})
            for frame, run in zip(frames, runs, strict=True)
        ]


class Alarm(Operation[Nothing]):
    """Finds something alarming."""

    name, version, stage, Params = "test.alarm", "1.0.0", "quality-check", Nothing

    def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
        return frame.with_finding(self.name, {"verdict": "fail", "alert": "The part is broken."})


class Seconds(BaseModel):
    by: float = 1.0


class Slow(Operation[Seconds]):
    """Takes its time, and says how far it is."""

    name, version, stage, Params = "test.slow", "1.0.0", "edit", Seconds

    def run(self, frame: Frame, params: Seconds, run: Run) -> Frame:
        for tick in range(10):
            time.sleep(params.by / 10)
            run.progress(tick / 10, f"tick {tick}")
        return frame.with_rgb(255 - frame.rgb)


@hookimpl
def packshot_operations():
    return [Invert, Brighten, Cut, Measure, Gate, Export, Noise, Blend, Mean, Together, Slow, Alarm]
