"""Whether the picture shows the product, and the whole of it: what its cutout said, and its outline before and after a repair."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pydantic import JsonValue

from packshot.imaging.ground import box_of
from packshot_inspect.checks import check
from packshot_inspect.judge import Check, Status
from packshot_inspect.subject import Mask

_LOST = 0.08
"""Share by which a product's elongation, or the part of its box that it covers, may differ by resampling and a new edge."""

_TELLING = 32
"""Pixels: what a smaller product covers of its box is a matter of its edge."""


def outline_of(subject: Mask | None) -> dict[str, JsonValue] | None:
    """Two figures that no other scale and place changes: width ÷ height of the product's box, and its share of that box."""
    box = None if subject is None else box_of(subject)
    if subject is None or box is None or min(box.width, box.height) < _TELLING:
        return None
    inside = subject[box.top : box.bottom, box.left : box.right]
    return {"elongation": round(box.width / box.height, 4), "coverage": round(float(np.mean(inside)), 4)}


def well_cut(findings: Mapping[str, JsonValue]) -> list[Check]:
    """What the cutout said of itself: a picture on the purest white is wrong where the product was not found, or only a part.

    None where nothing was cut out, or where the cutout is sure.
    """
    cut = [finding for name, finding in findings.items() if name.startswith("cutout.") and isinstance(finding, dict)]
    said = next((finding for finding in reversed(cut) if isinstance(finding.get("confidence"), int | float)), None)
    if said is None:
        return []
    sure, note = float(str(said["confidence"])), str(said.get("note", ""))
    checks = []
    if note:
        status = Status.FAIL if sure == 0 else Status.WARN
        checks.append(check("product-found", "The product was told from its ground", status, note, measured=sure))
    if sure > 0 and said.get("touches_border") is True:
        message = "The product reaches the edge of the photo and may be cut off there. Take the photo with more room around it."
        checks.append(check("photo-edge", "The whole product is in the photo", Status.WARN, message))
    return checks


def kept_whole(before: JsonValue, now: dict[str, JsonValue] | None) -> list[Check]:
    """The check that the product is the one of the judgement `before`; none for a first judgement, or where it passes."""
    former = before.get("product") if isinstance(before, dict) else None
    if not isinstance(former, dict) or now is None:
        return []
    change = max(_change(former, now, "elongation"), _change(former, now, "coverage"))
    if change <= _LOST:
        return []
    message = "The repair changed the product's outline: part of it may be missing. Compare with the photo, or give a mask."
    return [
        check(
            "product-kept", "The repair kept the whole product", Status.FAIL, message, measured=change, wanted=f"at most {_LOST}"
        )
    ]


def _change(former: dict[str, JsonValue], now: dict[str, JsonValue], name: str) -> float:
    one, other = former.get(name), now.get(name)
    if not isinstance(one, float) or not isinstance(other, float) or one <= 0 or other <= 0:
        return 0.0
    # What was cut out anew may cover more of its box than its likeness to the ground let show before.
    lost = 1 - other / one
    return lost if name == "coverage" else abs(lost)
