"""Hands each new picture of a folder, or of a list on standard input, in together with a good sample."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from packshot.cli.batch.photos import PICTURE_SUFFIXES, Photo, find_photos
from packshot.cli.batch.progress import Lines
from packshot.cli.batch.runner import Batch, Order, Results
from packshot.cli.batch.session import as_recipe, settled
from packshot.cli.home import log_to_file
from packshot.cli.reach import reach
from packshot.serving import on_signals, run
from packshot.settings import Settings

_AT_A_TIME = 4
_FAILS = "fail"


@dataclass(frozen=True)
class Line:
    """A production line: where its pictures come, what they are compared with, and where the results go."""

    folder: Path
    """`-`: standard input says which pictures have come."""
    golden: Path
    recipe: str
    out: Path
    every_s: float


def watch_line(line: Line, server: str | None) -> int:
    """Watch until a signal, or until the end of standard input; the exit status. Raises what stops the whole watch."""
    settings = Settings.read()
    line.out.mkdir(parents=True, exist_ok=True)
    results = Results()
    if server is None:
        log_to_file(settings)
    run(_until_signal(line, settings, server, results))
    failed = any(_FAILS in output.verdicts.values() for output in results.outputs)
    return 1 if failed or results.faults else 0


async def _until_signal(line: Line, settings: Settings, server: str | None, results: Results) -> None:
    watching = asyncio.create_task(_watch(line, settings, server, results))
    with on_signals(watching.cancel), suppress(asyncio.CancelledError):
        await watching


async def _watch(line: Line, settings: Settings, server: str | None, results: Results) -> None:
    # Before anything is started: what comes meanwhile is new.
    known = set() if str(line.folder) == "-" else set(_pictures(line))
    room, lines = asyncio.Semaphore(_AT_A_TIME), Lines()
    order = Order([as_recipe(line.recipe)], line.out, together=True)
    async with reach(server, settings, wait=True) as client:
        batch = Batch(client, await settled(client, order), lines, results)
        lines.note(
            "Reading paths from standard input." if str(line.folder) == "-" else f"Watching {line.folder}; Ctrl-C ends it."
        )
        async with asyncio.TaskGroup() as group:
            async for path in _arrivals(line, known):
                photos, faults = find_photos([path], line.out)
                results.faults += faults
                for fault in faults:
                    lines.failed(fault)
                if photos:
                    await room.acquire()
                    task = group.create_task(batch.run([*photos, Photo(line.golden, line.golden.stem)]))
                    task.add_done_callback(lambda _: room.release())


async def _arrivals(line: Line, known: set[Path]) -> AsyncIterator[Path]:
    """Pictures as they come: new ones in the folder once they are whole, or those that standard input names."""
    if str(line.folder) == "-":
        while named := await asyncio.to_thread(sys.stdin.readline):
            if named.strip():
                yield Path(named.strip())
        return
    growing: dict[Path, int] = {}
    while True:
        now = {path: path.stat().st_size for path in _pictures(line) if path not in known}
        for path, size in now.items():
            if size and growing.get(path) == size:
                known.add(path)
                yield path
        growing = now
        await asyncio.sleep(line.every_s)


def _pictures(line: Line) -> list[Path]:
    results = line.out.resolve()
    found = (path for path in sorted(line.folder.iterdir()) if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file())
    return [path for path in found if path.resolve().parent != results]
