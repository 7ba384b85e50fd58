"""Checks of what an operation says about itself, and of its parameters."""

from __future__ import annotations

from typing import Any

import jsonschema
from pydantic import BaseModel, ValidationError

from packshot.contracts.model import Json
from packshot.contracts.operation import OperationSpec
from packshot.errors import BadParameters
from packshot.plugin.conformance.failure import ConformanceFailure, must
from packshot.plugin.conformance.parameters import examples, parameters, with_value, wrong_values
from packshot.plugin.conformance.soundness import must_be_sound
from packshot.plugin.conformance.subject import Subject
from packshot.recipes.planning import complete_params


def declares_itself(subject: Subject) -> None:
    """It says what it does, and its declaration survives the way to the catalogue and back."""
    spec = subject.spec
    must(spec.summary, f"Give {subject.kind.__name__} a docstring: its first paragraph is what people read about it.")
    try:
        jsonschema.Draft202012Validator.check_schema(spec.params_schema)
    except jsonschema.SchemaError as error:
        raise ConformanceFailure(f"The schema of its Params is not valid: {error.message}.") from error
    read = OperationSpec.model_validate_json(spec.model_dump_json())
    must(read == spec, "Its declaration is another after it was written as JSON and read; use plain values in Params.")


def describes_its_parameters(subject: Subject) -> None:
    """Every parameter says what it does, those inside others too."""
    silent = [parameter.name for parameter in parameters(subject.spec.params_schema) if not parameter.described]
    must(not silent, f"Give {', '.join(silent)} a description: Field(…, description='what it does').")


def has_valid_defaults(subject: Subject) -> None:
    """Its defaults pass its own limits, written as JSON and read again."""
    read = _read(subject, examples(subject.spec.params_schema))
    again = subject.kind.Params.model_validate_json(read.model_dump_json())
    must(again == read, f"Its parameters are others after they were written as JSON and read: {read!r}, {again!r}.")
    _read(subject, read.model_dump(mode="json"))


def refuses_unknown_parameters(subject: Subject) -> None:
    """A misspelt parameter is an error, also inside another."""
    unknown = "no_such_parameter"
    must(_refuses(subject, {unknown: 1}), "It takes a parameter that it does not have.")
    for parameter in parameters(subject.spec.params_schema):
        if "properties" in parameter.schema:
            params = with_value(subject.spec.params_schema, (*parameter.path, unknown), 1)
            hint = "give that model model_config = ConfigDict(extra='forbid')"
            must(
                _refuses(subject, params),
                f"{parameter.name} takes a parameter that it does not have, so typing mistakes go unseen; {hint}.",
            )


def refuses_wrong_parameters(subject: Subject) -> None:
    """A number beyond its limits, a choice that there is not, or another type is an error."""
    schema = subject.spec.params_schema
    for parameter in parameters(schema):
        for wrong in wrong_values(parameter.schema):
            must(
                _refuses(subject, with_value(schema, parameter.path, wrong)),
                f"{parameter.name} takes {wrong!r}, which its schema forbids.",
            )


def offers_choices_that_work(subject: Subject) -> None:
    """Each choice of each parameter works, or is refused with a sentence."""
    schema = subject.spec.params_schema
    for parameter in parameters(schema):
        for choice in _choices(parameter.schema):
            for example in subject.usual():
                try:
                    answer = subject.answer(example, with_value(schema, parameter.path, choice))
                    if answer is not None:
                        must_be_sound(subject, example, answer)
                except ConformanceFailure as error:
                    raise ConformanceFailure(f"With {parameter.name}={choice!r}: {error}") from error


def _choices(schema: Any) -> list[Any]:
    return [False, True] if schema.get("type") == "boolean" else [each for each in schema.get("enum", ()) if each is not None]


def _read(subject: Subject, params: Json) -> BaseModel:
    try:
        read: BaseModel = subject.kind.Params.model_validate(complete_params(subject.spec, params))
    except (BadParameters, ValidationError) as error:
        raise ConformanceFailure(f"It refuses its own defaults: {error}") from error
    return read


def _refuses(subject: Subject, params: Json) -> bool:
    try:
        complete_params(subject.spec, params)
    except BadParameters:
        return True
    return False
