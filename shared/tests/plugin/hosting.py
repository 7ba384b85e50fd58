"""A host that follows a folder, and what tests ask of it."""

import asyncio
from contextlib import asynccontextmanager

from packshot.plugin.host import PluginHost
from packshot.plugin.order import Order
from packshot.settings import Settings

from .conftest import ordered, photo, picture


@asynccontextmanager
async def hosting(tmp_path, **more):
    settings = Settings(
        home=tmp_path / "home", plugins_dir=tmp_path / "plugins", host_processes=1, device="cpu", plugins_poll_s=0.05, **more
    )
    host = PluginHost(settings)
    try:
        await host.start()
        yield host
    finally:
        await host.stop()


async def until(host, true, seconds=100):
    """Wait until `true()`, looking whenever the host says that something changed."""
    news = asyncio.Event()
    host.on_change.append(news.set)
    try:
        async with asyncio.timeout(seconds):
            while not (answer := true()):
                news.clear()
                await asyncio.wait({asyncio.ensure_future(news.wait())}, timeout=0.2)
    except TimeoutError:
        raise AssertionError(f"it never came true; {host.plugins}") from None
    finally:
        host.on_change.remove(news.set)
    return answer


def version_of(host, operation="hot.own"):
    return next((spec.version for spec in host.specs if spec.name == operation), None)


def state(host, name, condition):
    # Those that PACKSHOT_PLUGINS names and that are not there yet have no file.
    return next((each for each in of_folder(host) if each.name == name and each.condition is condition), None)


def of_folder(host):
    return [each for each in host.plugins if each.source != each.name]


def gated(gate):
    """What a step does that waits for a file."""
    return f"while not os.path.exists({str(gate)!r}): pass"


def order(operation="hot.own@1", version="", **more):
    return Order((ordered(operation, version=version, **more),), photo(picture()))


async def said(host, operation="hot.own@1"):
    return (await host.run(order(operation))).findings[operation.partition("@")[0]]
