"""`packshot plugin`: which plugins this machine has."""

from __future__ import annotations

import click


@click.group(short_help="Look after plugins.")
def plugin() -> None:
    """Look after plugins, which bring all operations.

    \b
    Example:
      packshot plugin list
    """


@plugin.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_plugins(as_json: bool) -> None:
    """List the plugins, with the operations each brings, and those that cannot be used, with the reason.

    Exit status: 0 if all can be used, else 1.

    \b
    Example:
      PACKSHOT_PLUGINS_DIR=my-plugins/ packshot plugin list
    """
    from packshot.cli.plugins import show_plugins

    raise SystemExit(show_plugins(as_json))
