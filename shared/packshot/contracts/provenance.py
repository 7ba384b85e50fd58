"""What a picture says of its own making. It travels with the frame, because nobody may remove such a mark.

Terms: IPTC NewsCodes, vocabulary `digitalsourcetype` (cv.iptc.org/newscodes/digitalsourcetype).
China's implicit label: GB 45438-2025 annex E and TC260-PG-20258A, a JSON object of seven texts in the field `AIGC`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from packshot.contracts.model import Contract
from packshot.contracts.operation import Touch

DigitalSourceType = Literal[
    "digitalCapture",
    "humanEdits",
    "algorithmicallyEnhanced",
    "compositeWithTrainedAlgorithmicMedia",
    "trainedAlgorithmicMedia",
]
"""The terms that packshot writes. A photo may come with others, and keeps them."""

ENHANCED, COMPOSITE, GENERATED = "algorithmicallyEnhanced", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"

AIGC_KEYS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
_IS_GENERATED = "1"
"""Value of `Label`; 2 is possibly, 3 suspected to be generated."""

_TERM_OF = {Touch.NONE: None, Touch.ENHANCED: ENHANCED, Touch.COMPOSITE: COMPOSITE, Touch.GENERATED: GENERATED}
_STRENGTH = {
    "humanEdits": 1,
    ENHANCED: 2,
    "compositeSynthetic": 3,
    COMPOSITE: 4,
    "algorithmicMedia": 5,
    GENERATED: 6,
}


class Provenance(Contract):
    """What the uploaded file said of its making, and what operations have added since."""

    source_type: str | None = None
    """Term of `Iptc4xmpExt:DigitalSourceType`."""
    aigc: dict[str, str] | None = None
    """China's implicit label, as the upload carried it."""
    credentials: bool = False
    """Whether the upload carried C2PA Content Credentials; they are in its file only."""
    about: dict[str, str] = {}
    """Harmless facts of the photo's EXIF (see packshot.imaging.metadata): never its place."""

    @property
    def generated(self) -> bool:
        """Whether a model made some of the pixels."""
        return _strength(self.source_type) >= _STRENGTH["compositeSynthetic"] or self.aigc is not None

    def touched(self, touch: Touch) -> Provenance:
        """After an operation of this touch."""
        return self.at_least(_TERM_OF[touch])

    def at_least(self, term: str | None) -> Provenance:
        """With `term`, unless the picture already bears a stronger one: a mark can be raised and never lowered."""
        if term is None or (self.source_type is not None and _strength(term) <= _strength(self.source_type)):
            return self
        return self.model_copy(update={"source_type": term})

    def joined(self, parts: Iterable[Provenance]) -> Provenance:
        """With pixels of other pictures put in: a generated part makes the whole a composite."""
        whole = self
        for part in parts:
            if part.generated and not whole.generated:
                whole = whole.at_least(COMPOSITE)
            elif part.source_type == ENHANCED:
                whole = whole.at_least(ENHANCED)
            whole = whole.model_copy(
                update={"aigc": whole.aigc or part.aigc, "credentials": whole.credentials or part.credentials}
            )
        return whole

    def implicit_label(self, producer: str, produce_id: str) -> dict[str, str] | None:
        """China's implicit label for a file: the upload's own, or a new one where a model made pixels; None where none is due."""
        if not self.generated:
            return None
        fresh = {"Label": _IS_GENERATED, "ContentProducer": producer, "ProduceID": produce_id}
        made_here = _strength(self.source_type) >= _STRENGTH["compositeSynthetic"]
        kept = self.aigc or {}
        sure = {"Label": _IS_GENERATED} if made_here else {}
        return dict.fromkeys(AIGC_KEYS, "") | fresh | kept | sure


def _strength(term: str | None) -> int:
    return _STRENGTH.get(term or "", 0)
