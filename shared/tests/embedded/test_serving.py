"""Running services: patient with what is away, drained on the first signal, failing together."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from packshot.bus.memory import MemoryBus
from packshot.errors import BusUnavailable, PackshotError, StoreUnavailable
from packshot.service import System
from packshot.serving import on_signals, open_system, serve_all
from packshot.settings import Settings
from packshot.store.filesystem import FilesystemStore

PACKSHOT = Path(sys.executable).with_name("packshot")


class Late:
    """A part that answers at the third attempt, or never."""

    def __init__(self, attempts: float) -> None:
        self.attempts = attempts
        self.is_open = False

    async def open(self) -> None:
        self.attempts -= 1
        if self.attempts > 0:
            raise StoreUnavailable("Not yet.")
        self.is_open = True

    async def close(self) -> None:
        self.is_open = False


def system(tmp_path, **given) -> System:
    settings = Settings(home=tmp_path, drain_s=1, **given)
    return System(settings, MemoryBus(settings.retry_delays_s), FilesystemStore(tmp_path / "store"))


async def test_store_that_is_late_is_waited_for_and_closed_at_the_end(tmp_path):
    late = Late(attempts=3)
    made = system(tmp_path)
    made.store = late
    async with AsyncExitStack() as stack:
        assert await open_system(made, stack)
        assert late.is_open
    assert not late.is_open


async def test_store_that_stays_away_past_the_timeout_is_an_error(tmp_path):
    made = system(tmp_path, bus_connect_timeout_s=0.2)
    made.store = Late(attempts=float("inf"))
    async with AsyncExitStack() as stack:
        with pytest.raises(StoreUnavailable, match="Not yet"):
            await open_system(made, stack)


async def test_waiting_ends_when_told_to_stop(tmp_path):
    made = system(tmp_path)
    made.store = Late(attempts=float("inf"))
    asyncio.get_running_loop().call_later(0.1, made.stopping.set)
    async with AsyncExitStack() as stack:
        assert not await asyncio.wait_for(open_system(made, stack), 5)


class Steady:
    """A service that serves until told to stop, and drains."""

    name = "steady"
    drained = False

    async def run(self, system: System) -> None:
        await system.stopping.wait()
        self.drained = True


class Stumbling:
    """A service that fails."""

    name = "stumbling"

    async def run(self, system: System) -> None:
        raise BusUnavailable("Gone.")


class Leaving:
    """A service that ends by itself."""

    name = "leaving"

    async def run(self, system: System) -> None:
        pass


class Stuck:
    """A service that does not drain."""

    name = "stuck"

    async def run(self, system: System) -> None:
        await asyncio.sleep(3600)


async def test_services_drain_when_told_to_stop(tmp_path):
    made, steady = system(tmp_path), Steady()
    asyncio.get_running_loop().call_later(0.05, made.stopping.set)
    await serve_all(made, [steady])
    assert steady.drained


async def test_service_that_fails_stops_the_others_in_order(tmp_path):
    made, steady = system(tmp_path), Steady()
    with pytest.raises(BusUnavailable, match="Gone"):
        await serve_all(made, [steady, Stumbling()])
    assert steady.drained


async def test_service_that_ends_by_itself_is_an_error(tmp_path):
    with pytest.raises(PackshotError, match="leaving ended by itself"):
        await serve_all(system(tmp_path), [Steady(), Leaving()])


async def test_service_that_does_not_drain_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr("packshot.serving.CLOSING_S", 0.0)
    made = system(tmp_path)
    made.stopping.set()
    await asyncio.wait_for(serve_all(made, [Stuck()]), 10)


async def test_first_signal_is_told(tmp_path):
    told = asyncio.Event()
    with on_signals(told.set):
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(told.wait(), 5)


def serve(*services: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PACKSHOT_")}
    given = {f"PACKSHOT_{name}": value for name, value in env.items()}
    return subprocess.run(
        [PACKSHOT, "serve", *services], capture_output=True, text=True, env=clean | given, timeout=60, check=False
    )


def test_serve_without_a_broker_says_what_to_set():
    done = serve("ingest")
    assert done.returncode == 1
    assert "PACKSHOT_BUS_URL=amqp://" in done.stderr
    assert "packshot up" in done.stderr


def test_serve_of_an_unknown_service_says_what_is_near():
    done = serve("gatway", BUS_URL="amqp://127.0.0.1:9/")
    assert done.returncode == 2
    assert "Did you mean gateway?" in done.stderr


def test_serve_gives_up_on_a_broker_that_stays_away(tmp_path):
    done = serve("ingest", BUS_URL="amqp://me:hidden@127.0.0.1:9/", BUS_CONNECT_TIMEOUT_S="1", HOME=str(tmp_path))
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stderr + done.stdout
