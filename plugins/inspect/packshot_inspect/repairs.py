"""From failed checks to the steps that would mend them."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any, get_args

from packshot.contracts.provenance import DigitalSourceType
from packshot.plugin import Step
from packshot_inspect.evidence import Evidence
from packshot_inspect.rulebook import Limits, MeasureName, RuleBook
from packshot_inspect.source_type import digital_source_type

_GROUND: set[MeasureName] = {"ground_white"}
_CANVAS: set[MeasureName] = {
    "width", "height", "longest_side", "shortest_side", "megapixels", "elongation", "aspect_ratio", "fill", "margin",
}  # fmt: skip
_FILE: set[MeasureName] = {"bytes", "format", "suffix", "frames", "mode", "bits", "colour_space", "transparency"}

_USUAL_FILL = 0.87
_MOST_ENLARGED = 2.0


def repairs(book: RuleBook, evidence: Evidence, failed: Iterable[str]) -> list[Step]:
    """Steps for the frame that the file was made of: its cutout on white, another canvas, another file, as far as needed.

    A product is cut out only where no earlier step has done it: a second cut, of a picture that is white already, has less to go
    by than the first and could take part of a white product away.

    `failed` are ids of rules. Empty when nothing that failed can be mended: a cut-off or blurred product needs another photo.
    """
    measures = {rule.measure for rule in book.rules if rule.id in set(failed)}
    steps: list[Step] = []
    whiten = bool(measures & _GROUND) or ("transparency" in measures and evidence.alpha is not None)
    if whiten and evidence.alpha is None:
        steps += [Step(operation="cutout.net"), Step(operation="cutout.decontaminate")]
    if measures & _CANVAS and evidence.box is not None:
        steps.append(Step(operation="layout.fill", params=_canvas(book, evidence)))
    if whiten:
        steps.append(Step(operation="compose.white"))
    if steps or measures & _FILE:
        steps.append(Step(operation="layout.export", params=_export(book, evidence)))
    return steps


def _limits(book: RuleBook, measure: MeasureName) -> Limits:
    """All `must` limits of a measure together; `one_of` of the strictest kind wins by coming last."""
    found = [rule.must for rule in book.rules if rule.measure == measure and rule.must is not None]
    least = max((limits.min for limits in found if limits.min is not None), default=None)
    most = min((limits.max for limits in found if limits.max is not None), default=None)
    allowed = next((limits.one_of for limits in reversed(found) if limits.one_of is not None), None)
    return Limits.model_construct(min=least, max=most, one_of=allowed)


def _canvas(book: RuleBook, evidence: Evidence) -> dict[str, Any]:
    assert evidence.box is not None
    width, height = _size(book, evidence)
    fill = _fill(book, evidence)
    least = _least_longest_side(book, width, height)
    enlarged = least * fill / max(evidence.box.width, evidence.box.height)
    return {
        "width": width,
        "height": height,
        "fill": round(fill, 4),
        # Cropping closer costs no sharpness, so the product is enlarged only where the marketplace wants more pixels.
        "max_upscale": round(min(_MOST_ENLARGED, max(1.0, enlarged)), 4),
        "min_side": least,
    }


def _least_longest_side(book: RuleBook, width: int, height: int) -> int:
    """How short the longer side of a frame of this shape may get."""
    longest = max(width, height)
    wanted: dict[MeasureName, int] = {
        "longest_side": longest,
        "shortest_side": min(width, height),
        "width": width,
        "height": height,
    }
    return max(1, *(ceil((_limits(book, name).min or 1) * longest / side) for name, side in wanted.items()))


def _fill(book: RuleBook, evidence: Evidence) -> float:
    """The usual share, held within what the rules allow; without such a rule the share that the product has."""
    limits = _limits(book, "fill")
    most = 1 - 2 * (_limits(book, "margin").min or 0)
    if limits.min is None and limits.max is None:
        measured = evidence.measure("fill")
        return min(most, float(measured)) if isinstance(measured, float) and 0 < measured < 1 else min(most, _USUAL_FILL)
    return min(most, limits.max or 1, max(limits.min or 0, _USUAL_FILL))


def _size(book: RuleBook, evidence: Evidence) -> tuple[int, int]:
    """The file's own size, brought to the wanted aspect ratio by the longer side, then within the wanted pixels."""
    width, height = float(evidence.header["width"] or 1), float(evidence.header["height"] or 1)
    aspect = _limits(book, "aspect_ratio")
    wanted = min(max(width / height, aspect.min or 0), aspect.max or float("inf"))
    elongation = _limits(book, "elongation").max or float("inf")
    wanted = min(max(wanted, 1 / elongation), elongation)
    longest = max(width, height)
    width, height = (longest, longest / wanted) if wanted >= 1 else (longest * wanted, longest)
    grow = max(
        (_limits(book, "longest_side").min or 0) / max(width, height),
        (_limits(book, "shortest_side").min or 0) / min(width, height),
        (_limits(book, "width").min or 0) / width,
        (_limits(book, "height").min or 0) / height,
        1.0,
    )
    pixels = _limits(book, "megapixels").max
    shrink = min(
        (_limits(book, "longest_side").max or float("inf")) / (grow * max(width, height)),
        (_limits(book, "width").max or float("inf")) / (grow * width),
        (_limits(book, "height").max or float("inf")) / (grow * height),
        float("inf") if pixels is None else (pixels * 1e6 / (grow * grow * width * height)) ** 0.5,
        1.0,
    )
    return int(width * grow * shrink + 0.5), int(height * grow * shrink + 0.5)


def _export(book: RuleBook, evidence: Evidence) -> dict[str, Any]:
    allowed = _limits(book, "format").one_of
    written = ("jpeg", "png", "webp", "avif", "tiff")
    kind = evidence.format.value
    if kind not in written or (allowed is not None and kind not in allowed):
        kind = next((name for name in written if allowed is None or name in allowed), "jpeg")
    params: dict[str, Any] = {"format": kind}
    limit = _limits(book, "bytes").max
    if limit is not None:
        params |= {"max_bytes": int(limit), "min_side": _least_longest_side(book, *_size(book, evidence))}
    term = digital_source_type(evidence.file.content)
    return params | {"digital_source_type": term} if term in get_args(DigitalSourceType) else params
