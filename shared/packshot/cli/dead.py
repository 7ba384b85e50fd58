"""`packshot dead`: messages that nobody could deal with."""

from __future__ import annotations

import click


@click.group(short_help="Look after messages that nobody could deal with.")
def dead() -> None:
    """Look after dead letters: messages that were parked because a worker died of them again and again.

    Over a broker (PACKSHOT_BUS_URL) they are read from it; else from the `packshot up` that runs on this machine.

    \b
    Examples:
      packshot dead list
      packshot dead retry 0198c0a3f6b97d0e9f2b8f1c2d3e4a5b
    """


@dead.command("list")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000), help="How many to list.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_dead(limit: int, as_json: bool) -> None:
    """List the dead letters, the oldest first.

    \b
    Example:
      packshot dead list
    """
    from packshot.cli.dead_letters import show_letters

    show_letters(limit, as_json)


@dead.command()
@click.argument("id")
def show(id: str) -> None:
    """Print the dead letter called ID whole, as JSON.

    \b
    Example:
      packshot dead show 0198c0a3f6b97d0e9f2b8f1c2d3e4a5b
    """
    from packshot.cli.dead_letters import show_letter

    show_letter(id)


@dead.command()
@click.argument("id")
def retry(id: str) -> None:
    """Send the dead letter called ID back to its queue, once what killed the worker is mended.

    \b
    Example:
      packshot dead retry 0198c0a3f6b97d0e9f2b8f1c2d3e4a5b
    """
    from packshot.cli.dead_letters import retry_letter

    retry_letter(id)


@dead.command()
@click.argument("id")
@click.confirmation_option("--yes", prompt="Throw it away for good?", help="Do not ask.")
def drop(id: str) -> None:
    """Throw the dead letter called ID away.

    \b
    Example:
      packshot dead drop 0198c0a3f6b97d0e9f2b8f1c2d3e4a5b --yes
    """
    from packshot.cli.dead_letters import drop_letter

    drop_letter(id)
