"""What a check raises."""

from __future__ import annotations

from packshot.errors import PackshotError


class ConformanceFailure(PackshotError):
    """An operation does not do what every operation must; the message tells the plugin's author what to change."""

    code = "conformance"


class NotTestable(PackshotError):
    """An operation needs what this machine does not have."""

    code = "not_testable"


def must(holds: object, message: str) -> None:
    """Raise ConformanceFailure with `message` unless `holds`."""
    if not holds:
        raise ConformanceFailure(message)
