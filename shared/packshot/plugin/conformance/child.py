"""The child that runs the checks: `python -m packshot.plugin.conformance.child PIPE QUICK [SKIP]...`, started by `examine`.

It writes a JSON document a line into PIPE: what it begins, and what came of it. Which plugin it tests, its settings say.
"""

from __future__ import annotations

import faulthandler
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import IO

from packshot.plugin.conformance.bench import Bench
from packshot.plugin.conformance.failure import ConformanceFailure, NotTestable, must
from packshot.plugin.conformance.hosted import HOSTED_CHECKS
from packshot.plugin.conformance.outside import listener
from packshot.plugin.conformance.result import Begun, Result, Said, Verdict
from packshot.plugin.conformance.subject import Subject
from packshot.plugin.conformance.suite import CHECKS, words_of
from packshot.plugin.registry import Offered, Registry, load_registry
from packshot.settings import Settings

IMPORT_S = 120.0
"""How long a plugin may take to be imported."""
PATIENCE_S = 15.0
"""How long a check may take beside three times the operation's own timeout_s."""
LOAD_S = 300.0
"""How long an operation may take to load its models."""


class Examiner:
    """Runs checks and tells what came of each."""

    def __init__(self, out: IO[str], quick: bool) -> None:
        self._out = out
        self._quick = quick

    def plugin(self, settings: Settings) -> Registry:
        """Import the plugin."""
        registry = Registry()

        def can_be_imported() -> None:
            nonlocal registry
            with listener.watching() as seen:
                registry = load_registry(settings)
            reasons = [failure.reason for failure in registry.failures]
            hint = " Install beside packshot what it needs." if any("No module named" in reason for reason in reasons) else ""
            must(not reasons, f"{' '.join(reasons)}{hint}")
            must("network" not in seen, f"While it is imported it {seen.get('network')}.")

        self.check(settings.plugins, can_be_imported, IMPORT_S)
        return registry

    def operation(self, offered: Offered, bench: Bench) -> None:
        """Every check of one operation."""
        name, limit_s = offered.spec.name, PATIENCE_S + 3 * offered.spec.timeout_s
        loaded: list[Subject] = []

        def can_be_loaded() -> None:
            loaded.append(Subject.of(offered.operation, quick=self._quick))

        self.check(name, can_be_loaded, LOAD_S)
        for subject in loaded:
            for check in CHECKS:
                self.check(name, partial(check, subject), limit_s, words_of(check))
            for hosted in HOSTED_CHECKS:
                self.check(name, partial(hosted, subject, bench), limit_s, words_of(hosted))

    def check(self, subject: str, check: Callable[[], str | None], limit_s: float, words: str = "") -> None:
        """Say that it begins, run it, and say how it ended."""
        words = words or words_of(check)
        self._say(Said(begun=Begun(subject=subject, check=words, limit_s=limit_s)))
        began = time.perf_counter()
        try:
            verdict, reason = Verdict.PASSED, check() or ""
        except NotTestable as error:
            verdict, reason = Verdict.SKIPPED, str(error)
        except ConformanceFailure as error:
            verdict, reason = Verdict.FAILED, str(error)
        seconds = round(time.perf_counter() - began, 3)
        self._say(Said(result=Result(subject=subject, check=words, verdict=verdict, reason=reason, seconds=seconds)))

    def _say(self, said: Said) -> None:
        self._out.write(said.model_dump_json(exclude_none=True) + "\n")


def main(pipe: int, quick: bool, skip: Sequence[str]) -> None:
    """Check every operation but those of `skip`."""
    faulthandler.enable(all_threads=False)
    settings = Settings.read()
    with open(pipe, "w", encoding="utf-8", buffering=1) as out:
        examiner = Examiner(out, quick)
        operations = [offered for offered in examiner.plugin(settings) if offered.spec.name not in skip]
        if operations:
            with Bench(settings) as bench:
                for offered in operations:
                    examiner.operation(offered, bench)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] == "quick", sys.argv[3:])
