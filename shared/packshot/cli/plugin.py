"""`packshot plugin`: which plugins this machine has."""

from __future__ import annotations

import click

from packshot.cli import compare, traffic
from packshot.cli.plugin_install import install_plugins, remove_plugins
from packshot.cli.plugin_new import new_plugin
from packshot.cli.plugin_test import test_plugin


@click.group(short_help="Look after plugins.")
def plugin() -> None:
    """Look after plugins, which bring all operations.

    \b
    Example:
      packshot plugin list
    """


@plugin.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: the plugins of this machine.")
def list_plugins(as_json: bool, server: str | None) -> None:
    """List the plugins: whether each can be used and if not why, its digest, and the operations that it brings.

    Each is started once in a process of its own, as a worker does it. With --server, what the workers there say of theirs.

    Exit status: 0 if all can be used, else 1.

    \b
    Example:
      PACKSHOT_PLUGINS_DIR=my-plugins/ packshot plugin list
      packshot plugin list --server http://127.0.0.1:8780
    """
    from packshot.cli.plugins import show_plugins

    raise SystemExit(show_plugins(as_json, server))


for command in (install_plugins, remove_plugins, new_plugin, test_plugin, *traffic.COMMANDS, compare.compare):
    plugin.add_command(command)
