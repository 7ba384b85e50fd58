"""Checks that the same input gives the same output, whatever ran before or runs beside it."""

from __future__ import annotations

import random

import numpy as np

from packshot.plugin.conformance import pictures
from packshot.plugin.conformance.failure import ConformanceFailure, must
from packshot.plugin.conformance.pictures import NOTHING, Example
from packshot.plugin.conformance.soundness import difference
from packshot.plugin.conformance.subject import SEED, Subject
from packshot.plugin.frame import Frame
from packshot.plugin.operation import Run

SEEDS = (0, 1, 2**63 - 1)


def is_deterministic(subject: Subject) -> None:
    """The same picture, parameters and seed give the same result, also when another picture came between."""
    for example in subject.usual():
        once = subject.answer(example)
        subject.answer(_other(subject))
        _must_equal(once, subject.answer(example), f"{example.words} gives another result the second time")


def honours_the_seed(subject: Subject) -> None:
    """Any seed from 0 to 2^63 - 1 works, and nothing else decides what is random."""
    for example in subject.usual():
        for seed in SEEDS:
            random.seed(1)
            np.random.seed(1)
            once = subject.answer(example, seed=seed)
            random.seed(2)
            np.random.seed(2)
            again = subject.answer(example, seed=seed)
            _must_equal(
                once, again, f"With seed {seed}, {example.words} depends on the global random state; draw from run.random"
            )


def leaves_its_input_alone(subject: Subject) -> None:
    """It works on arrays that are read-only, and changes nothing in those it is given: other steps may hold them."""
    for example in subject.usual():
        given, further = subject.given(example.frame), subject.further(example.frame)
        planes = {
            f"{name} of {whose}": plane
            for whose, frame in {"the frame": given, **further}.items()
            for name, plane in frame.planes.items()
        }
        kept = {name: plane.copy() for name, plane in planes.items()}
        for plane in planes.values():
            plane.flags.writeable = False
        hint = "take a copy first, as frame.rgb.copy()"
        try:
            subject.call([given], [Run(seed=SEED, inputs=further, device=subject.device)], example.words)
        except ConformanceFailure as error:
            if "read-only" not in str(error) and "readonly" not in str(error):
                raise
            raise ConformanceFailure(f"It writes into the arrays it is given; {hint}. {error}") from error
        for name, plane in planes.items():
            must(np.array_equal(kept[name], plane), f"It changes {name} in place; {hint}.")


def batches_equal_singles(subject: Subject) -> None:
    """Whatever runs beside a picture, its result is the same."""
    size = max(3, min(subject.spec.batch.max, 4))
    batch = [_other(subject, seed) for seed in range(size)]
    together = subject.answers(batch)
    if together is None:
        return
    for example, answer in zip(batch, together, strict=True):
        _must_equal(subject.answer(example), answer, "A picture gives another result in a batch than alone")


def _other(subject: Subject, seed: int = 5) -> Example:
    return Example("another picture", pictures.product(seed=seed)) if subject.spec.source else NOTHING


def _must_equal(one: Frame | None, other: Frame | None, otherwise: str) -> None:
    must((one is None) == (other is None), f"{otherwise}: once it is refused.")
    if one is not None and other is not None:
        found = difference(one, other)
        must(found is None, f"{otherwise}: {found}.")
