"""One order's share of a request to a child, and how far the order has come after it."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from packshot.contracts.model import Json
from packshot.contracts.recipe import Step
from packshot.errors import PackshotError, error_of
from packshot.plugin.frame import File
from packshot.plugin.order import Blob, Kind, Order, OrderedStep, Outcome, StepDone
from packshot.plugin.segments import Segment
from packshot.plugin.wire import Message


@dataclass(frozen=True)
class Part:
    """How far an order has come."""

    picture: Blob | None
    file: File | None
    findings: Json
    done: tuple[StepDone, ...] = ()
    unchanged: bool = True
    """Whether no step has changed the planes yet."""
    width: int = 0
    height: int = 0
    repairs: tuple[Step, ...] = ()

    @staticmethod
    def start(order: Order) -> Part:
        """Before the first step."""
        return Part(order.picture, order.file, order.findings)

    @property
    def raw(self) -> bool:
        """Whether its planes still lie as they lay in memory."""
        return self.picture is not None and self.picture.kind is Kind.RAW

    def outcome(self) -> Outcome:
        """What the worker gets."""
        frame = None if self.unchanged else self.picture
        return Outcome(self.done, frame, self.unchanged, self.file, self.width, self.height, self.findings, self.repairs)


@dataclass(frozen=True)
class Request:
    """One segment of one order."""

    order: Order
    segment: Segment
    part: Part

    @property
    def steps(self) -> tuple[OrderedStep, ...]:
        """The steps to run."""
        return self.order.steps[self.segment.first : self.segment.end]

    @property
    def final(self) -> bool:
        """Whether the result leaves the host: packed or encoded, at its source's depth."""
        stopped = bool(self.part.repairs)
        return not self.segment.apart and (self.segment.end == len(self.order.steps) or stopped)

    @property
    def batch_key(self) -> Hashable:
        """Equal for requests that may run in one batch: same generation, operation, parameters, planes, shapes and dtypes."""
        (step,) = self.steps
        picture = self.part.picture
        layout = {} if picture is None else {name: picture.layout[name] for name in ("planes", "floats")}
        return self.segment.set, step.operation, json.dumps([step.params, layout], sort_keys=True)

    def head(self) -> Message:
        """The part of the message that is the same for a whole batch."""
        return {
            "steps": [{"operation": step.operation, "params": step.params} for step in self.steps],
            "may_repair": self.order.may_repair and not self.part.repairs,
            "raw": not self.final,
            "wants_frame": self.order.wants_frame or bool(self.part.repairs) or not self.final,
            "wants_file": self.order.wants_file and self.final and not self.part.repairs,
            "only_changed": self.part.unchanged if self.final else self.part.raw,
        }

    def item(self, blobs: list[bytes]) -> Message:
        """The part of the message that is this picture's own; its bytes are added to `blobs`."""

        def place(content: bytes) -> dict[str, Any]:
            at = sum(map(len, blobs))
            blobs.append(content)
            return {"at": at, "size": len(content)}

        def picture(blob: Blob) -> dict[str, Any]:
            return {**place(blob.content), "kind": blob.kind, "layout": blob.layout}

        part = self.part
        return {
            "picture": None if part.picture is None else picture(part.picture),
            "file": None if part.file is None else {**place(part.file.content), "media_type": part.file.media_type},
            "findings": part.findings,
            "seeds": [step.seed for step in self.steps],
            "inputs": [{name: picture(blob) for name, blob in step.inputs.items()} for step in self.steps],
        }

    def _picture_after(self, item: Message) -> Blob | None:
        frame = item["frame"]
        if frame is not None:
            return Blob(frame["content"], Kind(frame["kind"]), frame["layout"])
        # Changed planes that nobody wants are not handed over, and the earlier ones no longer hold.
        return self.part.picture if item["unchanged"] and not self.final else None

    def blamed(self, error: PackshotError, step: int | None) -> PackshotError:
        """`error` with the order's step that it belongs to, from the step of this request."""
        error.step = None if step is None else self.segment.first + step
        return error

    def after(self, item: Message) -> Part | PackshotError:
        """How far the order has come with what the child answered."""
        if "error" in item:
            return self.blamed(error_of(item["error"]["code"], item["error"]["message"]), item["error"]["step"])
        part, file = self.part, item["file"]
        if isinstance(file, dict):
            file = File(file["content"], file["media_type"])
        return replace(
            part,
            picture=self._picture_after(item),
            file=part.file if file == "same" else file,
            findings=item["findings"],
            done=part.done + tuple(StepDone(**done) for done in item["done"]),
            unchanged=part.unchanged and item["unchanged"],
            width=item["width"],
            height=item["height"],
            repairs=part.repairs or tuple(Step.model_validate(step) for step in item["repairs"]),
        )
