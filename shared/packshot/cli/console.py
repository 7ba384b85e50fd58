"""What commands say: errors as one red sentence, tables, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import IO, Any

import click

from packshot.errors import BadParameters, BadRecipe, PackshotError, UnknownName

WRONG_USAGE = (BadParameters, BadRecipe, UnknownName)
"""What the person who typed the command can mend: exit status 2."""


class Failed(click.ClickException):
    """Ends the command with exit status 1 and one red sentence."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence to standard error."""
        click.secho(self.format_message(), fg="red", err=True, file=file)


class WrongUsage(Failed):
    """The same with exit status 2."""

    exit_code = 2


def failed_by(error: BaseException) -> Failed:
    """What ends the command that met this error."""
    kind = WrongUsage if isinstance(root(error), WRONG_USAGE) else Failed
    return kind(sentence(error))


def root(error: BaseException) -> BaseException:
    """The first error of those that a task group has put together."""
    return root(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def sentence(error: BaseException) -> str:
    """What to tell the user about `error`."""
    error = root(error)
    if isinstance(error, PackshotError):
        return str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}."
    return (
        f"packshot met an error it does not know: {type(error).__name__}: {error}. "
        "Please report it with what PACKSHOT_DEBUG=1 prints."
    )


def show_json(value: Any) -> None:
    """Print JSON for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table as wide as the terminal; whole lines, separated by tabs, where the output is not a terminal."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
