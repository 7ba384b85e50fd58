"""`packshot up`: the whole system in one process."""

from __future__ import annotations

import click


@click.command(short_help="Run the whole packshot on this machine, with its web page.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the web page; 0.0.0.0 lets others in.")
@click.option("--port", default=8780, show_default=True, type=click.IntRange(0, 65535), help="Port of the web page.")
@click.option("--open", "open_page", is_flag=True, help="Open the web page in the browser.")
def up(host: str, port: int, open_page: bool) -> None:
    """Run the whole packshot on this machine, with its web page, until Ctrl-C.

    Everything is kept in PACKSHOT_HOME, and what was accepted and not finished goes on at the next start. While it runs,
    `packshot run` and the other commands use it.

    \b
    Example:
      packshot up --open
    """
    from packshot.cli.system import run_system

    run_system(host, port, open_page)
