"""`packshot train`: networks that learn from data sets."""

from __future__ import annotations

import click

SERVER = click.option("--server", metavar="URL", help="Ask the packshot that runs there. Default: this machine's own.")


class Train(click.Group):
    """A group in which the name of a trainer begins a training."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """`list`, `show` and so on; any other word is a trainer."""
        if args[0] in self.commands or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        return "start", self.commands["start"], args


@click.group(cls=Train, short_help="Train networks on data sets.", subcommand_metavar="TRAINER | COMMAND [ARGS]...")
def train() -> None:
    """Train networks on data sets. `packshot train TRAINER …` is `packshot train start TRAINER …`.

    \b
    Examples:
      packshot train trainers
      packshot train denoise --data mugs --steps 2000 --register 1.0.0
    """


@train.command("start", short_help="Train a network.")
@click.argument("trainer")
@click.option(
    "--data", default="", metavar="NAME[@DIGEST]", help="The data set. None: only pictures that are made (-s synthetic=…)."
)
@click.option("--steps", type=click.IntRange(1), help="Length, in steps of the optimiser.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Seed of all that is random.")
@click.option("--device", help="auto, cpu, cuda or cuda:N.")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the trainer.")
@click.option("-s", "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Any setting of the order: optimiser.lr=1e-4.")
@click.option("--folds", type=click.IntRange(2, 20), help="Cross-validate in so many parts before.")
@click.option(
    "--search", multiple=True, metavar="NAME=LOW..HIGH|A,B", help="Choose a setting by trials; LOW..HIGH:log by ratios."
)
@click.option("--trials", type=click.IntRange(2), help="How many settings to try.  [default: 20]")
@click.option("--parent", default="", metavar="MODEL[@VERSION]", help="A registered model to start from.")
@click.option("--name", help="What the model is to be called.  [default: as the trainer]")
@click.option("--licence", help="Licence of the weights, which the pictures decide.")
@click.option("--register", "register_as", metavar="VERSION", help="Register the model under this version; workers take it up.")
@click.option("--detach", is_flag=True, help="Do not wait for its end (with --server, or beside `packshot up`).")
@click.option("--json", "as_json", is_flag=True, help="Print the training as JSON at its end.")
@SERVER
def start(server: str | None, *, detach: bool, as_json: bool, **asked: object) -> None:
    """Train TRAINER, and show how it comes along. What is not said is as the trainer has it.

    Interrupting does not end it where `packshot up` or a server runs it; in a system of its own it goes on from its last
    checkpoint when packshot is started again. Values of -p and -s are JSON, else text; a dot goes inside.

    \b
    Examples:
      packshot train denoise --data mugs --steps 2000 -p width=32 --register 1.0.0
      packshot train cutout.net --data mugs --search optimiser.lr=1e-4..1e-2:log --trials 8
      packshot train denoise --data mugs --folds 5 --server http://packshot:8780
    """
    from packshot.cli.training import start_training

    start_training(server, asked, detach=detach, as_json=as_json)


@train.command("trainers", short_help="What can be trained.")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@SERVER
def trainers(name: str | None, server: str | None, as_json: bool) -> None:
    """List what can be trained, or show the parameters of trainer NAME.

    \b
    Example:
      packshot train trainers denoise.cnn
    """
    from packshot.cli.training import show_trainers

    show_trainers(server, name, as_json=as_json)


@train.command("list", short_help="Trainings, the newest first.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 500), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@SERVER
def list_trainings(limit: int, server: str | None, as_json: bool) -> None:
    """List trainings, the newest first.

    \b
    Example:
      packshot train list
    """
    from packshot.cli.training import show_trainings

    show_trainings(server, limit, as_json=as_json)


@train.command("show", short_help="One training.")
@click.argument("id")
@click.option("--follow", is_flag=True, help="Show how it comes along, until it has ended.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@SERVER
def show(id: str, server: str | None, *, follow: bool, as_json: bool) -> None:
    """Show how far the training ID is, and what it has made.

    \b
    Example:
      packshot train show 01979c3f5a0e7c1b9d1f2a3b4c5d6e7f --follow
    """
    from packshot.cli.training import show_training

    show_training(server, id, follow=follow, as_json=as_json)


@train.command("cancel", short_help="Stop a training.")
@click.argument("id")
@SERVER
def cancel(id: str, server: str | None) -> None:
    """Stop the training ID. What it has learnt so far is lost.

    \b
    Example:
      packshot train cancel 01979c3f5a0e7c1b9d1f2a3b4c5d6e7f
    """
    from packshot.cli.training import cancel_training

    cancel_training(server, id)
