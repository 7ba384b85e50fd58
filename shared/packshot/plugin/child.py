"""The plugin-host child: `python -m packshot.plugin.child SOCKET INBOX OUTBOX LAUNCH`, started by a worker, never by hand.

It imports plugins and runs operations, one request at a time, and ends when the worker's end of the socket closes.
"""

from __future__ import annotations

import ctypes
import signal
import socket
import sys
from dataclasses import asdict

import cv2
import psutil

from packshot.errors import OperationFailed
from packshot.plugin.discovery import find_plugins
from packshot.plugin.instances import Instances
from packshot.plugin.launch import Launch
from packshot.plugin.registry import Registry
from packshot.plugin.scratch import Scratch
from packshot.plugin.wire import Message, packed, receive
from packshot.plugin.work import Work

_PR_SET_PDEATHSIG = 1


def main(socket_fd: int, inbox_fd: int, outbox_fd: int, launch: Launch) -> None:
    """Answer requests until there is nobody to ask."""
    _die_with_the_worker()
    cv2.setNumThreads(launch.threads)
    sock = socket.socket(fileno=socket_fd)

    def say(message: Message) -> None:
        sock.sendall(packed(message))

    registry = Registry(find_plugins(launch.plugins_dir), launch.plugins)
    specs = [offered.spec.model_dump(mode="json") for offered in registry]
    say({"specs": specs, "failures": [asdict(failure) for failure in registry.failures]})
    outbox, myself = Scratch(outbox_fd), psutil.Process()
    work = Work(Instances(registry, launch.devices), Scratch(inbox_fd), say)
    while (request := receive(sock)) is not None:
        reply, blobs = work.answer(request)
        outbox.write(blobs)
        reply["memory_mb"] = myself.memory_info().rss >> 20
        sock.sendall(_packed(reply))


def _packed(reply: Message) -> bytes:
    try:
        return packed(reply)
    except Exception as error:
        message = f"An operation answered with findings or repairs that are not JSON ({error})."
        items = [item if "error" in item else _failed(message, len(item["done"]) - 1) for item in reply["items"]]
        return packed({**reply, "items": items})


def _failed(message: str, step: int) -> Message:
    return {"error": {"code": OperationFailed.code, "message": message, "step": step}}


def _die_with_the_worker() -> None:
    # The socket's end is noticed between requests; this also ends a request that hangs, when the worker is killed.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Launch.model_validate_json(sys.argv[4]))
