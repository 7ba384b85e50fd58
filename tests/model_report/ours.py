"""packshot's operations as methods of the report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from packshot.errors import OperationFailed, UnknownName
from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Frame, Plane
from packshot.plugin.local import apply_frame, registry_for
from tests.model_report.case import Given, Method

DEVICE = "cpu"
"""The classical ones have no other, and seconds are compared."""
Told = Callable[[Given], Mapping[str, Any]]


def restores(operation: str, title: str = "", told: Told = lambda _: {}, most: int | None = None) -> Method:
    """An operation that answers with a picture; `told` are its parameters for what it is given, `most` as Method has it."""

    def answer(given: Given) -> Plane:
        mask = {} if given.hole is None else {"mask": Frame.of(np.repeat(given.hole[..., None], 3, axis=2) * np.uint8(255))}
        return to_bytes(apply_frame(operation, Frame.of(given.picture), inputs=mask, device=DEVICE, **told(given)).rgb)

    return _method(operation, title, answer, told, most)


def cuts(operation: str, most: int | None = None) -> Method:
    """An operation that answers with an alpha."""

    def answer(given: Given) -> Plane:
        alpha = apply_frame(operation, Frame.of(given.picture), device=DEVICE).alpha
        if alpha is None:
            raise OperationFailed(f"{operation} answered without an alpha.")
        return to_bytes(alpha)

    return _method(operation, "", answer, lambda _: {}, most)


def either(title: str, methods: Mapping[int, Method]) -> Method:
    """Operations for one level each, as one row."""
    there = {level: method for level, method in methods.items() if method.answer is not None}

    def answer(given: Given) -> Plane:
        chosen = there[given.level].answer if given.level in there else None
        if chosen is None:
            raise OperationFailed(f"{title} is not installed for {given.level}.")
        return chosen(given)

    identity = ", ".join(f"{level}: {method.identity}" for level, method in methods.items())
    return Method(title, identity, answer if there else None)


def version_of(operation: str) -> str:
    """Its version, and the beginning of the digest of its weights."""
    try:
        spec = registry_for(operation).find(operation).spec
    except UnknownName:
        return f"{operation} not installed"
    weights = ", ".join(f"{model.name} {model.digest[:12]}" for model in spec.models)
    return f"{operation} {spec.version}" + (f" ({weights})" if weights else "")


def _method(operation: str, title: str, answer: Callable[[Given], Plane], told: Told, most: int | None) -> Method:
    try:
        spec = registry_for(operation).find(operation).spec
    except UnknownName:
        return Method(title or operation, "", None)
    # What a result's key has too: equal version, weights and parameters make equal pictures.
    probe = told(Given(np.zeros((1, 1, 3), np.uint8), 1))
    counted = {"version": spec.version, "models": [model.digest for model in spec.models], "told": dict(probe)}
    return Method(title or operation, f"{operation} {json.dumps(counted, sort_keys=True)}", answer, most)
