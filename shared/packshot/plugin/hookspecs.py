"""The hooks a plugin may implement (pluggy)."""

from __future__ import annotations

from typing import Any

import pluggy

PROJECT = "packshot"
ENTRY_POINTS = "packshot"
"""Entry-point group in which a distribution names its plugin module."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def packshot_operations() -> list[type[Any]]:
    """The operations this plugin offers: subclasses of packshot.plugin.Operation."""
    raise AssertionError("a hook specification is never called")


@hookspec
def packshot_trainers() -> list[type[Any]]:
    """The networks that packshot can train for this plugin: subclasses of packshot.training.Trainer."""
    raise AssertionError("a hook specification is never called")
