"""An overlay: an environment that sees everything of ours, and in which a plugin has its own versions of what it needs."""

from __future__ import annotations

import site
import sysconfig
import venv
from collections.abc import Sequence
from pathlib import Path

import packshot
from packshot.errors import BadPlugin
from packshot.plugin.pip import pip


def make_overlay(folder: Path, requirements: Sequence[str], pip_args: str) -> Path:
    """Make it in `folder`; its Python. What we have in a fitting version is not installed again.

    Raises BadPlugin with pip's words when something cannot be had, or clashes with what packshot itself needs.
    """
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    python = folder / "bin" / "python"
    _show_ours(folder)
    # packshot is named so that the resolver keeps what packshot itself needs.
    wanted = [f"packshot=={packshot.__version__}", *requirements]
    try:
        pip("install", wanted, pip_args=pip_args, python=python)
    except BadPlugin as error:
        raise BadPlugin(f"pip cannot install what it needs ({', '.join(requirements)}): {error}") from error
    return python


def _show_ours(folder: Path) -> None:
    """Our own packages come after the overlay's. As site directories, so that editable installs are seen too."""
    inside = sysconfig.get_path("purelib", "venv", vars={"base": str(folder), "platbase": str(folder)})
    ours = [path for path in (*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])) if path]
    lines = ["import site", *(f"site.addsitedir({path!r})" for path in ours)]
    (Path(inside) / "packshot_below.pth").write_text("; ".join(lines) + "\n")
