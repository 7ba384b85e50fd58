"""What each operation needs, on one core: seconds a megapixel, and bytes a pixel beside the picture that it was given.

Pixels are those of the picture that was given or made, whichever is larger. `python -m tests.benchmarks.footprint [PREFIX]`
measures those whose names begin with PREFIX.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import re
import sys
import time
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml

from packshot.contracts.operation import OperationSpec, Stage
from packshot.errors import PackshotError
from packshot.plugin.frame import Frame
from packshot.plugin.instances import Instances
from packshot.plugin.local import apply_frame
from packshot.plugin.operation import Run
from packshot.plugin.picture import Picture
from packshot.plugin.registry import Registry, load_registry
from packshot.recipes.planning import complete_params
from packshot.samples.photos import render
from packshot.settings import Settings
from tests.benchmarks.result import Ratio
from tests.gallery.surroundings import further_inputs

WARM, SMALL, LARGE = 0.1, 1.0, 12.0
"""Megapixels. At the first run things are loaded and built that are not the pixels'; time is measured at the second."""
BYTES, SECONDS = 12, 0.5
"""For each plane of a pixel; for a megapixel."""
NOISE = 4.0
"""Standard deviation, of 255."""
MADE_TO_WORK: dict[str, dict[str, Any]] = {
    "enhance.deblur": {"kernel": "gaussian"},
    "denoise.jpeg": {"quality": 40},
    "layout.crop": {"margin": 0.1},
}
"""With their defaults these would see that the picture needs nothing, and be done."""


@dataclass(frozen=True)
class Footprint:
    """What one operation needs."""

    seconds: float = 0
    """Of one core, a megapixel."""
    at_small: float = 0
    """Bytes a pixel beside what it was given, at the highest point, for a megapixel."""
    at_large: float = 0
    """The same for twelve."""
    planes: int = 3
    """Of the picture given or made, whichever has more."""
    refused: str = ""

    @property
    def share(self) -> float:
        """Of the memory that it may take."""
        return max(self.at_small, self.at_large) / (BYTES * self.planes)

    @property
    def slowness(self) -> float:
        """Of the time that it may take."""
        return self.seconds / SECONDS

    def line(self, name: str, notes: Notes) -> str:
        """As it is printed: its shares of time and memory, then the figures."""
        if self.refused:
            return f"{name:24}{self.refused}"
        figures = f"{self.seconds:.2f} s/MP, {self.at_small:.0f} and {self.at_large:.0f} of {BYTES * self.planes} B/px"
        over = [
            f"{word}{', as its description says' if noted else ' WITHOUT A WORD ON WHY'}"
            for word, share, noted in (("slow", self.slowness, notes.time), ("large", self.share, notes.memory))
            if share > 1
        ]
        return f"{name:24} time {self.slowness:5.2f}  memory {self.share:5.2f}   {figures:36} {'; '.join(over)}".rstrip()


@dataclass(frozen=True)
class Notes:
    """Whether an operation's description, which users read too, says why it takes more."""

    time: bool
    memory: bool

    @staticmethod
    def of(doc: str) -> Notes:
        """By the words that such a note has."""
        return Notes(bool(re.search(r"megapixel|whatever the size", doc)), "bytes a pixel" in doc)


def measure(prefix: str = "") -> list[Ratio]:
    """footprint_memory and footprint_speed: the most of all operations ÷ the aim, of those whose description does not say why
    they take more. Prints a line for each, and those over an aim once more at the end."""
    cv2.setNumThreads(1)
    registry = load_registry(Settings.read())
    names = [spec.name for spec in registry.catalogue if spec.name.startswith(prefix)]
    most, slowest, over = ("nothing", 0.0), ("nothing", 0.0), []
    for name in names:
        offered = registry.find(name)
        found, notes = _in_a_child(registry, offered.spec), Notes.of(" ".join(str(offered.operation.__doc__).split()))
        line = found.line(name, notes)
        print(line, flush=True)
        over += [line] if max(found.share, found.slowness) > 1 else []
        most = max(most, (name, 0 if notes.memory else found.share), key=lambda pair: pair[1])
        slowest = max(slowest, (name, 0 if notes.time else found.slowness), key=lambda pair: pair[1])
    print(f"{len(over)} of {len(names)} operations are over an aim:", *over, sep="\n")
    return [
        Ratio("footprint_memory", most[1], 1, f"most without a word on why: {most[0]}", at_most=True),
        Ratio("footprint_speed", slowest[1], 1, f"slowest without a word on why: {slowest[0]}", at_most=True),
    ]


def _in_a_child(registry: Registry, spec: OperationSpec) -> Footprint:
    """In a child of its own, where nothing that another operation left behind is used again instead of being counted."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    child = fork.Process(target=_report, args=(registry, spec, there))
    child.start()
    there.close()
    try:
        found: Footprint = here.recv()
    except EOFError:
        found = Footprint(refused="The process ended: there was not enough memory.")
    child.join()
    return found


def _report(registry: Registry, spec: OperationSpec, to: Connection) -> None:
    try:
        _run(registry, spec, WARM)
        seconds, small, planes = _run(registry, spec, SMALL)
        to.send(Footprint(seconds, small, _run(registry, spec, LARGE)[1], planes))
    except PackshotError as refusal:
        to.send(Footprint(refused=str(refusal)))


def _run(registry: Registry, spec: OperationSpec, megapixels: float) -> tuple[float, float, int]:
    """CPU seconds a megapixel, bytes a pixel, planes."""
    instance = Instances(registry, ("cpu",)).get(f"{spec.name}@{spec.major}")
    given, run, asked = _given(spec, megapixels)
    params = instance.params(complete_params(spec, asked))
    before, began = _resident(), time.process_time()
    (answer,) = instance.run([given], params, [run])
    seconds, highest = time.process_time() - began, _status("VmHWM")
    channels = [sum(plane[0, 0].size for plane in frame.planes.values()) for frame in (given, answer)]
    pixels = max(frame.height * frame.width if frame.planes else 0 for frame in (given, answer))
    return seconds / (pixels / 1e6), (highest - before) / pixels, max(3, *channels)


def _given(spec: OperationSpec, megapixels: float) -> tuple[Frame, Run, dict[str, Any]]:
    """The picture, the further inputs and parameters that the gallery shows the operation with."""
    look = next(iter(_looks().get(spec.name, [{}])))
    photo = _photo(megapixels, cut=look.get("as", "photo") != "photo")
    if look.get("as") == "deep":
        photo = apply_frame("depth.relief", photo)
    if spec.stage is Stage.QUALITY_CHECK:
        photo = apply_frame("layout.export", photo)
    further = {} if look.get("alone") else further_inputs(spec, photo)
    params = {**look.get("params", {}), **MADE_TO_WORK.get(spec.name, {})}
    if not spec.source and {"width", "height"} <= spec.params_schema.get("properties", {}).keys():
        params |= {"width": photo.width, "height": photo.height}
    given = Picture.of(photo if spec.source else Frame({})).given(spec.takes)
    return given, Run(inputs={name: Picture.of(each).given(spec.takes) for name, each in further.items()}), params


def _photo(megapixels: float, *, cut: bool) -> Frame:
    """A noisy photo of a product, or its cutout."""
    rgb, alpha = render("mug")
    scale = (megapixels * 1e6 / alpha.size) ** 0.5
    size = round(alpha.shape[1] * scale), round(alpha.shape[0] * scale)
    large = cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC)
    rng = np.random.default_rng(0)
    for row in large:
        row[:] = np.clip(row + rng.normal(0, NOISE, row.shape), 0, 255)
    return Frame.of(large, cv2.resize(alpha, size, interpolation=cv2.INTER_LINEAR) if cut else None)


@cache
def _looks() -> dict[str, list[dict[str, Any]]]:
    looks: dict[str, list[dict[str, Any]]] = yaml.safe_load((Path(__file__).parents[1] / "gallery" / "looks.yaml").read_text())
    return looks


def _resident() -> int:
    """Bytes of memory now, and from here on the highest point is counted anew."""
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return 1024 * int(found[1])


if __name__ == "__main__":
    for ratio in measure(*sys.argv[1:2]):
        print(ratio.line())
