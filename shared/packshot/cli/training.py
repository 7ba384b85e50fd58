"""What `packshot train` does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from packshot.cli.applying import parse_params
from packshot.cli.catalogue import show_parameters
from packshot.cli.console import Failed, show_json, show_table
from packshot.cli.home import log_to_file
from packshot.cli.reach import ask_gateway, reach
from packshot.cli.search_space import parse_search
from packshot.cli.training_progress import showing_training
from packshot.contracts.state import JobState
from packshot.contracts.training import Figures
from packshot.contracts.training_http import TrainingRequest, TrainingView
from packshot.errors import BadParameters, UnknownName, nearest
from packshot.serving import run
from packshot.settings import Settings
from packshot.training_client import TrainingClient

T = TypeVar("T")

_SAID_DIRECTLY = ("steps", "seed", "device", "folds", "name", "licence")


def start_training(server: str | None, asked: Mapping[str, Any], *, detach: bool, as_json: bool) -> None:
    """Order a training, and follow it to its end; exit status 1 if it does not make a model."""
    request = _request(asked)

    async def start(client: TrainingClient) -> TrainingView:
        training = await client.order(request)
        click.echo(f"{training.id}: {training.trainer} makes {training.model}", err=True)
        return training if detach else await _followed(client, training.id)

    _show_end(_with_trainers(server, start), as_json=as_json)


def show_trainers(server: str | None, name: str | None, *, as_json: bool) -> None:
    """A line for each trainer, or one with its parameters. Raises UnknownName saying what is near."""
    found = _with_trainers(server, lambda client: client.trainers())
    if name is not None:
        found = [one for one in found if one.name == name or one.name.startswith(f"{name}.")]
        if not found:
            raise UnknownName(f"There is no trainer {name!r}. {nearest(name, [one.name for one in found])}")
    if as_json:
        show_json([one.model_dump(mode="json") for one in found])
    elif name is None:
        show_table(("trainer", "title", "needs"), ((one.name, one.title, ", ".join(one.takes)) for one in found))
    else:
        for one in found:
            click.echo(f"{one.name}, {one.title}\n{one.summary}\nFrom {one.plugin}.\n")
            show_parameters(one.params_schema)


def show_trainings(server: str | None, limit: int, *, as_json: bool) -> None:
    """A line for each training."""
    found = ask_gateway(server, lambda client: TrainingClient(client).trainings(limit))
    if as_json:
        show_json([one.model_dump(mode="json") for one in found])
        return
    rows = ((one.id, one.model, one.state.value, _done(one), f"{one.created_at:%Y-%m-%d %H:%M}", _why(one)) for one in found)
    show_table(("training", "model", "state", "done", "since", "failure"), rows)


def show_training(server: str | None, id: str, *, follow: bool, as_json: bool) -> None:
    """One training; with `follow`, its progress until it has ended comes first."""

    async def show(client: TrainingClient) -> TrainingView:
        return await _followed(client, id) if follow else await client.training(id)

    # Who follows a training of this home wants it to go on.
    training = _with_trainers(server, show) if follow else ask_gateway(server, lambda client: show(TrainingClient(client)))
    if as_json:
        show_json(training.model_dump(mode="json"))
    else:
        _print(training)


def cancel_training(server: str | None, id: str) -> None:
    """Stop a training."""
    training = ask_gateway(server, lambda client: TrainingClient(client).cancel(id))
    click.echo(f"{training.id}: {training.state.value}")


def print_figures(figures: Mapping[str, Any], baselines: Mapping[str, Any]) -> None:
    """Figures on the test side with their intervals, beside those of other operations."""
    for name in figures:
        others = ", ".join(f"{other}: {_figure(theirs[name])}" for other, theirs in baselines.items() if name in theirs)
        click.echo(f"  {name}: {_figure(figures[name])}" + (f" ({others})" if others else ""))


def _request(asked: Mapping[str, Any]) -> TrainingRequest:
    order = parse_params(asked["settings"])
    order |= {name: asked[name] for name in _SAID_DIRECTLY if asked[name] is not None}
    if asked["params"]:
        order["params"] = {**order.get("params", {}), **parse_params(asked["params"])}
    if asked["search"]:
        trials = {} if asked["trials"] is None else {"trials": asked["trials"]}
        order["search"] = {"space": parse_search(asked["search"]), **trials}
    elif asked["trials"] is not None:
        raise BadParameters("--trials needs --search NAME=LOW..HIGH.")
    try:
        return TrainingRequest(
            trainer=asked["trainer"], data=asked["data"], parent=asked["parent"], register_as=asked["register_as"], order=order
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadParameters(f"{first['loc'][0]}: {first['msg']}. A version is three numbers, as 1.0.0.") from error


def _with_trainers(server: str | None, question: Callable[[TrainingClient], Awaitable[T]]) -> T:
    """What a packshot answers that can train: that of `server`, else this home's, else one for as long as this takes."""
    settings = Settings.read()

    async def ask() -> T:
        async with reach(server, settings, wait=True) as client:
            return await question(TrainingClient(client))

    if server is None:
        log_to_file(settings)
    return run(ask())


async def _followed(client: TrainingClient, id: str) -> TrainingView:
    with showing_training() as shown:
        async for event in client.events(id):
            shown.heard(event)
    return await client.training(id)


def _show_end(training: TrainingView, *, as_json: bool) -> None:
    if as_json:
        show_json(training.model_dump(mode="json"))
    else:
        _print(training)
    if training.state in {JobState.FAILED, JobState.CANCELLED} or (
        training.registers and training.state.ended and training.failure
    ):
        raise Failed(training.failure.message if training.failure else "It was cancelled.")


def _print(training: TrainingView) -> None:
    click.echo(f"{training.id}: {training.trainer}, {training.state.value}, {_done(training)} done")
    if training.failure:
        click.secho(training.failure.message, fg="red", err=True)
    if training.trained is None:
        return
    trained = training.trained
    click.echo(
        f"{trained.steps} steps in {trained.seconds:.0f} s on {trained.device}; the best weights are of step {trained.step}"
    )
    print_figures(_plain(trained.figures), {name: _plain(figures) for name, figures in trained.baselines.items()})
    for note in trained.notes:
        click.echo(f"  {note}")
    if training.registered:
        click.echo(f"Registered as {training.registered}; running workers take it up.")


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: figure.model_dump() for name, figure in figures.items()}


def _figure(figure: Mapping[str, Any]) -> str:
    return f"{figure['mean']:.4g} [{figure['low']:.4g}, {figure['high']:.4g}]"


def _done(training: TrainingView) -> str:
    done = 1.0 if training.state is JobState.FINISHED else training.progress.done if training.progress else 0.0
    return f"{done:.0%}"


def _why(training: TrainingView) -> str:
    return training.failure.message if training.failure else ""
