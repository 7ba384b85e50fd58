"""A real plugin host for checks: the plugin in another fresh process, as a worker runs it."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from types import TracebackType

from packshot.imaging.codec import pack, unpack
from packshot.plugin.conformance.parameters import examples
from packshot.plugin.conformance.pictures import Example
from packshot.plugin.conformance.subject import SEED, Subject
from packshot.plugin.frame import Frame
from packshot.plugin.host import PluginHost
from packshot.plugin.order import Blob, Kind, Order, OrderedStep
from packshot.recipes.planning import complete_params
from packshot.settings import Settings


class Bench(AbstractContextManager["Bench"]):
    """A plugin host with one child."""

    def __init__(self, settings: Settings) -> None:
        """`settings` say which plugins it finds."""
        self._runner = asyncio.Runner()
        self._host = PluginHost(settings.model_copy(update={"host_processes": 1}))

    def __enter__(self) -> Bench:
        self._runner.run(self._host.start())
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._runner.run(self._host.stop())
        self._runner.close()

    def run(self, subject: Subject, example: Example) -> Frame:
        """What the host makes of `example`, as the next service gets it. Raises what PluginHost.run raises."""
        return self._runner.run(self._run(subject, example))

    def run_and_cancel(self, subject: Subject, example: Example, after_s: float) -> bool:
        """Begin the same and cancel it `after_s` later; whether it was still at work."""
        return self._runner.run(self._cancelled(subject, example, after_s))

    async def _cancelled(self, subject: Subject, example: Example, after_s: float) -> bool:
        task = asyncio.create_task(self._run(subject, example))
        done, _ = await asyncio.wait((task,), timeout=after_s)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return not done

    async def _run(self, subject: Subject, example: Example) -> Frame:
        spec = subject.spec
        params = complete_params(spec, examples(spec.params_schema))
        inputs = {name: _blob(frame) for name, frame in subject.further_pictures(example.frame).items()}
        step = OrderedStep(f"{spec.name}@{spec.major}", params, SEED, inputs, spec.timeout_s)
        picture = _blob(example.frame) if spec.source else None
        outcome = await self._host.run(Order((step,), picture, example.frame.file, dict(example.frame.findings)))
        frame = example.frame if outcome.frame is None else unpack(outcome.frame.content)
        return Frame(frame.planes, outcome.findings, frame.dpi, frame.profile, outcome.file)


def _blob(frame: Frame) -> Blob:
    return Blob(pack(frame), Kind.FRAME)
