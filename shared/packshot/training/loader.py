"""Batches, made by processes ahead of their use, always in the same order."""

from __future__ import annotations

import multiprocessing
import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import cv2
import numpy as np

from packshot.errors import HostCrashed, PackshotError
from packshot.training.examples import Examples
from packshot.training.trainer import Array

_AHEAD = 2
"""Batches in hand for each process: one that is made, one that waits."""
_LOOK_S = 2.0


@dataclass(frozen=True)
class Rows:
    """Which examples of each batch are wanted: all of them, or one device's part."""

    batch: int
    first: int
    count: int

    def numbers(self, number: int) -> range:
        """The examples of batch `number`."""
        return range(number * self.batch + self.first, number * self.batch + self.first + self.count)


@dataclass(frozen=True)
class _Layout:
    """Where the arrays of a batch lie in a slot of shared memory."""

    fields: tuple[tuple[str, tuple[int, ...], str], ...]

    @staticmethod
    def of(example: dict[str, Array], rows: int) -> _Layout:
        return _Layout(tuple((name, (rows, *array.shape), array.dtype.str) for name, array in example.items()))

    @property
    def bytes(self) -> int:
        return sum(_padded(int(np.prod(shape)) * np.dtype(dtype).itemsize) for _, shape, dtype in self.fields)

    def views(self, memory: SharedMemory, slot: int) -> dict[str, Array]:
        offset, views = slot * self.bytes, {}
        for name, shape, dtype in self.fields:
            views[name] = np.ndarray(shape, dtype, buffer=memory.buf, offset=offset)
            offset += _padded(views[name].nbytes)
        return views


def _padded(size: int) -> int:
    return -(-size // 64) * 64


@contextmanager
def batches(examples: Examples, rows: Rows, start: int, processes: int) -> Iterator[Iterator[dict[str, Array]]]:
    """Batches from number `start` on; with `processes` 0 each is made when it is asked for.

    Iterating raises what reading a picture or the trainer raises, and HostCrashed if a process ended of itself.
    """
    if not processes:
        yield _one_by_one(examples, rows, start)
        return
    loader = _Loader(examples, rows, start, processes)
    try:
        yield loader
    finally:
        loader.close()


def _one_by_one(examples: Examples, rows: Rows, start: int) -> Iterator[dict[str, Array]]:
    number = start
    while True:
        made = [examples.example(each) for each in rows.numbers(number)]
        yield {name: np.stack([one[name] for one in made]) for name in made[0]}
        number += 1


@dataclass(frozen=True)
class _Given:
    """What each process is told once."""

    examples: Examples
    rows: Rows
    layout: _Layout
    memory: str
    parent: int


class _Loader:
    def __init__(self, examples: Examples, rows: Rows, start: int, processes: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._layout = _Layout.of(examples.example(rows.numbers(start)[0]), rows.count)
        slots = _AHEAD * processes
        self._memory = SharedMemory(create=True, size=slots * self._layout.bytes)
        self._tasks: Any = spawn.Queue()
        self._done: Any = spawn.Queue()
        self._next, self._ready = start, dict[int, int]()
        self._asked = start
        given = _Given(examples, rows, self._layout, self._memory.name, os.getpid())
        self._processes: list[SpawnProcess] = [
            spawn.Process(target=_work, args=(given, self._tasks, self._done), daemon=True) for _ in range(processes)
        ]
        for process in self._processes:
            process.start()
        for slot in range(slots):
            self._ask(slot)

    def __iter__(self) -> Iterator[dict[str, Array]]:
        return self

    def __next__(self) -> dict[str, Array]:
        while self._next not in self._ready:
            number, slot, failure = self._answer()
            if failure is not None:
                raise failure
            self._ready[number] = slot
        slot = self._ready.pop(self._next)
        batch = {name: view.copy() for name, view in self._layout.views(self._memory, slot).items()}
        self._next += 1
        self._ask(slot)
        return batch

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.join()
        for each in (self._tasks, self._done):
            each.close()
            each.cancel_join_thread()
        self._memory.close()
        self._memory.unlink()

    def _ask(self, slot: int) -> None:
        self._tasks.put((self._asked, slot))
        self._asked += 1

    def _answer(self) -> tuple[int, int, Exception | None]:
        while True:
            with suppress(queue.Empty):
                answer: tuple[int, int, Exception | None] = self._done.get(timeout=_LOOK_S)
                return answer
            if not all(process.is_alive() for process in self._processes):
                raise HostCrashed("A process that prepares examples has died, as it does when memory runs out.")


def _work(given: _Given, tasks: Any, done: Any) -> None:
    cv2.setNumThreads(1)
    memory = SharedMemory(given.memory)
    while True:
        try:
            number, slot = tasks.get(timeout=_LOOK_S)
        except queue.Empty:
            if os.getppid() != given.parent:
                return
            continue
        try:
            _fill(given.layout.views(memory, slot), given.examples, given.rows.numbers(number))
            done.put((number, slot, None))
        except Exception as error:
            done.put((number, slot, _sendable(error)))


def _fill(views: dict[str, Array], examples: Examples, numbers: range) -> None:
    for row, number in enumerate(numbers):
        example = examples.example(number)
        for name, view in views.items():
            view[row] = example[name]


def _sendable(error: Exception) -> Exception:
    """Exceptions of strangers may not be picklable, and say little without their kind."""
    return error if isinstance(error, PackshotError) else RuntimeError(f"{type(error).__name__}: {error}")
