"""`packshot plugin install` and `remove`: what lies in the plugins folder."""

from __future__ import annotations

import click


@click.command("install", short_help="Put plugins into the plugins folder.")
@click.argument("plugins", nargs=-1, required=True, metavar="NAME|PATH...")
def install_plugins(plugins: tuple[str, ...]) -> None:
    """Put plugins into the plugins folder (PACKSHOT_PLUGINS_DIR), where running workers take them up within seconds.

    PATH is a .py file, a package folder, a wheel, or a distribution's folder, of which a wheel is built; NAME is fetched by pip
    (PACKSHOT_PLUGINS_PIP_ARGS says from where). An earlier version of the same plugin gives way: its work in hand is finished.

    \b
    Examples:
      packshot plugin install warmth.py
      packshot plugin install packshot-my-effect
    """
    from packshot.plugin.installing import install
    from packshot.settings import Settings

    settings = Settings.read()
    for what in plugins:
        candidate = install(what, settings.resolved_plugins_dir, settings.plugins_pip_args)
        click.echo(f"{candidate.name}\t{candidate.path}")


@click.command("remove", short_help="Take plugins out of the plugins folder.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def remove_plugins(names: tuple[str, ...]) -> None:
    """Take plugins out of the plugins folder. What they have in hand is finished; other work for them waits.

    \b
    Example:
      packshot plugin remove warmth
    """
    from packshot.plugin.installing import remove
    from packshot.settings import Settings

    settings = Settings.read()
    for name in names:
        for path in remove(name, settings.resolved_plugins_dir):
            click.echo(f"removed\t{path}")
