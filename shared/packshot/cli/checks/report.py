"""The doctor's round: all checks, one after the other, and the verdict."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict

import click

from packshot.cli.checks.connections import check_connections
from packshot.cli.checks.devices import check_devices
from packshot.cli.checks.line import Level, Line, fail
from packshot.cli.checks.machine import check_machine
from packshot.cli.checks.models import check_models
from packshot.cli.checks.plugins import check_plugins
from packshot.cli.checks.settings import check_services, check_settings
from packshot.cli.console import show_json
from packshot.cli.home import quiet
from packshot.errors import BadSettings
from packshot.serving import run
from packshot.settings import Settings

COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


def examine(as_json: bool) -> int:
    """Show every line as it is found; 1 if any of them is a FAIL, else 0."""
    quiet()
    lines = run(_round(as_json))
    if as_json:
        show_json([asdict(line) for line in lines])
    return 1 if any(line.level is Level.FAIL for line in lines) else 0


async def _round(quiet: bool) -> list[Line]:
    lines = []
    async for line in _lines():
        lines.append(line)
        if not quiet:
            _show(line)
    return lines


async def _lines() -> AsyncIterator[Line]:
    for line in (*check_services(), *check_settings()):
        yield line
    try:
        settings = Settings.read()
    except BadSettings:
        yield fail("everything else", "was not looked at", "Correct the settings first.")
        return
    async for line in check_connections(settings):
        yield line
    async for line in check_plugins(settings):
        yield line
    for check in (check_models, check_devices, check_machine):
        for line in check(settings):
            yield line


def _show(line: Line) -> None:
    click.secho(f"{line.level.value:4}", fg=COLOURS[line.level], nl=False)
    click.echo(f"  {line.subject}: {line.found}")
    if line.mend:
        click.echo(f"      → {line.mend}")
