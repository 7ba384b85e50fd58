"""Operations that do everything a stranger's may do."""

import ctypes
import os
import time

import numpy as np
from pydantic import BaseModel

from packshot.errors import BadPhoto
from packshot.plugin import Operation, hookimpl

_LEAK = []


class Nothing(BaseModel):
    pass


class _Trouble(Operation[Nothing]):
    version, stage, Params = "1.0.0", "edit", Nothing


class Raise(_Trouble):
    """Raises an error of its own."""

    name = "trouble.raise"

    def run(self, frame, params, run):
        raise ValueError("seven is not even")


class Refuse(_Trouble):
    """Cannot use this photo."""

    name = "trouble.refuse"

    def run(self, frame, params, run):
        raise BadPhoto("There is nobody in this picture.")


class Hungry(_Trouble):
    """Wants more memory than there is."""

    name = "trouble.hungry"

    def run(self, frame, params, run):
        raise MemoryError


class Exit(_Trouble):
    """Ends its process."""

    name = "trouble.exit"

    def run(self, frame, params, run):
        os._exit(3)


class Segfault(_Trouble):
    """Reads from nowhere."""

    name = "trouble.segfault"

    def run(self, frame, params, run):
        ctypes.string_at(0)


class Hang(_Trouble):
    """Never ends."""

    name = "trouble.hang"
    timeout_s = 0.5

    def run(self, frame, params, run):
        while True:
            time.sleep(1)


class Leak(_Trouble):
    """Keeps 200 MB."""

    name = "trouble.leak"

    def run(self, frame, params, run):
        _LEAK.append(np.ones(200 << 20, np.uint8))
        return frame.with_finding(self.name, {"pid": os.getpid()})


class Wrong(_Trouble):
    """Returns something that is no frame."""

    name = "trouble.wrong"

    def run(self, frame, params, run):
        return frame.rgb


class Odd(_Trouble):
    """Answers with findings that nobody can write down."""

    name = "trouble.odd"

    def run(self, frame, params, run):
        return frame.with_finding(self.name, object())


@hookimpl
def packshot_operations():
    return [Raise, Refuse, Hungry, Exit, Segfault, Hang, Leak, Wrong, Odd]
