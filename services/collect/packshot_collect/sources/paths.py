"""What a path says of a picture: its product and its category."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from packshot.contracts.collecting import ImportBucket, ImportFolder
from packshot.errors import BadParameters
from packshot_collect.gathering import Found

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif"}


class Reading:
    """How an import reads paths. Raises BadParameters for a pattern that cannot be used."""

    def __init__(self, order: ImportFolder | ImportBucket) -> None:
        self._order = order
        self._pattern = None if order.product in ("file", "folder") else _compiled(order.product)

    def found(self, path: str, shown: str) -> Found:
        """The picture at `path` within the source, parted by slashes; `shown` is what people know it as."""
        folder = PurePosixPath(path).parent
        category = self._order.category or ("" if folder == PurePosixPath(".") else folder.name)
        return Found(key=path, source=shown, product=self._product(path), category=category[:100], licence=self._order.licence)

    def _product(self, path: str) -> str:
        parts = PurePosixPath(path)
        if self._order.product == "folder":
            return str(parts.parent) if parts.parent != PurePosixPath(".") else "."
        if self._pattern is not None and (match := self._pattern.search(path)) and match[1]:
            return match[1]
        return str(parts.with_suffix(""))


def may_be_picture(path: str) -> bool:
    """Whether the name promises a picture. What the file then is, its content tells."""
    name = PurePosixPath(path)
    return name.suffix.lower() in SUFFIXES and not name.name.startswith(".")


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise BadParameters(f"The product pattern {pattern!r} is no regular expression: {error}.") from error
    if compiled.groups < 1:
        raise BadParameters(
            f"The product pattern {pattern!r} has no group; put the product's name in brackets, as `([^/_]+)_[0-9]+`."
        )
    return compiled
