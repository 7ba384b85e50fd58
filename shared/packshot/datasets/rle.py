"""Run lengths as COCO writes masks: column by column, beginning with a run of zeros.

The compressed text follows rleToString and rleFrString of the COCO API (Lin et al., 2014; cocoapi/common/maskApi.c): each run
beyond the second as the difference to the one two before, six bits a letter. Our own because files come from strangers:
pycocotools 2.0.11 answers runs that end too early with memory it never wrote. The tests compare the two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from packshot.datasets.masks import Inside
from packshot.errors import BadParameters

_FIRST = 48
"""The letter that stands for 0."""


def runs_of(where: Inside) -> list[int]:
    """The runs of an H×W mask."""
    flat = where.ravel(order="F")
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts_inside = [0] if len(flat) and flat[0] else []
    edges = np.concatenate(([0], starts_inside, changes, [len(flat)]))
    return [int(run) for run in np.diff(edges)]


def mask_of(runs: Sequence[int], height: int, width: int) -> Inside:
    """H×W bool. Raises BadParameters if the runs do not fill the picture exactly."""
    if any(run < 0 for run in runs) or sum(runs) != height * width:
        raise BadParameters(f"The run lengths do not fill {width}×{height} pixels.")
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, np.asarray(runs, np.int64))
    return flat.reshape((height, width), order="F")


def compress(runs: Sequence[int]) -> str:
    """The runs as COCO's text."""
    letters: list[str] = []
    for place, run in enumerate(runs):
        rest = run - (runs[place - 2] if place > 2 else 0)
        more = True
        while more:
            low = rest & 0x1F
            rest >>= 5
            more = rest != (-1 if low & 0x10 else 0)
            letters.append(chr((low | (0x20 if more else 0)) + _FIRST))
    return "".join(letters)


def expand(text: str) -> list[int]:
    """The runs that COCO's text says. Raises BadParameters for other text."""
    runs: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - _FIRST
        if not 0 <= bits < 0x40 or shift > 35:
            raise BadParameters("The run lengths are not COCO's compressed text.")
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & 0x20:
            continue
        value -= (1 << shift) if bits & 0x10 else 0
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
        value = shift = 0
    if shift:
        raise BadParameters("The run lengths end in the middle of a number.")
    return runs
