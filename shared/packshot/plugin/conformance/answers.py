"""Checks of what an operation makes of pictures of every kind."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from packshot.contracts.operation import Pixels
from packshot.imaging.pixels import as_pixels
from packshot.plugin.conformance import pictures
from packshot.plugin.conformance.failure import must
from packshot.plugin.conformance.pictures import Example
from packshot.plugin.conformance.soundness import must_be_sound
from packshot.plugin.conformance.subject import SEED, Subject
from packshot.plugin.frame import Frame
from packshot.plugin.operation import Run
from packshot.plugin.picture import Picture

EARLIER = "earlier.operation"
_SPEAKS_OF_ALPHA = ("alpha", "cut", "transparen", "ground", "background")


def answers_soundly(subject: Subject) -> None:
    """Usual pictures give planes of one size in its own pixel format, and findings that are JSON."""
    made = [answer for _, answer in _sound(subject, subject.usual())]
    hint = "say which parameters work: model_config = ConfigDict(json_schema_extra={'examples': [{…}]})"
    must(
        any(answer is not None for answer in made),
        f"It refuses every picture that it was given, so nothing of it can be checked; {hint}.",
    )


def survives_odd_sizes(subject: Subject) -> None:
    """Pictures from 1×1 to 1×5000 work, or are refused with a sentence."""
    if subject.spec.source:
        list(_sound(subject, pictures.odd()))


def survives_flat_pictures(subject: Subject) -> None:
    """All black, all white and wholly clear pictures work, or are refused with a sentence."""
    if subject.spec.source:
        list(_sound(subject, pictures.flat()))


def survives_hard_pictures(subject: Subject) -> None:
    """White on white, see-through products, products cut off by the edge and empty masks work, or are refused with a sentence."""
    if not subject.spec.source:
        return
    list(_sound(subject, pictures.hard()))
    cut = pictures.with_alpha(pictures.product())
    nothing = np.zeros((cut.height, cut.width), np.uint8)
    for words, empty in (("black", Frame.of(np.dstack((nothing,) * 3))), ("clear", cut.with_planes(alpha=nothing))):
        example = Example(f"a picture with an empty ({words}) mask", cut.with_planes(mask=nothing))
        masks = {name: subject.given(empty) for name in subject.spec.inputs if name == "mask"}
        run = Run(seed=SEED, inputs=subject.further(cut) | masks, device=subject.device)
        answer = subject.call([subject.given(example.frame)], [run], example.words)
        if answer is not None:
            must_be_sound(subject, example, answer[0])


def takes_16_bit_pictures(subject: Subject) -> None:
    """A 16-bit picture works, and comes out with 16 bits and the size that its 8-bit twin has."""
    if not subject.spec.source:
        return
    for example, answer in _sound(subject, pictures.deep()):
        twin = subject.answer(Example("an 8-bit picture", as_pixels(example.frame, Pixels.UINT8)))
        must((answer is None) == (twin is None), f"It takes {example.words} or its 8-bit twin, but not both.")
        if answer is None or twin is None:
            continue
        deep = _after(subject, example, answer)
        must(deep.rgb.shape == twin.rgb.shape, f"{example.words} comes out {deep.rgb.shape}, its 8-bit twin {twin.rgb.shape}.")
        must(
            deep.rgb.dtype == np.uint16,
            f"{example.words} comes out as {deep.rgb.dtype}; takes='any' must keep the depth it is given.",
        )


def keeps_alpha_unless_it_says_so(subject: Subject) -> None:
    """Who changes alpha, and not the picture's size, says so in the operation's docstring."""
    said = f"{subject.spec.title} {subject.spec.summary}".lower()
    example = Example("a picture with alpha", pictures.with_alpha(pictures.product()))
    if not subject.spec.source or any(word in said for word in _SPEAKS_OF_ALPHA):
        return
    answer = subject.answer(example)
    if answer is None or answer.rgb.shape != example.frame.rgb.shape:
        return
    hint = "Keep it with frame.with_rgb(…), or let the docstring's first paragraph speak of alpha."
    before, after = subject.given(example.frame).alpha, answer.alpha
    must(after is not None, f"It drops alpha. {hint}")
    must(before is not None and after is not None and np.array_equal(before, after), f"It changes alpha. {hint}")


def keeps_what_others_found(subject: Subject) -> None:
    """The findings of earlier operations travel on."""
    if not subject.spec.source:
        return
    found = pictures.with_alpha(pictures.product()).with_finding(EARLIER, {"verdict": "pass"})
    answer = subject.answer(Example("a picture with findings", found))
    if answer is not None:
        hint = "Start from the frame it was given: frame.with_rgb(…), not Frame.of(…)."
        must(answer.findings.get(EARLIER) == found.findings[EARLIER], f"It loses what earlier operations found. {hint}")


def reports_its_progress_soundly(subject: Subject) -> None:
    """Each call of run.progress gives a share from 0 to 1 and a text."""
    heard: list[tuple[float, str]] = []

    def progress(fraction: float, note: str = "") -> None:
        heard.append((fraction, note))

    for example in subject.usual():
        subject.answer(example, progress=progress)
    for fraction, note in heard:
        sound = isinstance(fraction, float | int | np.number) and math.isfinite(fraction) and 0 <= fraction <= 1
        must(sound, f"It reports the progress {fraction!r}; it must be a number from 0 to 1.")
        must(isinstance(note, str), f"It reports the progress note {note!r}; it must be a text.")


def _sound(subject: Subject, examples: Iterator[Example]) -> Iterator[tuple[Example, Frame | None]]:
    for example in examples:
        answer = subject.answer(example)
        if answer is not None:
            must_be_sound(subject, example, answer)
        yield example, answer


def _after(subject: Subject, example: Example, answer: Frame) -> Frame:
    """`answer` as the next service gets it."""
    given = subject.given(example.frame)
    return Picture.of(example.frame).after(given, answer, subject.spec.takes).settled()
