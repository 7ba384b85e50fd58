"""`packshot jobs` and `packshot cancel`: what is under way, and stopping it."""

from __future__ import annotations

import click


@click.command(short_help="List jobs and what became of them.")
@click.argument("id", required=False)
@click.option(
    "--state", type=click.Choice(["accepted", "running", "finished", "failed", "cancelled"]), help="Only jobs in this state."
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many to list.")
@click.option("--watch", is_flag=True, help="Go on showing what changes, until Ctrl-C or the job's end.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: this machine's own.")
def jobs(*, id: str | None, state: str | None, limit: int, watch: bool, as_json: bool, server: str | None) -> None:
    """List the newest jobs, or show the one called ID with its outputs and why it failed.

    \b
    Examples:
      packshot jobs --state failed
      packshot jobs 0198c0a3f6b97d0e9f2b8f1c2d3e4a5b --watch
    """
    from packshot.cli.job_list import show_job, show_jobs

    if id is None:
        show_jobs(server, state, limit, watch=watch, as_json=as_json)
    else:
        show_job(server, id, watch=watch, as_json=as_json)


@click.command(short_help="Stop a job.")
@click.argument("id")
@click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: this machine's own.")
def cancel(id: str, server: str | None) -> None:
    """Stop the job called ID before its next step.

    \b
    Example:
      packshot cancel 0198c0a3f6b97d0e9f2b8f1c2d3e4a5b
    """
    from packshot.cli.job_list import cancel_job

    cancel_job(server, id)
