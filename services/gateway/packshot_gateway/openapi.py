"""The HTTP API's own description."""

from __future__ import annotations

import json

from packshot_gateway.http.app import make_app


def document() -> str:
    """The OpenAPI document as JSON text."""
    return json.dumps(make_app().openapi(), indent=1, ensure_ascii=False) + "\n"
