"""Checks of the time and memory that an operation takes."""

from __future__ import annotations

import contextlib
import ctypes
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from packshot.plugin.conformance import pictures
from packshot.plugin.conformance.failure import must
from packshot.plugin.conformance.pictures import NOTHING, Example
from packshot.plugin.conformance.soundness import must_be_sound
from packshot.plugin.conformance.subject import Subject

UNDECLARED_MB = 4096
"""Where no memory is declared: above this a plugin host is replaced after each picture (PACKSHOT_HOST_MEMORY_MB)."""
_RESET_PEAK = Path("/proc/self/clear_refs")


def keeps_its_time_and_memory(subject: Subject) -> str:
    """One and twelve megapixels take no more than the time and memory that it declares."""
    return "; ".join(_measured(subject, words, example) for words, example in _large(subject))


def _measured(subject: Subject, words: str, example: Example) -> str:
    _forget_peak()
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    answer = subject.answer(example)
    seconds, peak = time.perf_counter() - began, max(0, _peak() - before) >> 20
    if answer is not None:
        must_be_sound(subject, example, answer)
    limit, allowed = subject.spec.timeout_s, subject.spec.device.memory_mb or UNDECLARED_MB
    hint = "make it faster, or declare a larger timeout_s"
    must(seconds <= limit, f"{words} took {seconds:.1f} s, and timeout_s is {limit:g}; {hint}.")
    hint = "work in tiles or stripes, or declare device=Device(memory_mb=…)"
    must(peak <= allowed, f"{words} took {peak} MB, and {allowed} are declared; {hint}.")
    return f"{words} {seconds:.2f} s, {peak} MB" + (" (refused)" if answer is None else "")


def _large(subject: Subject) -> Iterator[tuple[str, Example]]:
    if not subject.spec.source:
        yield "its picture", NOTHING
        return
    whole = {"1 MP": pictures.MEGAPIXEL, "12 MP": pictures.HUGE}
    sizes = {"a quarter of a megapixel": pictures.QUARTER} if subject.quick else whole
    # Some operations work on what was cut out only.
    takes_opaque = subject.answer(Example("a picture", pictures.product())) is not None
    for words, size in sizes.items():
        frame = pictures.product(*size)
        yield words, Example(f"a picture of {words}", frame if takes_opaque else pictures.with_alpha(frame))


def _forget_peak() -> None:
    """From here on the peak counts; what was freed before goes back to the system, so that it is not used unseen."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
    try:
        _RESET_PEAK.write_text("5", encoding="ascii")
    except OSError:
        # Not Linux, or not allowed: the peak is then that of the whole process so far.
        return


def _peak() -> int:
    """The most memory that this process held since the peak was forgotten, bytes."""
    try:
        (line,) = (
            line for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")
        )
    except (OSError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return int(line.split()[1]) << 10
