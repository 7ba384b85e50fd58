"""What `packshot jobs` and `packshot cancel` do."""

from __future__ import annotations

import asyncio
from datetime import datetime

import click

from packshot.cli.console import show_json, show_table
from packshot.cli.reach import ask_gateway
from packshot.client import Client
from packshot.contracts.http import JobEvent, JobView
from packshot.contracts.state import JobState

LOOK_EVERY_S = 2.0


def show_jobs(server: str | None, state: str | None, limit: int, *, watch: bool, as_json: bool) -> None:
    """A line for each job, the newest first; with `watch`, again whenever something has changed."""

    async def show(client: Client) -> None:
        shown: list[JobView] | None = None
        while shown is None or watch:
            jobs = await client.jobs(JobState(state) if state else None, limit)
            if jobs != shown:
                _print_jobs(jobs, as_json, clear=shown is not None)
                shown = jobs
            if watch:
                await asyncio.sleep(LOOK_EVERY_S)

    ask_gateway(server, show)


def show_job(server: str | None, id: str, *, watch: bool, as_json: bool) -> None:
    """One job; with `watch`, what happens to it until it ends comes first."""

    async def show(client: Client) -> JobView:
        if watch:
            async for event in client.events(id):
                click.echo(_event_line(event), err=True)
        return await client.job(id)

    job = ask_gateway(server, show)
    if as_json:
        show_json(job.model_dump(mode="json"))
    else:
        _print_job(job)


def cancel_job(server: str | None, id: str) -> None:
    """Ask for a job to stop."""
    job = ask_gateway(server, lambda client: client.cancel(id))
    click.echo(f"{job.id}: {job.state.value}")


def _print_jobs(jobs: list[JobView], as_json: bool, clear: bool) -> None:
    if as_json:
        show_json([job.model_dump(mode="json") for job in jobs])
        return
    if clear:
        click.clear()
    rows = (
        (job.id, job.state.value, f"{job.progress:.0%}", job.recipe, job.photo.filename, _when(job.created_at), _failure(job))
        for job in jobs
    )
    show_table(("job", "state", "done", "recipe", "photo", "since", "failure"), rows)


def _print_job(job: JobView) -> None:
    click.echo(f"{job.id}: {job.recipe} of {job.photo.filename}, {job.state.value}, {job.progress:.0%} done")
    if failure := _failure(job):
        click.secho(failure, fg="red")
    for output in job.outputs:
        said = f"{output.width}×{output.height}" if output.ready else "not ready"
        click.echo(f"  {output.name}: {output.failure.message if output.failure else said}")
        for record in output.lineage:
            how = "from the cache" if record.cached else f"{record.seconds:.2f} s on {record.device}"
            click.echo(f"    {record.operation} {record.version} ({how})")


def _failure(job: JobView) -> str:
    failure = job.failure or job.photo.failure
    return failure.message if failure else ""


def _event_line(event: JobEvent) -> str:
    done = f"{event.progress:4.0%}"
    return " ".join(part for part in (_when(event.time), done, event.type, event.operation or "", event.message) if part)


def _when(time: datetime) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M:%S}"
