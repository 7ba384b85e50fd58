"""What an answer must be to travel on, and when two answers are the same."""

from __future__ import annotations

import numpy as np

from packshot.contracts.operation import Pixels
from packshot.plugin.conformance.failure import ConformanceFailure, must
from packshot.plugin.conformance.pictures import Example
from packshot.plugin.conformance.subject import Subject
from packshot.plugin.frame import Frame
from packshot.plugin.picture import Picture
from packshot.plugin.wire import packed

_DTYPES = {Pixels.UINT8: "uint8", Pixels.FLOAT: "float32", Pixels.LINEAR: "float32"}

_OF_THE_PICTURE = ("alpha", "depth", "mask")
"""Planes that lie over rgb pixel by pixel, whoever adds them; others of an operation's own may be of another size."""


def must_be_sound(subject: Subject, example: Example, answer: Frame) -> None:
    """Planes of one size in the operation's own pixel format, finite, and findings that are JSON."""
    if "rgb" in answer.planes:
        _must_have_sound_planes(subject, example, answer)
    else:
        hint = "Start from the one it was given: frame.with_rgb(…)."
        must(answer.file is not None and not subject.spec.source, f"For {example.words} it returns a frame without rgb. {hint}")
    try:
        packed(dict(answer.findings))
    except Exception as error:
        raise ConformanceFailure(f"Its findings are not JSON ({error}). Use numbers, texts, lists and dicts.") from error


def _must_have_sound_planes(subject: Subject, example: Example, answer: Frame) -> None:
    on, rgb = f"For {example.words}", answer.rgb
    must(rgb.ndim == 3 and rgb.shape[2] == 3 and rgb.size, f"{on} rgb has the shape {_shape(rgb)}; it must be H×W×3.")
    wanted = _DTYPES.get(subject.spec.takes)
    if wanted is not None:
        must(
            rgb.dtype == wanted,
            f"{on} rgb is {rgb.dtype}; takes={subject.spec.takes.value!r} means {wanted}: .astype(np.{wanted}).",
        )
    must(rgb.dtype.name in ("uint8", "uint16", "float32"), f"{on} rgb is {rgb.dtype}; it must be uint8, uint16 or float32.")
    must(np.isfinite(rgb).all(), f"{on} rgb holds NaN or infinity; look for a division by zero.")
    for name in answer.planes.keys() & {*example.frame.planes, *_OF_THE_PICTURE}:
        size = _shape(answer.planes[name])
        sized = answer.planes[name].shape[:2] == rgb.shape[:2]
        must(sized, f"{on} the plane {name!r} is {size} and rgb {_shape(rgb)}; change all planes alike.")
    alpha = answer.alpha
    if alpha is not None:
        must(alpha.ndim == 2, f"{on} alpha has the shape {_shape(alpha)}; it must be H×W.")
        must(alpha.dtype == rgb.dtype, f"{on} alpha is {alpha.dtype} and rgb {rgb.dtype}; both have the same dtype.")
        must(np.isfinite(alpha).all(), f"{on} alpha holds NaN or infinity.")
    Picture.of(answer).settled()


def difference(one: Frame, other: Frame) -> str | None:
    """The first difference in planes, findings or file, in words; None if every bit is the same."""
    if one.planes.keys() != other.planes.keys():
        return f"the planes are {sorted(one.planes)} and {sorted(other.planes)}"
    for name, plane in one.planes.items():
        second = other.planes[name]
        if plane.shape != second.shape or plane.dtype != second.dtype:
            return f"{name} is {_shape(plane)} {plane.dtype} and {_shape(second)} {second.dtype}"
        if not np.array_equal(plane, second):
            return f"{name} differs in {np.count_nonzero(plane != second)} of {plane.size} values"
    if packed(dict(one.findings)) != packed(dict(other.findings)):
        return f"the findings are {dict(one.findings)} and {dict(other.findings)}"
    return None if one.file == other.file else "the exported files differ"


def _shape(plane: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> str:
    return "×".join(map(str, plane.shape))
