"""`packshot serve`: one service of a distributed system."""

from __future__ import annotations

import click


@click.command(short_help="Run one service of a distributed packshot.")
@click.argument("service", nargs=-1, required=True)
def serve(service: tuple[str, ...]) -> None:
    """Run one SERVICE (or several) in this process, over the broker and store of PACKSHOT_BUS_URL and PACKSHOT_STORE_URL.

    Services: gateway, ingest, collect, preprocess, generate, edit, quality-check, train. SIGTERM lets it finish what is in
    hand; a second one ends it at once. It waits for a broker or store that is away.

    \b
    Example:
      PACKSHOT_BUS_URL=amqp://guest:guest@localhost/ PACKSHOT_STORE_URL=s3://key:secret@localhost:9000/packshot \\
        packshot serve edit
    """
    from packshot.serving import serve as serve_services

    serve_services(service)
