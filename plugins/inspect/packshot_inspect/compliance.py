"""`inspect.compliance`: a finished file judged by a marketplace's rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import cv2
import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_inspect.evidence import Evidence
from packshot_inspect.judge import Status, judge, verdict
from packshot_inspect.outline import kept_whole, outline_of, well_cut
from packshot_inspect.repairs import repairs
from packshot_inspect.rulebook import RuleBook, in_force, markets, versions_of


class ComplianceParams(BaseModel):
    """What `inspect.compliance` takes."""

    market: str = Field("amazon-main", description="Whose rules", json_schema_extra={"enum": list(markets())})
    on: date | None = Field(None, description="Judge by the rules of this day; none: the day on which they were last checked")
    repair: bool = Field(True, description="Ask for the steps that would mend what failed")


class Compliance(Operation[ComplianceParams]):
    """Judges the exported file by a marketplace's rules: each with the measured figure as pass, warn, fail or not_checked.

    What failed and can be mended (fill, margin, off-white ground, size, format, bytes) is asked to be mended.
    """

    name, version, stage, Params = "inspect.compliance", "1.0.0", "quality-check", ComplianceParams
    title = "Marketplace compliance"
    takes = Pixels.ANY

    def run(self, frame: Frame, params: ComplianceParams, run: Run) -> Frame:
        """BadParameters when no file was exported yet, or for an unknown market."""
        book = in_force(params.market, params.on)
        if frame.file is None:
            raise BadParameters("inspect.compliance judges a finished file: put layout.export before it.")
        evidence = Evidence(frame.file)
        evidence = replace(evidence, alpha=_known_alpha(frame, evidence.rgb.shape[:2]))
        product = outline_of(evidence.subject)
        checks = [*judge(book, evidence), *well_cut(frame.findings), *kept_whole(frame.findings.get(self.name), product)]
        if params.repair:
            failed = [check.rule for check in checks if check.status is Status.FAIL]
            run.repairs.extend(repairs(book, evidence, failed))
        finding: dict[str, JsonValue] = {
            **_heading(book),
            "verdict": verdict(checks).value,
            "checks": [check.model_dump(mode="json") for check in checks],
            "product": product,
        }
        return frame.with_finding(self.name, finding)


def _known_alpha(frame: Frame, shape: tuple[int, int]) -> Plane | None:
    """The frame's alpha, or that of the cutout it was made of, in the file's `shape`, where it tells ground from product."""
    alpha = frame.alpha if frame.alpha is not None else frame.cutout
    if alpha is None or np.all(alpha > 0) or not np.any(alpha > 0):
        return None
    # A file that had to be small may have fewer pixels than the frame.
    return alpha if alpha.shape == shape else cv2.resize(alpha, shape[::-1], interpolation=cv2.INTER_AREA)


def _heading(book: RuleBook) -> dict[str, JsonValue]:
    begun = book.effective_from or date.min
    later = [other.effective_from for other in versions_of(book.market) if other.effective_from and other.effective_from > begun]
    return {
        "market": book.market,
        "title": book.title,
        "effective_from": book.effective_from.isoformat() if book.effective_from else None,
        "checked_on": book.checked_on.isoformat(),
        "confidence": book.confidence.value,
        "note": book.note or None,
        "changes_on": later[0].isoformat() if later else None,
    }
