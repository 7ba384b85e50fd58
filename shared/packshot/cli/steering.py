"""What the commands about traffic do: ask the gateway, and say in a sentence what holds now."""

from __future__ import annotations

from collections.abc import Iterator

import click

from packshot.cli.console import show_json, show_table
from packshot.cli.reach import ask_gateway
from packshot.client import Client
from packshot.contracts.http import TrafficView, Trial, VersionFigures
from packshot.contracts.routing import Mode, Traffic
from packshot.errors import BadParameters


def start_trial(server: str | None, version: str, mode: str, share: float, tenants: tuple[str, ...]) -> None:
    """Put a version on trial."""
    operation, major = split_version(version)
    if major is None:
        raise BadParameters(f"Say which version of {operation} to try, as in {operation}@2.")
    trial = Trial(major=major, mode=Mode(mode), share=share, tenants=tenants)
    _say(ask_gateway(server, lambda client: client.try_version(operation, trial)))


def promote_version(server: str | None, version: str) -> None:
    """Let the version on trial, or the one that is named, answer."""
    operation, major = split_version(version)
    _say(ask_gateway(server, lambda client: client.promote(operation, major)))


def roll_back(server: str | None, operation: str) -> None:
    """End the trial or undo the last promotion."""
    _say(ask_gateway(server, lambda client: client.roll_back(operation)))


def release(server: str | None, operation: str) -> None:
    """Take the policy away."""
    _say(ask_gateway(server, lambda client: client.release(operation)))


def show_traffic(server: str | None, operation: str | None, hours: float, *, as_json: bool) -> None:
    """The policies, and what each version did."""

    async def views(client: Client) -> list[TrafficView]:
        return [await client.traffic_of(operation, hours)] if operation else await client.traffic(hours)

    found = ask_gateway(server, views)
    if as_json:
        show_json([view.model_dump(mode="json") for view in found])
        return
    if not found:
        click.echo("No operation has a policy: the highest version that a live worker offers answers.")
        return
    for view in found:
        _say(view)
    columns = ("version", "workers", "part", "jobs", "open", "failed", "by it", "median s", "s per MP")
    show_table(columns, (_row(view, version) for view in found for version in view.versions))


def split_version(text: str) -> tuple[str, int | None]:
    """`name@major` as its parts; None where no major is given. Raises BadParameters."""
    operation, at, major = text.partition("@")
    if at and not major.isdecimal():
        raise BadParameters(f"{text} names no version; write it as {operation}@2.")
    return operation, int(major) if at else None


def sentence_of(view: TrafficView) -> str:
    """The policy in words."""
    policy = view.policy
    if policy is None:
        return f"{view.operation}: the highest version that a live worker offers answers."
    said = f"{view.operation}: @{policy.stable} answers"
    return said + (f"; @{policy.candidate} {_part(policy)}." if policy.candidate is not None else ".")


def _part(policy: Traffic) -> str:
    whose = f" of {', '.join(policy.tenants)}" if policy.tenants else ""
    if policy.mode is Mode.SHADOW:
        return f"runs in shadow of {policy.share:.4g} of the work{whose}"
    return f"gets {policy.share:.4g} of the work{whose}"


def _say(view: TrafficView) -> None:
    click.echo(sentence_of(view))
    policy = view.policy
    for version in view.versions:
        if policy and version.major == policy.stable and not version.workers:
            click.secho(f"No worker offers {view.operation}@{version.major} now: its work waits.", fg="yellow", err=True)


def _row(view: TrafficView, version: VersionFigures) -> tuple[str, ...]:
    numbers = (version.jobs, version.open, version.failed, version.blamed)
    return (
        f"{view.operation}@{version.major} {version.version}",
        str(version.workers),
        "shadow" if version.shadow else version.role or "–",
        *(str(number) for number in numbers),
        *_figures(version.median_s, version.median_s_per_megapixel),
    )


def _figures(*figures: float | None) -> Iterator[str]:
    for figure in figures:
        yield "–" if figure is None else f"{figure:.3f}"
