"""`inspect.cutout`: whether a cutout is clean, judged from the cutout itself."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters
from packshot.imaging.cielab import to_lab
from packshot.imaging.ground import box_of
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_inspect.checks import check, graded, report
from packshot_inspect.judge import Check, Status
from packshot_inspect.matte import Matte, halo, read_matte
from packshot_inspect.rulebook import Confidence


class CutoutParams(BaseModel):
    """What `inspect.cutout` takes."""

    transparent: bool = Field(False, description="The product is of glass or gauze: see-through parts are right")
    holes: bool = Field(True, description="The product may have openings (a handle, a ring), which are to be clear")
    halo: float = Field(0.1, ge=0, le=1, description="Share of the outline in whose rim the old ground may shine")


class Cutout(Operation[CutoutParams]):
    """Judges a cutout: is the product whole and opaque, are its openings clear, does the old ground shine in its rim?

    Measured from alpha and the colours under it, before the product is put on another ground. Changes no pixel.
    """

    name, version, stage, Params = "inspect.cutout", "1.0.0", "quality-check", CutoutParams
    title = "Cutout check"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: CutoutParams, run: Run) -> Frame:
        """BadParameters for a picture without alpha; an empty cutout is a finding."""
        if frame.alpha is None:
            raise BadParameters(f"{self.name} judges a cutout: put an operation like cutout.classical before it.")
        if not (frame.alpha > 0.5).any():
            nothing = check("product", "There is a product", Status.FAIL, "Nothing is left of the picture after the cutout.")
            return frame.with_finding(self.name, report("Cutout", [nothing]))
        matte = read_matte(frame.alpha, to_lab(frame.rgb))
        checks = [
            _whole(frame, matte),
            _pieces(matte),
            _opaque(matte, params),
            _openings(matte, params),
            _clean(frame, matte, params),
        ]
        return frame.with_finding(self.name, report("Cutout", checks, **_figures(matte)))


def _figures(matte: Matte) -> dict[str, Any]:
    return {
        "area": round(float(matte.solid.mean()), 4),
        "soft_edge_px": round(matte.soft_edge, 2),
        "openings": [
            {"box": list(hole.box), "area": round(hole.share, 4), "shows_ground": hole.shows_ground} for hole in matte.holes
        ],
    }


def _whole(frame: Frame, matte: Matte) -> Check:
    box = box_of(matte.solid)
    assert box is not None
    sides = {"left": box.left <= 0, "top": box.top <= 0, "right": box.right >= frame.width, "bottom": box.bottom >= frame.height}
    touched: list[JsonValue] = [side for side, there in sides.items() if there]
    title = "The whole product is in the photo"
    if not touched:
        return check("whole", title, Status.PASS, "The product touches no edge of the photo.", measured=touched)
    where = " and ".join(map(str, touched))
    message = f"The product reaches the {where} of the photo and may be cut off there. Take the photo with more room around it."
    return check("whole", title, Status.WARN, message, measured=touched)


def _pieces(matte: Matte) -> Check:
    title = "No leftovers beside the product"
    status = graded(matte.stray_share, 0.0005, 0.02)
    found = f"{matte.stray_count} small piece{'' if matte.stray_count == 1 else 's'}"
    message = (
        "The cutout is of one piece."
        if matte.stray_count == 0
        else f"{found} beside the product, {matte.stray_share:.2%} of its area. Leftovers of the ground look like dirt on white."
    )
    return check("leftovers", title, status, message, measured=matte.stray_share, unit="share", confidence=Confidence.MEDIUM)


def _opaque(matte: Matte, params: CutoutParams) -> Check:
    title = "The product is opaque"
    share = matte.soft_inside
    if params.transparent:
        return check(
            "opaque",
            title,
            Status.NOT_CHECKED,
            "The product is transparent, as the parameters say.",
            measured=share,
            unit="share",
        )
    message = (
        f"The product is opaque inside its edge ({share:.1%} of it is not)."
        if share <= 0.02
        else f"{share:.1%} of the product's inside is see-through. If it is not of glass, part of it was taken for ground: "
        "use a ground of another colour than the product, or give a mask."
    )
    return check("opaque", title, graded(share, 0.02, 0.06), message, measured=share, unit="share", confidence=Confidence.MEDIUM)


def _openings(matte: Matte, params: CutoutParams) -> Check:
    title = "Openings are openings"
    eaten = [hole for hole in matte.holes if not (hole.shows_ground and params.holes)]
    share = float(sum(hole.share for hole in eaten))
    if not eaten:
        count = len(matte.holes)
        message = "No openings." if count == 0 else f"{count} opening{'' if count == 1 else 's'}, which show the ground."
        return check("openings", title, Status.PASS, message, measured=0.0, unit="share", confidence=Confidence.MEDIUM)
    boxes = ", ".join(f"at {hole.box.left}, {hole.box.top}" for hole in eaten[:3])
    message = (
        f"{len(eaten)} hole{'' if len(eaten) == 1 else 's'} in the product ({boxes}; {share:.1%} of it) that do not look like "
        "the ground around it: part of the product may have been eaten."
    )
    return check("openings", title, graded(share, 0.0, 0.02), message, measured=share, unit="share", confidence=Confidence.MEDIUM)


def _clean(frame: Frame, matte: Matte, params: CutoutParams) -> Check:
    title = "The old ground does not shine in the rim"
    share = halo(matte, to_lab(frame.rgb))
    if share is None:
        message = "This could not be measured: the colours of the old ground are gone, or they are the product's own."
        return check("halo", title, Status.NOT_CHECKED, message)
    message = (
        f"The old ground shines in {share:.0%} of the outline."
        if share <= params.halo
        else f"The old ground shines in {share:.0%} of the outline, which looks like a halo on a new ground. "
        "cutout.decontaminate takes it out."
    )
    status = graded(share, params.halo, max(params.halo, 0.4))
    return check("halo", title, status, message, measured=share, unit="share", confidence=Confidence.MEDIUM)
