"""`packshot rate`: people compare pairs of pictures without knowing whose they are."""

from __future__ import annotations

import click

SERVER = click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: this machine's own.")


@click.group(short_help="Let people compare systems by blind pairs.")
def rate() -> None:
    """Let people choose between two pictures in the web page, without knowing whose they are, and rank systems by it.

    \b
    Example:
      packshot rate start net=cut-by-net classical=cut-by-hand --reference mugs --pairs 100
      packshot up --open      # the room "Rate"
      packshot rate ranking RATING
    """


@rate.command("start")
@click.argument("systems", nargs=-1, required=True, metavar="NAME=DATASET[@DIGEST]...")
@click.option("--question", default="", help="What people are asked. Default: which picture is better.")
@click.option(
    "--match",
    default="product",
    show_default=True,
    type=click.Choice(["product", "category", "any"]),
    help="What the pictures of a pair have in common: answers to one input have a product.",
)
@click.option("--reference", metavar="NAME[@DIGEST]", help="A data set whose picture of the product is shown beside the pair.")
@click.option("--pairs", default=100, show_default=True, type=click.IntRange(1, 5000), help="At most so many, evenly taken.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Another one takes other pairs.")
@SERVER
def start(*, systems: tuple[str, ...], server: str | None, **asked: object) -> None:
    """Start a rating of two systems or more, each a data set with its pictures. People find it in the web page's room "Rate".

    \b
    Examples:
      packshot rate start net=cut-by-net classical=cut-by-hand --reference mugs
      packshot rate start gan=samples-of-gan real=mugs --match category --pairs 200
    """
    from packshot.cli.rating import start_rating

    start_rating(server, systems, asked)


@rate.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="How many to list.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@SERVER
def list_ratings(limit: int, as_json: bool, server: str | None) -> None:
    """List the ratings, the newest first, with how far they are.

    \b
    Example:
      packshot rate list
    """
    from packshot.cli.rating import show_ratings

    show_ratings(server, limit, as_json=as_json)


@rate.command("ranking")
@click.argument("rating")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@SERVER
def ranking(rating: str, as_json: bool, server: str | None) -> None:
    """Rank the systems by how often people prefer them: Bradley-Terry strengths, a tie half a win, with 95 % intervals.

    \b
    Example:
      packshot rate ranking 0198c0a3f6b97d0e9f2b8f1c2d3e4a5b
    """
    from packshot.cli.rating import show_ranking

    show_ranking(server, rating, as_json=as_json)
