"""The IPTC mark of how a picture was made, in a finished file."""

from __future__ import annotations

import re

_TERM = re.compile(rb"http://cv\.iptc\.org/newscodes/digitalsourcetype/([A-Za-z]+)")


def digital_source_type(content: bytes) -> str | None:
    """The term of `Iptc4xmpExt:DigitalSourceType` in a file's XMP (stored as plain text in every format), or None."""
    found = _TERM.search(content)
    return found.group(1).decode("ascii") if found else None
