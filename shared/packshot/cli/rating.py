"""What `packshot rate …` does: ask the gateway, and say what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from packshot.cli.console import show_json, show_table
from packshot.cli.reach import ask_gateway
from packshot.contracts.rating import NewRating, NewSystem
from packshot.errors import BadParameters
from packshot.rating_client import RatingClient

T = TypeVar("T")


def start_rating(server: str | None, systems: Sequence[str], asked: Mapping[str, Any]) -> None:
    """Start a rating. Raises BadParameters for what none can be."""
    try:
        new = NewRating(systems=tuple(_system(each) for each in systems), **asked)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadParameters(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    view = _ask(server, lambda client: client.start(new))
    names = ", ".join(system.name for system in view.systems)
    click.echo(f"{view.id}: {view.pairs} pairs of {names} to compare, in the web page at #rate")


def show_ratings(server: str | None, limit: int, *, as_json: bool) -> None:
    """A line for each rating."""
    views = _ask(server, lambda client: client.ratings(limit))
    if as_json:
        show_json([view.model_dump(mode="json") for view in views])
        return
    rows = (
        (view.id, ", ".join(system.name for system in view.systems), str(view.pairs), str(view.choices), str(view.people))
        for view in views
    )
    show_table(("rating", "systems", "pairs", "choices", "people"), rows)


def show_ranking(server: str | None, rating: str, *, as_json: bool) -> None:
    """The systems, the best first."""
    found = _ask(server, lambda client: client.ranking(rating))
    if as_json:
        show_json(found.model_dump(mode="json"))
        return
    rows = (
        (each.name, f"{each.preferred:.2f} [{each.low:.2f}, {each.high:.2f}]", str(each.choices), str(each.wins), str(each.ties))
        for each in found.systems
    )
    show_table(("system", "preferred to another", "choices", "wins", "ties"), rows)
    told = [f"{found.choices} choices of {found.people} people"]
    told += [] if found.agreement is None else [f"two people say the same of {found.agreement:.0%} of pairs"]
    told += [] if found.left is None else [f"the left one was chosen in {found.left:.0%}"]
    click.echo("; ".join(told) + ".")


def _system(text: str) -> NewSystem:
    name, equals, dataset = text.partition("=")
    if not equals or not name or not dataset:
        raise BadParameters(f"{text}: write a system as NAME=DATASET, as in net=cut-by-net.")
    return NewSystem(name=name, dataset=dataset)


def _ask(server: str | None, question: Callable[[RatingClient], Awaitable[T]]) -> T:
    return ask_gateway(server, lambda client: question(RatingClient(client)))
