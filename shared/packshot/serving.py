"""Running services: wait for what they stand on, serve, drain on the first signal, exit on the second."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import Any, TypeVar

import structlog
import uvloop

from packshot.bus.connect import make_bus
from packshot.errors import BadSettings, PackshotError, TransientError
from packshot.observe.logging import configure
from packshot.service import Service, System, find_service
from packshot.settings import Settings
from packshot.store.connect import make_store

log = structlog.get_logger(__name__)

T = TypeVar("T")

CLOSING_S = 10.0
"""Services bound their own drain; so much longer may closing their connections take."""

LONGEST_PAUSE_S = 5.0
"""Between two looks at a broker or store that is away."""


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` in a fresh event loop of uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def serve(names: Sequence[str]) -> None:
    """Run these services in this process, over the broker and store of the settings, until a signal ends them.

    Raises UnknownName for a service that is not installed, BadSettings where no broker is set, and BusUnavailable or
    StoreUnavailable when they stay away past the connect timeout.
    """
    settings = Settings.read()
    services = [find_service(name) for name in names]
    if not settings.distributed:
        raise BadSettings(
            "A single service needs a broker to talk over: set PACKSHOT_BUS_URL=amqp://user:password@host:5672/, "
            "or use `packshot up`, which runs all services in one process."
        )
    configure(settings, services[0].name)
    run(_serve(settings, services))


async def _serve(settings: Settings, services: Sequence[Service]) -> None:
    system = System(settings, make_bus(settings, services[0].name), make_store(settings))
    async with AsyncExitStack() as stack:
        stack.enter_context(on_signals(system.stopping.set))
        if await open_system(system, stack):
            await serve_all(system, services)


@contextmanager
def on_signals(first: Callable[[], object]) -> Iterator[None]:
    """Call `first` on the first SIGTERM or SIGINT; end the process at once on the second."""
    loop = asyncio.get_running_loop()
    caught = False

    def stop(number: signal.Signals) -> None:
        nonlocal caught
        if caught:
            log.warning("stopped at once", signal=number.name)
            os._exit(128 + number)
        caught = True
        log.info("stopping: what is in hand is finished first; a second signal stops at once", signal=number.name)
        first()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def open_system(system: System, stack: AsyncExitStack) -> bool:
    """Open the bus and the store, waiting for both up to the connect timeout. False if told to stop meanwhile.

    `stack` closes what was opened.
    """
    for what, part in (("broker", system.bus), ("store", system.store)):
        opening = asyncio.create_task(_open_patiently(what, part.open, system.settings.bus_connect_timeout_s))
        stopping = asyncio.create_task(system.stopping.wait())
        await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not opening.done():
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
            return False
        opening.result()
        stack.push_async_callback(part.close)
    return True


async def _open_patiently(what: str, open_it: Callable[[], Awaitable[None]], timeout_s: float) -> None:
    clock = asyncio.get_running_loop().time
    give_up, pause = clock() + timeout_s, 0.5
    while True:
        try:
            return await open_it()
        except TransientError as error:
            if clock() + pause > give_up:
                raise
            log.warning("waiting for what is away", what=what, reason=str(error), for_s=round(give_up - clock()))
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_S)


async def serve_all(system: System, services: Sequence[Service]) -> None:
    """Run services until `system.stopping` is set or one of them ends, then let all of them drain.

    Raises what the first of them raised.
    """
    tasks = [asyncio.create_task(service.run(system), name=service.name) for service in services]
    stopping = asyncio.create_task(system.stopping.wait())
    ended: list[str] = []
    try:
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not system.stopping.is_set():
            ended = [task.get_name() for task in tasks if task.done()]
            log.error("a service ended by itself; stopping the others", services=ended)
        system.stopping.set()
        _, late = await asyncio.wait(tasks, timeout=system.settings.drain_s + CLOSING_S)
        for task in late:
            log.error("a service did not stop in time and was cut off; its work is delivered again", service=task.get_name())
    finally:
        for task in tasks:
            task.cancel()
        stopping.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    if ended:
        raise PackshotError(f"The service {ended[0]} ended by itself.")
