"""`packshot plugin canary | shadow | promote | rollback | unpin | traffic`: which version of an operation gets which work."""

from __future__ import annotations

import click

SERVER = click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: this machine's own.")
TENANT = click.option("--tenant", "tenants", multiple=True, help="Only work of this tenant. May be repeated.")
SHARE = click.FloatRange(0, 1)


@click.command(short_help="Give a version a part of the work.")
@click.argument("version", metavar="OPERATION@MAJOR")
@click.option("--share", type=SHARE, help="Which part of the work, 0..1. Default: all, where tenants are named.")
@TENANT
@SERVER
def canary(version: str, share: float | None, tenants: tuple[str, ...], server: str | None) -> None:
    """Let OPERATION@MAJOR do a part of the work. What has answered so far does the rest and stays the stable version.

    The split goes by the photo, so the same photo gets the same version again; a larger share keeps the photos of a smaller
    one. A step that pins a version is left alone, and so is work whose parameters the version does not take.

    \b
    Examples:
      packshot plugin canary denoise.cnn@2 --share 0.1
      packshot plugin canary denoise.cnn@2 --tenant acme --tenant globex
    """
    from packshot.cli.steering import start_trial

    if share is None and not tenants:
        raise click.UsageError("Say how much of the work: --share 0.1, or --tenant NAME for all work of a tenant.")
    start_trial(server, version, "canary", 1.0 if share is None else share, tenants)


@click.command(short_help="Run a version beside the work, without effect.")
@click.argument("version", metavar="OPERATION@MAJOR")
@click.option("--share", default=1.0, show_default=True, type=SHARE, help="Of which part of the work, 0..1.")
@TENANT
@SERVER
def shadow(version: str, share: float, tenants: tuple[str, ...], server: str | None) -> None:
    """Let OPERATION@MAJOR do again what the stable version has done, and show no merchant what comes out.

    It does so when nothing else waits for it, and a few photos at a time. `packshot plugin compare … --traffic` compares what
    comes out.

    \b
    Example:
      packshot plugin shadow denoise.cnn@2 --share 0.2
    """
    from packshot.cli.steering import start_trial

    start_trial(server, version, "shadow", share, tenants)


@click.command(short_help="Let a version answer from now on.")
@click.argument("operation", metavar="OPERATION[@MAJOR]")
@SERVER
def promote(operation: str, server: str | None) -> None:
    """Let the version of OPERATION that is on trial, or the one that is named, do all work from now on.

    It goes on doing it when a newer version appears. Promote the present version before you install a new one, and the new one
    gets nothing until you say so.

    \b
    Examples:
      packshot plugin promote denoise.cnn
      packshot plugin promote denoise.cnn@1
    """
    from packshot.cli.steering import promote_version

    promote_version(server, operation)


@click.command(short_help="End a trial, or undo a promotion.")
@click.argument("operation")
@SERVER
def rollback(operation: str, server: str | None) -> None:
    """End the trial of OPERATION; without one, go back to the version that answered before the last promotion.

    Without either, go back to the version below the highest: the way back from one that has just appeared.

    \b
    Example:
      packshot plugin rollback denoise.cnn
    """
    from packshot.cli.steering import roll_back

    roll_back(server, operation)


@click.command(short_help="Let the highest version answer again.")
@click.argument("operation")
@SERVER
def unpin(operation: str, server: str | None) -> None:
    """Forget what was said about the versions of OPERATION: the highest that a live worker offers answers.

    \b
    Example:
      packshot plugin unpin denoise.cnn
    """
    from packshot.cli.steering import release

    release(server, operation)


@click.command(short_help="Show which version gets which work.")
@click.argument("operation", required=False)
@click.option("--hours", default=24.0, show_default=True, type=click.FloatRange(0, min_open=True), help="Count that far back.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@SERVER
def traffic(operation: str | None, hours: float, as_json: bool, server: str | None) -> None:
    """Show what was said about the versions of OPERATION, or of all, and what each of them did: jobs, failures, seconds.

    Jobs are counted that a policy gave to a version; steps that pin one are not.

    \b
    Example:
      packshot plugin traffic denoise.cnn --hours 1
    """
    from packshot.cli.steering import show_traffic

    show_traffic(server, operation, hours, as_json=as_json)


COMMANDS: tuple[click.Command, ...] = (canary, shadow, promote, rollback, unpin, traffic)
