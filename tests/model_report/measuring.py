"""Measures methods on cases, and remembers: what has been measured once is not measured again."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from packshot.contracts.training import Figure, Figures
from packshot.errors import OperationFailed, PackshotError
from packshot.plugin.frame import Plane
from packshot.training.intervals import with_intervals
from tests.model_report.case import Case, Given, Method

MEASURED = 1
"""Raise it when a measure would come out otherwise for an equal answer."""
SEED = 0
"""Of the bootstrap."""


@dataclass
class Outcome:
    """What was measured of one method on one case."""

    measured: dict[str, Mapping[str, float]] = field(default_factory=dict)
    """By the picture's name; `seconds` are of processor time for a megapixel."""
    faults: list[str] = field(default_factory=list)

    def figures(self) -> Figures:
        """Means over pictures with 95 % intervals."""
        return with_intervals(list(self.measured.values()), SEED)

    def worst(self, measure: str, count: int) -> list[str]:
        """Names of pictures, the worst first."""
        return sorted(self.measured, key=lambda name: self.measured[name][measure])[:count]

    def less(self, other: Outcome, measure: str) -> Figure | None:
        """By how much a measure is above another's, picture by picture; None where they share none."""
        both = [name for name in self.measured if name in other.measured]
        if not both:
            return None
        differences = [{measure: self.measured[name][measure] - other.measured[name][measure]} for name in both]
        return with_intervals(differences, SEED).get(measure)


class Memory:
    """Figures by what they are of, in a file to which each is added at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._known: dict[str, Mapping[str, float]] = {each["key"]: each["figures"] for each in map(json.loads, lines)}

    def get(self, key: str) -> Mapping[str, float] | None:
        """What was measured."""
        return self._known.get(key)

    def keep(self, key: str, figures: Mapping[str, float], about: str) -> None:
        """From now on known; `about` is for people."""
        self._known[key] = figures
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "about": about, "figures": dict(figures)}, ensure_ascii=False) + "\n")


def measure(case: Case, methods: Sequence[Method], memory: Memory) -> dict[str, Outcome]:
    """Outcomes by the titles of the methods that are there. A picture that a method fails on is named in its faults."""
    outcomes = {method.title: Outcome() for method in methods if method.answer is not None}
    for place, sample in enumerate(case.samples):
        given, truth = sample.open()
        for method in methods:
            if method.answer is None or place not in method.picks(len(case.samples)):
                continue
            try:
                figures = _figures(case, sample.name, (given, truth), method, memory)
                outcomes[method.title].measured[sample.name] = figures
            except PackshotError as error:
                outcomes[method.title].faults.append(f"{method.title} on {case.name}, {sample.name}: {error}")
    return outcomes


def _figures(case: Case, name: str, picture: tuple[Given, Plane], method: Method, memory: Memory) -> Mapping[str, float]:
    given, truth = picture
    key = _key(given, truth, method)
    known = memory.get(key)
    if known is not None:
        return known
    assert method.answer is not None
    began = time.process_time()
    answer = method.answer(given)
    seconds = (time.process_time() - began) / (truth.shape[0] * truth.shape[1] / 1e6)
    if answer.shape != truth.shape:
        raise OperationFailed(f"The answer has the shape {answer.shape}, the truth {truth.shape}.")
    figures = {**case.measure(given, truth, answer), "seconds": seconds}
    memory.keep(key, figures, f"{method.title} on {case.name}, {name}")
    return figures


def _key(given: Given, truth: Plane, method: Method) -> str:
    digest = hashlib.blake2b(f"{MEASURED} {method.identity} {given.level}".encode(), digest_size=20)
    for plane in (given.picture, truth, given.hole):
        if plane is not None:
            digest.update(np.ascontiguousarray(plane))
    return digest.hexdigest()
