"""`packshot plugin new`: a plugin to begin with."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new", short_help="Write a new plugin that works, to change into yours.")
@click.argument("name")
@click.option(
    "--stage",
    default="edit",
    show_default=True,
    type=click.Choice(("preprocess", "generate", "edit", "quality-check")),
    help="Which service runs it.",
)
@click.option("-o", "--out", default=Path(), type=click.Path(file_okay=False, path_type=Path), help="Where its folder goes.")
def new_plugin(name: str, stage: str, out: Path) -> None:
    """Write a folder NAME that holds a whole plugin: an operation with its parameters, tests, a card and what an installer needs.

    It works as it is, so change it step by step and test it in between.

    \b
    Example:
      packshot plugin new my-effect
      packshot plugin test my-effect
    """
    from packshot.contracts.operation import Stage
    from packshot.plugin.template import new_plugin, operation_of

    folder = new_plugin(name, Stage(stage), out)
    click.echo(f"{folder} is a plugin with one operation, {operation_of(name, Stage(stage))}. Try it:\n")
    click.echo(f"  packshot plugin test {folder}")
