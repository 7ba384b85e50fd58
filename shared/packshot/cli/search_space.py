"""`--search optimiser.lr=1e-4..1e-2:log`: what a search may choose from, as people write it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from packshot.errors import BadParameters

_HOW = "write NAME=LOW..HIGH, NAME=LOW..HIGH:log or NAME=A,B,C"


def parse_search(texts: Sequence[str]) -> dict[str, Any]:
    """The space of a search, by name, in the order's words. Whole bounds are for whole numbers. Raises BadParameters."""
    space = {}
    for text in texts:
        name, equals, choice = text.partition("=")
        if not name or not equals:
            raise BadParameters(f"--search {text}: {_HOW}.")
        space[name] = _between(text, choice) if ".." in choice else _one_of(text, choice)
    return space


def _between(text: str, choice: str) -> dict[str, Any]:
    bounds, _, scale = choice.partition(":")
    low, _, high = bounds.partition("..")
    if scale not in ("", "log"):
        raise BadParameters(f"--search {text}: after the bounds comes :log or nothing.")
    try:
        whole = all(bound.strip().lstrip("-").isdigit() for bound in (low, high))
        return {"low": float(low), "high": float(high), "log": scale == "log", "whole": whole}
    except ValueError as error:
        raise BadParameters(f"--search {text}: the bounds must be numbers; {_HOW}.") from error


def _one_of(text: str, choice: str) -> dict[str, Any]:
    choices = [_value(each.strip()) for each in choice.split(",")]
    if len(choices) < 2:
        raise BadParameters(f"--search {text}: there is only one choice; {_HOW}.")
    return {"choices": choices}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
