"""`packshot plugin test`: whether a plugin does what every plugin must."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from packshot.plugin.conformance import Result

_MARKS = {"passed": ("ok", None), "failed": ("FAIL", "red"), "skipped": ("skip", "yellow")}


@click.command("test", short_help="Check a plugin against everything a plugin must do.")
@click.argument("plugin", metavar="PATH|NAME")
@click.option("--quick", is_flag=True, help="Leave out what takes long: pictures of 1 and 12 megapixels.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def test_plugin(plugin: str, quick: bool, as_json: bool) -> None:
    """Run every check on every operation of a plugin, in a process of its own, and say what to change.

    PATH is a .py file, a package folder, a distribution's folder (with pyproject.toml) or a wheel; NAME an installed plugin.
    What the plugin imports must be installed beside packshot.

    Exit status: 0 if every check passed, else 1.

    \b
    Examples:
      packshot plugin test ./my-effect
      packshot plugin test enhance --quick
    """
    from packshot.cli.console import show_json
    from packshot.plugin.conformance import Verdict, examine

    results: list[Result] = []
    for result in examine(plugin, quick=quick):
        results.append(result)
        if not as_json:
            _show(result)
    failed = sum(result.verdict is Verdict.FAILED for result in results)
    if as_json:
        show_json({"passed": not failed, "results": [result.model_dump(mode="json") for result in results]})
    else:
        click.echo(f"{len(results)} checks, {failed} failed." if failed else f"{len(results)} checks, all passed.")
    raise SystemExit(1 if failed else 0)


def _show(result: Result) -> None:
    """One line: the check read as a sentence about the operation."""
    mark, colour = _MARKS[result.verdict]
    reason = f": {result.reason}" if result.reason else ""
    click.secho(f"{mark:4}  {result.subject} {result.check}{reason}", fg=colour)
