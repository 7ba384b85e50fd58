"""The command `packshot`: its commands by name, and how errors are shown."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from packshot import __version__
from packshot.cli.console import failed_by

COMMANDS = {
    "run": "packshot.cli.run:run",
    "apply": "packshot.cli.apply:apply",
    "up": "packshot.cli.up:up",
    "serve": "packshot.cli.serve:serve",
    "ops": "packshot.cli.ops:ops",
    "recipes": "packshot.cli.recipes:recipes",
    "jobs": "packshot.cli.jobs:jobs",
    "cancel": "packshot.cli.jobs:cancel",
    "doctor": "packshot.cli.doctor:doctor",
    "dead": "packshot.cli.dead:dead",
    "samples": "packshot.cli.samples:samples",
    "studio": "packshot.cli.studio:studio",
    "plugin": "packshot.cli.plugin:plugin",
    "inspect": "packshot.cli.inspect:inspect",
    "collect": "packshot.cli.collect:collect",
    "train": "packshot.cli.train:train",
    "evaluate": "packshot.cli.evaluate:evaluate",
    "models": "packshot.cli.models:models",
    "annotate": "packshot.cli.annotate:annotate",
    "rate": "packshot.cli.rate:rate",
}


class Commands(click.Group):
    """A group that imports a command when it is asked for, and shows errors as one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error becomes a sentence, unless PACKSHOT_DEBUG=1 asks for the traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get("PACKSHOT_DEBUG") == "1":
                raise
            raise failed_by(error) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="packshot %(version)s")
def main() -> None:
    """Turn product photos into finished product images.

    \b
    Try it:
      packshot samples -o photos/
      packshot run photos/ --recipe amazon-main -o out/
      packshot up --open

    Files of a system on this machine are kept in PACKSHOT_HOME. `packshot doctor` says what is wrong and how to mend it.
    """
