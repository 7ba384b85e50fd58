"""The process of one leg as the service sees it: started, listened to, stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from packshot.errors import HostCrashed, error_of
from packshot.plugin.launch import open_environment
from packshot.settings import Settings
from packshot_train.task import Task

_LONGEST_LINE = 1 << 26
_LAST_WORDS = 2000
"""Characters of its log that a crash is explained with."""


class TrainingProcess:
    """One process with torch and plugins, which may crash, hang or be killed without harm to the service."""

    def __init__(self, process: subprocess.Popen[bytes], answers: asyncio.StreamReader, log: Path) -> None:
        self._process = process
        self._answers = answers
        self._log = log

    async def answer(self) -> dict[str, Any]:
        """The next thing that it says. Raises what it says has gone wrong, and HostCrashed if it has died."""
        line = await self._answers.readline()
        if not line.endswith(b"\n"):
            raise HostCrashed(f"The process of this training ended ({await self._end()}). {_last_words(self._log)}".strip())
        message: dict[str, Any] = json.loads(line)
        if "error" in message:
            raise error_of(message["error"]["code"], message["error"]["message"])
        return message

    def stop(self) -> None:
        """Ask it to end early, with a checkpoint."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(b"stop\n")
            self._process.stdin.flush()

    async def kill(self) -> None:
        """End it and all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._end()

    async def _end(self) -> str:
        status = await asyncio.to_thread(self._process.wait)
        return f"killed by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"


@asynccontextmanager
async def training_process(task: Task, log: Path, settings: Settings) -> AsyncIterator[TrainingProcess]:
    """A process that does `task`, ended with the context. What it prints is added to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    reads, writes = os.pipe()
    try:
        process = _started(log, writes, settings)
    except BaseException:
        os.close(reads)
        raise
    finally:
        os.close(writes)
    assert process.stdin is not None
    process.stdin.write(task.model_copy(update={"answers": writes}).model_dump_json().encode() + b"\n")
    process.stdin.flush()
    answers = asyncio.StreamReader(limit=_LONGEST_LINE)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(answers), os.fdopen(reads, "rb")
    )
    child = TrainingProcess(process, answers, log)
    try:
        yield child
    finally:
        transport.close()
        await child.kill()
        process.stdin.close()


def _started(log: Path, answers: int, settings: Settings) -> subprocess.Popen[bytes]:
    plugins = {"PACKSHOT_PLUGINS_DIR": str(settings.resolved_plugins_dir), "PACKSHOT_PLUGINS": settings.plugins}
    with log.open("ab") as printed:
        return subprocess.Popen(
            [sys.executable, "-m", "packshot_train.child"],
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=subprocess.STDOUT,
            pass_fds=(answers,),
            env=open_environment() | plugins,
            # Ctrl-C in a terminal is for the service; and all that it starts can be ended at once.
            start_new_session=True,
        )


def _last_words(log: Path) -> str:
    said = log.read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:].strip().splitlines() if log.is_file() else []
    return f"It said last: {said[-1]}" if said else ""
