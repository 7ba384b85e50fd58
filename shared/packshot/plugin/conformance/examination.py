"""Have a child process run every check on a plugin, and survive whatever the plugin does to it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from packshot.plugin.conformance.result import Begun, Result, Said, Verdict
from packshot.plugin.conformance.target import Target, staged

_START_S = 60.0
"""How long the child may take to start, between two checks, and to end."""
_CALLS = 3
"""Lines of the child's error output that are shown where it crashed."""


def examine(what: str, *, quick: bool = False) -> Iterator[Result]:
    """Every check's result, as it comes. `what` as for `target.staged`; `quick` leaves out pictures of 1 and 12 megapixels.

    After a crash or a hang, what is left of that operation is not tested; the next operation is.
    """
    with staged(what) as target:
        seen: set[str] = set()
        while True:
            with _Child(target, quick, sorted(seen)) as child:
                for result in child.results():
                    if result.subject != target.name or not seen:
                        yield result
                    seen.add(result.subject)
                died = child.death()
            if died is None:
                return
            yield died
            if died.subject == target.name:
                return
            seen.add(died.subject)


class _Child(AbstractContextManager["_Child"]):
    """One process that runs checks."""

    def __init__(self, target: Target, quick: bool, skip: list[str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="packshot-test-")
        home, self._errors = Path(self._folder.name, "home"), Path(self._folder.name, "errors.txt")
        home.mkdir()
        self._pipe, theirs = os.pipe()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PACKSHOT_")}
        own = {"PACKSHOT_HOME": str(home), "PACKSHOT_PLUGINS": target.name, "PYTHONDONTWRITEBYTECODE": "1"}
        arguments = [str(theirs), "quick" if quick else "whole", *skip]
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "packshot.plugin.conformance.child", *arguments],
                cwd=home,
                env=inherited | own | target.environment,
                pass_fds=(theirs,),
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,
            )
        os.close(theirs)
        self._begun = Begun(subject=target.name, check="can be imported", limit_s=_START_S)
        self._hung = False

    def results(self) -> Iterator[Result]:
        """What it says, until it ends, dies or takes too long."""
        heard, until = b"", time.monotonic() + _START_S
        while select.select([self._pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            part = os.read(self._pipe, 1 << 16)
            if not part:
                return
            *lines, heard = (heard + part).split(b"\n")
            for line in lines:
                said = Said.model_validate_json(line)
                self._begun = said.begun or self._begun
                until = time.monotonic() + (said.begun.limit_s if said.begun else _START_S)
                if said.result:
                    yield said.result
        self._hung = True

    def death(self) -> Result | None:
        """How it died, as the result of the check that it died in; None if it ended well."""
        if self._hung:
            self._process.kill()
        code = self._process.wait()
        if code == 0:
            return None
        return Result(
            subject=self._begun.subject,
            check=self._begun.check,
            verdict=Verdict.FAILED,
            reason=f"{self._cause(code)} The rest of it is not tested.",
        )

    def _cause(self, code: int) -> str:
        if self._hung:
            return (
                f"It was stopped after {self._begun.limit_s:g} s: it hangs, or is far slower than the timeout_s that it declares."
            )
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return f"It ended the process ({how}): {_last_words(self._errors.read_text(encoding='utf-8', errors='replace'))}"

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._pipe)
        self._folder.cleanup()


def _last_words(errors: str) -> str:
    """The innermost calls of a crash, as faulthandler prints them (most recent call first), or the last lines."""
    lines = [line.strip() for line in errors.strip().splitlines()]
    calls = [line for line in lines if line.startswith("File ")] if "most recent call first" in errors else []
    return " | ".join(calls[:_CALLS] or lines[-_CALLS:]) + "."
