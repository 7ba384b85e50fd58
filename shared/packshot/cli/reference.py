"""The reference of the command line, written from the commands' own help.

python -m packshot.cli.reference > docs/reference/command-line.md
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from packshot.cli.main import main

WIDTH = 100

HEAD = """# The command line

Written by `python -m packshot.cli.reference` from the commands' own help; do not edit it by hand.
"""


def reference() -> str:
    """The whole page, as Markdown."""
    return "\n".join([HEAD, *_pages(main, "packshot", None)])


def _pages(command: click.Command, path: str, parent: click.Context | None) -> Iterator[str]:
    context = click.Context(
        command,
        info_name=path.rpartition(" ")[2],
        parent=parent,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        help_option_names=main.context_settings["help_option_names"],
    )
    yield f"## {path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _pages(below, f"{path} {name}", context)


if __name__ == "__main__":
    click.echo(reference(), nl=False)
