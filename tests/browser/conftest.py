"""A running packshot and a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.real.finding import missing
from tests.system import EmbeddedSystem

# Five seconds, the usual patience, are too few where several browsers share two cores.
expect.set_options(timeout=60_000)


PLUGINS = Path(__file__).parent / "plugins"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path: PACKSHOT_TEST_CHROMIUM, or what the system has."""
    path = os.environ.get("PACKSHOT_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return path or missing("browser", "apt-get install chromium, or set PACKSHOT_TEST_CHROMIUM to a Chromium or Chrome")


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSystem]:
    """`packshot up`."""
    settings = {"PACKSHOT_PLUGINS_DIR": str(PLUGINS), "PACKSHOT_HOST_PROCESSES": "1"}
    with EmbeddedSystem(tmp_path_factory.mktemp("up"), settings) as system:
        system.wait_operations(["layout.export", "inspect.compliance", "cutout.classical", "cutout.net", "browser.every-kind"])
        yield system


@asynccontextmanager
async def open_page(chromium: str, url: str, width: int, height: int = 900, locale: str = "en-GB") -> AsyncIterator[Page]:
    """The page at a window size; fails at the end if the browser's console had errors."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = await browser.new_page(viewport={"width": width, "height": height}, locale=locale)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        await page.goto(url)
        yield page
        await browser.close()
        assert not errors, errors


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two photos and a file that is none."""
    from tests.pictures import product_photo  # noqa: PLC0415 - OpenCV only where a photo is made

    paths = []
    for index in range(2):
        paths.append(tmp_path / f"mug-{index}.jpg")
        paths[-1].write_bytes(product_photo(40 + index, 1600, 1200))
    paths.append(tmp_path / "notes.jpg")
    paths[-1].write_text("this is not a picture")
    return paths
