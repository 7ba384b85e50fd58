"""What a plugin-host child does with one request: read the pictures, run the steps, write the results."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from packshot.contracts.recipe import Step
from packshot.errors import OperationFailed
from packshot.imaging.encode import encode
from packshot.plugin.frame import File, Frame
from packshot.plugin.instances import Instances, in_our_words
from packshot.plugin.operation import Run
from packshot.plugin.picture import Picture
from packshot.plugin.scratch import Scratch
from packshot.plugin.transfer import BlobWriter, read_file, read_picture
from packshot.plugin.wire import Message

Say = Callable[[Message], None]


@dataclass
class _Item:
    """One picture of a request."""

    wire: Message
    picture: Picture
    inputs: list[dict[str, Picture]]
    file: File | None
    original: Frame
    done: list[dict[str, Any]] = field(default_factory=list)
    repairs: list[Step] = field(default_factory=list)


class Work:
    """Requests of one child, one at a time."""

    def __init__(self, instances: Instances, inbox: Scratch, say: Say) -> None:
        self._instances = instances
        self._inbox = inbox
        self._say = say
        self._step: int | None = None

    def answer(self, request: Message) -> tuple[Message, list[bytes | memoryview]]:
        """The reply, and what belongs into the shared memory. An item that fails says so; its batch goes on without it."""
        writer = BlobWriter()
        return {"items": self._outcomes(request, list(enumerate(request["items"])), writer)}, writer.blobs

    def _outcomes(self, request: Message, wires: Sequence[tuple[int, Message]], writer: BlobWriter) -> list[Message]:
        self._step = None
        try:
            items = [self._read(wire) for _, wire in wires]
            self._run_steps(request, items, [number for number, _ in wires])
            self._step = None
            self._say({"mark": "write"})
            return [_written(request, item, writer) for item in items]
        except Exception as error:
            if len(wires) > 1:
                return [outcome for one in wires for outcome in self._outcomes(request, [one], writer)]
            said = in_our_words(error, " → ".join(step["operation"] for step in request["steps"]) or "Reading the picture")
            return [{"error": {"code": said.code, "message": str(said), "step": self._step}}]

    def _read(self, wire: Message) -> _Item:
        place = wire["picture"]
        picture = read_picture(place, self._inbox) if place else Picture(Frame({}))
        file = read_file(wire["file"], self._inbox) if wire["file"] else None
        picture = replace(picture, frame=replace(picture.frame, findings=wire["findings"], file=file))
        inputs = [{name: read_picture(other, self._inbox) for name, other in named.items()} for named in wire["inputs"]]
        return _Item(wire, picture, inputs, file, picture.frame)

    def _run_steps(self, request: Message, items: list[_Item], numbers: list[int]) -> None:
        for index, step in enumerate(request["steps"]):
            self._step = index
            if not self._instances.is_loaded(step["operation"]):
                self._say({"mark": "load", "step": index})
            instance = self._instances.get(step["operation"])
            params = instance.params(step["params"])
            self._say({"mark": "run", "step": index})
            takes = instance.spec.takes
            began = time.perf_counter()
            given = [item.picture.given(takes) if instance.spec.source else Frame({}) for item in items]
            runs = [
                Run(
                    seed=item.wire["seeds"][index],
                    inputs={name: other.given(takes) for name, other in item.inputs[index].items()},
                    device=instance.device,
                    progress=_Progress(self._say, index, number),
                )
                for item, number in zip(items, numbers, strict=True)
            ]
            answers = instance.run(given, params, runs)
            seconds = (time.perf_counter() - began) / len(items)
            for item, frame, answer, run in zip(items, given, answers, runs, strict=True):
                item.picture = item.picture.after(frame, answer, takes)
                item.done.append({"seconds": seconds, "device": run.device})
                item.repairs = list(run.repairs)
            if request["may_repair"] and any(item.repairs for item in items):
                return


def _written(request: Message, item: _Item, writer: BlobWriter) -> Message:
    """What became of `item`, with its planes and file where they are wanted and new."""
    picture, frame = item.picture, item.picture.frame
    has_pixels = "rgb" in frame.planes
    unchanged = _same_planes(frame, item.original)
    stopped = request["may_repair"] and bool(item.repairs)
    reply: Message = {
        "done": item.done,
        "findings": dict(frame.findings),
        "width": frame.width if has_pixels else 0,
        "height": frame.height if has_pixels else 0,
        "repairs": [step.model_dump(mode="json") for step in item.repairs],
        "unchanged": unchanged,
        "frame": None,
        "file": None,
    }
    wants_frame = request["wants_frame"] or stopped
    if wants_frame and has_pixels and not (unchanged and request["only_changed"]):
        reply["frame"] = writer.add_raw(picture) if request["raw"] else writer.add_packed(picture.settled())
    file = frame.file
    if file is None and request["wants_file"] and not stopped:
        if not has_pixels:
            raise OperationFailed("No operation of this recipe made a picture.")
        file = encode(picture.settled(), "png")
    if file is item.file and file is not None:
        reply["file"] = "same"
    elif file is not None:
        reply["file"] = {**writer.add(file.content), "media_type": file.media_type}
    return reply


def _same_planes(one: Frame, other: Frame) -> bool:
    return one.planes.keys() == other.planes.keys() and all(plane is other.planes[name] for name, plane in one.planes.items())


class _Progress:
    """Tells the worker how far a run has come, at most ten times a second."""

    def __init__(self, say: Say, step: int, item: int) -> None:
        self._say, self._step, self._item = say, step, item
        self._next = 0.0

    def __call__(self, fraction: float, note: str = "") -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + 0.1
            self._say(
                {"progress": min(1.0, max(0.0, float(fraction))), "note": str(note), "step": self._step, "item": self._item}
            )
