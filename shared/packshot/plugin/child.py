"""The plugin-host child: imports its plugins and runs operations, one request at a time. packshot.confined starts it.

It ends when the worker's end of the socket closes.
"""

from __future__ import annotations

import socket
from dataclasses import asdict

import cv2
import psutil

from packshot.errors import OperationFailed
from packshot.importing import uncollected
from packshot.plugin.instances import Instances
from packshot.plugin.launch import Launch, read_cards
from packshot.plugin.models.shelf import SHELF
from packshot.plugin.registry import Registry
from packshot.plugin.scratch import Scratch
from packshot.plugin.wire import Message, packed, receive
from packshot.plugin.work import Work


def serve(socket_fd: int, inbox_fd: int, outbox_fd: int, arguments: str) -> None:
    """Answer requests until there is nobody to ask."""
    launch = Launch.model_validate_json(arguments)
    cv2.setNumThreads(launch.threads)
    sock = socket.socket(fileno=socket_fd)

    def say(message: Message) -> None:
        sock.sendall(packed(message))

    inbox, outbox, myself = Scratch(inbox_fd), Scratch(outbox_fd), psutil.Process()
    SHELF.stock(read_cards(inbox))
    with uncollected():
        registry = Registry(launch.find_plugins())
    specs = [offered.spec.model_dump(mode="json") for offered in registry]
    failures = [asdict(failure) for failure in registry.failures]
    trainers = [spec.model_dump(mode="json") for spec in registry.trainers.values()]
    say({"specs": specs, "trainers": trainers, "failures": failures, "families": sorted(SHELF.families)})
    work = Work(Instances(registry, launch.devices), inbox, say)
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
