"""`packshot doctor`: what is wrong, and how to mend it."""

from __future__ import annotations

import click


@click.command(short_help="Say what is wrong and how to mend it.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def doctor(as_json: bool) -> None:
    """Check settings, connections, plugins, devices and this machine, and say how to mend what is wrong.

    Each line is OK, WARN or FAIL. Exit status: 1 if any is FAIL, else 0.

    \b
    Example:
      packshot doctor
    """
    from packshot.cli.checks.report import examine

    raise SystemExit(examine(as_json))
