"""Can every model card be read, and are its files here?"""

from __future__ import annotations

from collections.abc import Iterator

from packshot.cli.checks.line import Line, fail, ok, warn
from packshot.errors import PackshotError
from packshot.plugin.models.folder import models_folder
from packshot.settings import Settings


def check_models(settings: Settings) -> Iterator[Line]:
    """A line for each model that cannot be used, and one for all that can. Files are looked for, not read."""
    folder, usable = models_folder(settings), []
    for name in folder.names:
        try:
            card = folder.card(name)
        except PackshotError as error:
            yield fail(f"model {name}", str(error), "Correct the card, or delete it.")
            continue
        missing = [file.name for file in folder.missing(card)]
        if missing:
            yield warn(f"model {name}", f"lacks {', '.join(missing)}", f"Run: packshot models fetch {name}")
        else:
            usable.append(name)
    if usable:
        yield ok("models", ", ".join(usable))
