"""Are the PACKSHOT_ variables known, and can they be used?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

from packshot.cli.checks.line import Line, fail, ok, warn
from packshot.client import API_KEY
from packshot.errors import BadSettings, nearest
from packshot.service import SERVICES
from packshot.settings import Settings

OWN = {API_KEY, "PACKSHOT_DEBUG"}
"""Read beside the settings: by the client and by the command line."""


def check_services() -> Iterator[Line]:
    """Can every installed service be imported? Afterwards their settings are known."""
    names = []
    for entry in sorted(entry_points(group=SERVICES)):
        try:
            entry.load()
        except Exception as error:
            yield fail(
                f"service {entry.name}",
                f"{type(error).__name__}: {error}",
                f"Install {_home_of(entry)} again.",
            )
        else:
            names.append(entry.name)
    if names:
        yield ok("services", ", ".join(names))
    else:
        yield fail("services", "none is installed", "Install packshot-gateway, packshot-ingest and the workers' distributions.")


def check_settings() -> Iterator[Line]:
    """Each variable that is set, those of all services too."""
    kinds = list(_kinds(Settings))
    known = {f"PACKSHOT_{name.upper()}" for kind in kinds for name in kind.model_fields} | OWN
    given = sorted(name for name in os.environ if name.startswith("PACKSHOT_"))
    for name in given:
        if name not in known:
            yield warn(name, "no service reads this variable", nearest(name, sorted(known)))
    wrong = set()
    for kind in kinds:
        try:
            kind.read()
        except BadSettings as error:
            wrong.add(str(error))
    for sentence in sorted(wrong):
        yield fail("settings", sentence, "Correct the variable, or unset it to have the default.")
    if not wrong:
        yield ok("settings", ", ".join(name for name in given if name in known) or "all are the defaults")


def _home_of(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module


def _kinds(kind: type[Settings]) -> Iterator[type[Settings]]:
    yield kind
    for further in kind.__subclasses__():
        yield from _kinds(further)
