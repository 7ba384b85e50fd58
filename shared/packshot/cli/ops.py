"""`packshot ops`: which operations there are, and what each takes."""

from __future__ import annotations

import click


@click.command(short_help="List operations and their parameters.")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the catalogue as JSON.")
@click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: the plugins of this machine.")
def ops(name: str | None, as_json: bool, server: str | None) -> None:
    """List the operations, or show the parameters of the one called NAME (NAME@MAJOR pins a version).

    \b
    Examples:
      packshot ops
      packshot ops enhance.clahe
    """
    from packshot.cli.catalogue import show_operation, show_operations

    if name is None:
        show_operations(server, as_json)
    else:
        show_operation(name, server, as_json)
