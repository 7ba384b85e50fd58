"""The plugin tutorial, typed line by line as a newcomer would: from `plugin new` to a picture fetched from the HTTP API."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.documents import ROOT
from tests.pictures import read_picture
from tests.real.finding import free_port

PAGE = "docs/tutorials/write-a-plugin.md"
CHINESE = "docs/tutorials/write-a-plugin.zh-CN.md"
MINUTES = 10
ENDED = "trap 'test ! -f up.pid || kill $(cat up.pid); wait' EXIT"
STARTED = (
    "until grep -q 'packshot is at' up.txt; do sleep 0.2; done; sleep 2  # as long as a reader needs to open another terminal"
)


@dataclass(frozen=True)
class Block:
    """One fenced block, and the file that the sentence before it names."""

    language: str
    text: str
    file: str


def blocks(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    found = []
    for fence in re.finditer(r"```(\w+)\n(.*?)```", text, re.DOTALL):
        named = re.findall(r"`([\w./-]+\.(?:py|yaml))`", text[: fence.start()].rstrip().rpartition("\n\n")[2])
        found.append(Block(fence[1], fence[2], named[-1] if named else ""))
    return found


def typed(block: Block) -> str:
    """What the newcomer does with a block, in bash."""
    if block.language == "sh":
        # It keeps running in its own terminal.
        return block.text.replace("packshot up\n", f"packshot up > up.txt 2>&1 &\necho $! > up.pid\n{STARTED}\n")
    if block.language in {"python", "yaml"}:
        assert block.file, f"which file does this belong into?\n{block.text}"
        return f"cat > {block.file} <<'END_OF_FILE'\n{block.text}END_OF_FILE\n"
    return ""


@pytest.mark.timeout(600)
def test_the_tutorial_as_it_stands(tmp_path: Path) -> None:
    port, page = str(free_port()), blocks(PAGE)
    script = f"set -e\n{ENDED}\n" + "\n".join(typed(block) for block in page)
    script = script.replace("packshot up >", f"packshot up --port {port} >").replace("8780", port)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PACKSHOT_")}
    commands = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PACKSHOT_HOME": str(tmp_path / "home")}
    began = time.monotonic()
    try:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env=inherited | commands,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
    finally:
        # Where bash was killed for taking too long, it could not end what it had started.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int((tmp_path / "up.pid").read_text()), signal.SIGTERM)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert time.monotonic() - began < 60 * MINUTES
    for line in shown(page):
        assert line in done.stdout, line
    assert "checks, all passed." in done.stdout
    for name in ("vignette", "duotone"):
        assert f'"name": "my-effect.{name}"' in done.stdout
    photo, made = (read_picture((tmp_path / name).read_bytes()) for name in ("photos/mug.jpg", "duotone.png"))
    assert is_duotone(made)
    assert not is_duotone(photo)
    assert corner(made) < 0.7 * corner(photo)


def shown(page: list[Block]) -> list[str]:
    """Lines that commands of the tutorial print."""
    return [line for block in page if block.language == "text" for line in block.text.splitlines() if line.startswith("ok ")]


def is_duotone(rgb: np.ndarray) -> bool:
    """Whether the colours of its middle lie on one line, as two colours mixed do."""
    height, width = rgb.shape[0] // 8, rgb.shape[1] // 8
    middle = rgb[3 * height : 5 * height, 3 * width : 5 * width].reshape(-1, 3).astype(float)
    spread = np.linalg.svd(middle - middle.mean(axis=0), compute_uv=False)
    return bool(spread[1] < 0.05 * spread[0])


def corner(rgb: np.ndarray) -> float:
    """How bright its corner is, 0..255."""
    return float(rgb[:20, :20].mean())


def test_what_it_lists_is_what_is_written(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "packshot", "plugin", "new", "my-effect", "-o", tmp_path], check=True, timeout=60)
    listed = [line.split()[0] for block in blocks(PAGE) for line in block.text.splitlines() if line.startswith("my-effect/")]
    assert len(listed) == 5
    assert all((tmp_path / path).exists() for path in listed)


def test_the_chinese_page_has_the_same_commands() -> None:
    assert [(block.language, block.text, block.file) for block in blocks(CHINESE) if block.language != "text"] == [
        (block.language, block.text, block.file) for block in blocks(PAGE) if block.language != "text"
    ]
    assert shown(blocks(CHINESE)) == shown(blocks(PAGE))
