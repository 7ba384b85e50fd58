"""What `packshot plugin list` shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict

import click

from packshot.cli.console import show_json, show_table
from packshot.plugin.registry import load_registry
from packshot.settings import Settings


def show_plugins(as_json: bool) -> int:
    """All plugins; 1 if one of them cannot be used, else 0."""
    registry = load_registry(Settings.read())
    operations: dict[str, list[str]] = defaultdict(list)
    for spec in registry.catalogue:
        operations[spec.plugin].append(spec.name)
    if as_json:
        plugins = [{"plugin": label, "operations": names} for label, names in operations.items()]
        show_json({"plugins": plugins, "failures": [asdict(failure) for failure in registry.failures]})
    else:
        show_table(("plugin", "operations"), ((label, ", ".join(names)) for label, names in operations.items()))
        for failure in registry.failures:
            click.secho(f"{failure.plugin}: {failure.reason}", fg="red", err=True)
    return 1 if registry.failures else 0
