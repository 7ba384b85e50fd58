"""What every operation must do, whoever wrote it. A plugin's own tests can run the same checks:

from packshot.plugin.registry import Offered
from tests.conformance.plugin import CHECKS

@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_conformance(check):
    check(Subject.of(Offered(MyOperation, MyOperation.spec())))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema
import numpy as np
import pytest

from packshot.contracts.operation import OperationSpec
from packshot.errors import BadParameters, BadPhoto
from packshot.plugin.devices import CPU
from packshot.plugin.frame import Frame
from packshot.plugin.instances import Instance
from packshot.plugin.operation import Run
from packshot.plugin.picture import Picture
from packshot.plugin.registry import Offered
from packshot.plugin.wire import packed
from packshot.recipes.planning import complete_params

ODD_SIZES = ((1, 1), (2, 3), (1, 17), (33, 1), (31, 37))
"""Height and width, pixels."""


@dataclass(frozen=True)
class Subject:
    """An operation under test, loaded on the CPU."""

    spec: OperationSpec
    instance: Instance

    @staticmethod
    def of(offered: Offered) -> Subject:
        """Load it."""
        return Subject(offered.spec, Instance(offered, (CPU,)))

    def run(self, *frames: Frame, params: Mapping[str, Any] | None = None, seed: int = 7) -> list[Frame]:
        """What it makes of `frames` (uint8), as one batch, in its own pixel format."""
        read = self.instance.params(complete_params(self.spec, params or {}))
        given = [Picture.of(frame).given(self.spec.takes) for frame in frames]
        runs = [Run(seed=seed, inputs=self._further(frame), device=CPU) for frame in frames]
        return self.instance.run(given, read, runs)

    def _further(self, frame: Frame) -> dict[str, Frame]:
        height, width = (frame.height, frame.width) if frame.planes else (24, 32)
        return {name: Picture.of(product(height, width, seed=3)).given(self.spec.takes) for name in self.spec.inputs}

    def pictures(self) -> list[Frame]:
        """Pictures of its kind: with and without alpha, or for a generator nothing."""
        return [product(), with_alpha(product())] if self.spec.source else [Frame({})]


def product(height: int = 48, width: int = 64, seed: int = 0) -> Frame:
    """A coloured block with some noise on a light ground."""
    noise = np.random.default_rng(seed).normal(0, 4, (height, width, 3))
    rgb = np.full((height, width, 3), 228.0)
    rgb[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None] = (170, 60, 40)
    return Frame.of(np.clip(rgb + noise, 0, 255).astype(np.uint8))


def with_alpha(frame: Frame) -> Frame:
    """`frame` with its ground cut away, one soft pixel at the edge."""
    alpha = np.zeros((frame.height, frame.width), np.uint8)
    top, left = frame.height // 4, frame.width // 4
    alpha[top : frame.height - top, left : frame.width - left] = 255
    alpha[top, left : frame.width - left] = 128
    return frame.with_planes(alpha=alpha)


def declares_itself(subject: Subject) -> None:
    """It has a name, a sentence for people, a valid schema, and says what each parameter does."""
    spec = subject.spec
    assert spec.summary, "write a docstring: its first paragraph is what people read"
    jsonschema.Draft202012Validator.check_schema(spec.params_schema)
    assert OperationSpec.model_validate_json(spec.model_dump_json()) == spec


def has_valid_defaults(subject: Subject) -> None:
    """Parameters without a default are named as required, and the defaults pass their own limits."""
    schema = subject.spec.params_schema
    required = schema.get("required", [])
    if required:
        return  # then the recipe must give them
    subject.instance.params(complete_params(subject.spec, {}))


def refuses_unknown_parameters(subject: Subject) -> None:
    """A misspelt parameter is an error that names it."""
    with pytest.raises(BadParameters, match="no_such_parameter"):
        complete_params(subject.spec, {"no_such_parameter": 1})


def refuses_wrong_parameters(subject: Subject) -> None:
    """A number where its limits forbid it, or an object where a number belongs, is an error."""
    for name, schema in subject.spec.params_schema.get("properties", {}).items():
        for wrong in _wrong_values(schema):
            with pytest.raises(BadParameters):
                complete_params(subject.spec, {name: wrong})


def is_deterministic(subject: Subject) -> None:
    """The same picture, parameters and seed give the same result."""
    for frame in subject.pictures():
        once, again = _answers(subject, frame), _answers(subject, frame)
        assert (once is None) == (again is None)
        if once is not None and again is not None:
            assert_same(once[0], again[0])


def leaves_its_input_alone(subject: Subject) -> None:
    """Other steps may hold the same arrays."""
    for frame in subject.pictures():
        kept = {name: plane.copy() for name, plane in frame.planes.items()}
        _answers(subject, frame)
        for name, plane in kept.items():
            np.testing.assert_array_equal(frame.planes[name], plane, err_msg=f"it changed {name} in place")


def survives_odd_sizes(subject: Subject) -> None:
    """Tiny and odd pictures work, or are refused with a message for the merchant."""
    if not subject.spec.source:
        return
    for height, width in ODD_SIZES:
        for frame in (product(height, width), with_alpha(product(height, width))):
            assert_sound(subject, _answers(subject, frame))


def survives_flat_pictures(subject: Subject) -> None:
    """All black, all white, and wholly clear pictures work, or are refused."""
    if not subject.spec.source:
        return
    for level in (0, 255):
        flat = Frame.of(np.full((20, 24, 3), level, np.uint8))
        for frame in (flat, flat.with_planes(alpha=np.zeros((20, 24), np.uint8))):
            assert_sound(subject, _answers(subject, frame))


def answers_soundly(subject: Subject) -> None:
    """Planes of its own pixel format and one size, and findings that can be written as JSON."""
    for frame in subject.pictures():
        assert_sound(subject, _answers(subject, frame))


def keeps_alpha_unless_it_says_so(subject: Subject) -> None:
    """Who changes alpha, and not the picture's size, says so in the operation's docstring."""
    said = f"{subject.spec.title} {subject.spec.summary}".lower()
    if not subject.spec.source or any(word in said for word in ("alpha", "cut", "transparen", "ground", "background")):
        return
    frame = with_alpha(product())
    answers = _answers(subject, frame)
    if answers is None or answers[0].rgb.shape != frame.rgb.shape:
        return
    expected = Picture.of(frame).given(subject.spec.takes).alpha
    assert answers[0].alpha is not None, "it dropped alpha and does not say so"
    np.testing.assert_array_equal(answers[0].alpha, expected)


def batches_equal_singles(subject: Subject) -> None:
    """Whatever runs beside a picture, its result is the same."""
    frames = [product(seed=seed) for seed in range(3)] if subject.spec.source else [Frame({})] * 3
    together = _answers(subject, *frames)
    if together is None:
        return
    for frame, answer in zip(frames, together, strict=True):
        alone = _answers(subject, frame)
        assert alone is not None
        assert_same(alone[0], answer)


CHECKS: tuple[Callable[[Subject], None], ...] = (
    declares_itself,
    has_valid_defaults,
    refuses_unknown_parameters,
    refuses_wrong_parameters,
    answers_soundly,
    is_deterministic,
    leaves_its_input_alone,
    survives_odd_sizes,
    survives_flat_pictures,
    keeps_alpha_unless_it_says_so,
    batches_equal_singles,
)


def assert_same(one: Frame, other: Frame) -> None:
    """Equal in every bit of planes, findings and file."""
    assert one.planes.keys() == other.planes.keys()
    for name, plane in one.planes.items():
        np.testing.assert_array_equal(plane, other.planes[name], err_msg=name)
    assert packed(dict(one.findings)) == packed(dict(other.findings))
    assert one.file == other.file


def assert_sound(subject: Subject, answers: list[Frame] | None) -> None:
    """A frame that can travel on."""
    for frame in answers or []:
        if frame.planes:
            assert frame.rgb.ndim == 3
            assert frame.rgb.shape[2] == 3
            assert min(frame.rgb.shape) > 0
            assert np.isfinite(frame.rgb).all()
        if frame.alpha is not None:
            assert frame.alpha.shape == frame.rgb.shape[:2]
            assert frame.alpha.dtype == frame.rgb.dtype
        packed(dict(frame.findings))
        Picture.of(frame).settled()


def _answers(subject: Subject, *frames: Frame) -> list[Frame] | None:
    """None for a picture that it refuses, in words."""
    try:
        return subject.run(*frames, params=_required(subject.spec))
    except (BadPhoto, BadParameters) as error:
        refusal = str(error)
    assert len(refusal) > 20, "a refusal must tell the merchant what to do"
    return None


def _required(spec: OperationSpec) -> dict[str, Any]:
    """Some value for each parameter that has no default."""
    properties = spec.params_schema.get("properties", {})
    return {name: _some(properties[name]) for name in spec.params_schema.get("required", [])}


def _some(schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return {"boolean": True, "array": [], "object": {}}.get(str(schema.get("type")), "x")


def _wrong_values(schema: Mapping[str, Any]) -> list[Any]:
    kind = schema.get("type")
    if kind not in ("integer", "number"):
        return [{"not": "this"}] if kind in ("string", "boolean") else []
    wrong: list[Any] = ["much"]
    if "minimum" in schema:
        wrong.append(schema["minimum"] - 1)
    if "maximum" in schema:
        wrong.append(schema["maximum"] + 1)
    return wrong
