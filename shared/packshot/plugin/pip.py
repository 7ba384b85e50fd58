"""pip, as a program of its own: importing it into a process that goes on working is not what it is made for."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from packshot.errors import BadPlugin

PATIENCE_S = 600.0
"""How long pip may take: a large library may have to be downloaded."""


def pip(command: str, wanted: Sequence[str], *flags: str, pip_args: str, python: Path | None = None) -> None:
    """`pip COMMAND FLAGS PIP_ARGS -- WANTED`, for the environment of `python` (None: ours).

    `pip_args` are the user's own, as a shell would read them. Raises BadPlugin with pip's words.
    """
    place = [] if python is None else ["--python", str(python)]
    ours = [sys.executable, "-m", "pip", *place, "--disable-pip-version-check", "--no-input", command, "--quiet", *flags]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter; what strangers name comes after the `--`
            [*ours, *shlex.split(pip_args), "--", *wanted], capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise BadPlugin(f"pip {command} took more than {PATIENCE_S:.0f} s.") from None
    if done.returncode != 0:
        raise BadPlugin(_last_words(done.stderr))


def _last_words(said: str) -> str:
    errors = re.findall(r"^ERROR: (.+)$", said, re.MULTILINE)
    return " ".join(errors) or said.strip().rpartition("\n")[2] or "pip gave no reason."
