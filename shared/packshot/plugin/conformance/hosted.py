"""Checks of an operation inside a plugin host, where it lives: another process, given bytes, killed when its job is cancelled."""

from __future__ import annotations

from collections.abc import Callable

from packshot.errors import BadParameters, BadPhoto, PackshotError
from packshot.plugin.conformance import pictures
from packshot.plugin.conformance.bench import Bench
from packshot.plugin.conformance.failure import ConformanceFailure, must
from packshot.plugin.conformance.pictures import NOTHING, Example
from packshot.plugin.conformance.soundness import difference
from packshot.plugin.conformance.subject import Subject
from packshot.plugin.frame import Frame
from packshot.plugin.picture import Picture

_SOON_S = 0.05


def does_the_same_in_a_fresh_process(subject: Subject, bench: Bench) -> None:
    """A plugin host gives bit for bit what this process gives."""
    for example in subject.usual():
        here, there = _here(subject, example), _there(subject, bench, example)
        must((here is None) == (there is None), f"{example.words} is refused in one process and taken in another.")
        if here is not None and there is not None:
            found = difference(here, there)
            must(
                found is None,
                f"{example.words} gives another result in a fresh process: {found}. Sets, hash() and time differ there.",
            )


def can_be_cancelled(subject: Subject, bench: Bench) -> str:
    """A run that is killed in its midst leaves nothing behind that the next one stumbles over."""
    large = (
        Example("a picture of 1 MP", pictures.with_alpha(pictures.product(*pictures.MEGAPIXEL)))
        if subject.spec.source
        else NOTHING
    )
    was_at_work = bench.run_and_cancel(subject, large, _SOON_S)
    example = next(subject.usual())
    here, there = _here(subject, example), _there(subject, bench, example)
    must((here is None) == (there is None), f"After a cancelled run, {example.words} is refused or taken otherwise than before.")
    found = difference(here, there) if here is not None and there is not None else None
    must(found is None, f"After a cancelled run, {example.words} gives another result: {found}.")
    return "killed at work" if was_at_work else "it had ended before it could be killed"


HOSTED_CHECKS: tuple[Callable[[Subject, Bench], str | None], ...] = (does_the_same_in_a_fresh_process, can_be_cancelled)


def _here(subject: Subject, example: Example) -> Frame | None:
    answer = subject.answer(example)
    if answer is None:
        return None
    return Picture.of(example.frame).after(subject.given(example.frame), answer, subject.spec.takes).settled()


def _there(subject: Subject, bench: Bench, example: Example) -> Frame | None:
    try:
        return bench.run(subject, example)
    except (BadPhoto, BadParameters):
        return None
    except PackshotError as error:
        raise ConformanceFailure(f"In a plugin host, {example.words} fails: {error}") from error
