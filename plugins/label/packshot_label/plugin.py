"""What this plugin offers."""

from __future__ import annotations

from typing import Any

from packshot.plugin import Operation, hookimpl
from packshot_label.credentials import Credentials
from packshot_label.mark import Mark


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Marks that people see, and credentials that programs check."""
    return [Mark, Credentials]
