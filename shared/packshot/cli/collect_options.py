"""What the commands of `packshot collect` have in common: their options, and the order that these add up to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Command], Command]

SERVER = click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: this machine's own.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
NAME = click.argument("name")
NEW_NAME = click.option("--as", "new_name", metavar="NAME", help="Make a data set of another name. Default: a version of NAME.")


def _together(*options: Option[Any]) -> Option[Any]:
    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


PICTURES = _together(
    click.option("--name", "new_name", metavar="NAME", required=True, help="What the data set is to be called."),
    click.option("--licence", required=True, help="What the pictures may be used under: CC-BY-4.0, `own`, …"),
    click.option("--category", default="", help="What all of them show. Default: the folder's name, or nothing."),
    click.option("--most", default=20_000, show_default=True, type=click.IntRange(1), help="Take at most so many pictures."),
    click.option("--clean", "cleaned", is_flag=True, help="Leave out what is tiny, blurred or twice there."),
    click.option("--split", "parted", is_flag=True, help="Part products into training, validation and test."),
)
PRODUCT = click.option(
    "--product",
    default="file",
    show_default=True,
    help="What makes one product: `file`, `folder`, or a regular expression over the path whose first group names it.",
)
CLEAN = _together(
    click.option("--min-side", type=click.IntRange(1), help="Pixels that the shorter side must have. Default: 128."),
    click.option("--max-aspect", type=click.FloatRange(1), help="How many times longer a side may be. Default: 4."),
    click.option("--max-blur", type=click.FloatRange(0, 1), help="The strongest blur taken, 0 to 1. Default: 0.7."),
    click.option(
        "--duplicates",
        type=click.IntRange(-1, 64),
        help="Bits of 256 in which one picture may differ; -1 keeps all. Default: 14.",
    ),
    click.option("--outliers", type=click.FloatRange(0), help="Leave out what is so many deviations unlike its category, as 6."),
)
SPLIT = _together(
    click.option(
        "--validation", type=click.FloatRange(0, 1, max_open=True), help="Share of products for validation. Default: 0.1."
    ),
    click.option("--test", type=click.FloatRange(0, 1, max_open=True), help="Share of products for the test. Default: 0.1."),
    click.option("--seed", type=int, help="Another seed parts them in another way. Default: 0."),
    click.option(
        "--alike", type=click.IntRange(-1, 64), help="Bits in which pictures of one product may differ; -1: none do. Default: 40."
    ),
)
AUGMENT = _together(
    click.argument("pipeline", type=click.Path(path_type=Path, exists=True, dir_okay=False)),
    click.option("--copies", default=1, show_default=True, type=click.IntRange(1, 100), help="How many of each picture."),
)

_CLEANING = ("min_side", "max_aspect", "max_blur", "duplicates", "outliers")
_GROUPING = ("validation", "test", "seed", "alike")


def cleaning_of(asked: dict[str, Any]) -> dict[str, Any]:
    """What is to be left out, as an order says it."""
    return _given(asked, _CLEANING)


def grouping_of(asked: dict[str, Any]) -> dict[str, Any]:
    """How products are to be parted, as an order says it."""
    return _given(asked, _GROUPING)


def order_of(source: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """The order for pictures from outside. Saying how to clean or to split asks for it."""
    for name in ("licence", "category", "most"):
        source[name] = asked[name]
    clean, split = cleaning_of(asked), grouping_of(asked)
    return {
        "name": asked["new_name"],
        "source": source,
        "clean": clean if clean or asked["cleaned"] else None,
        "split": split if split or asked["parted"] else None,
    }


def _given(asked: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: asked[name] for name in names if asked.get(name) is not None}
