"""The page of a server that wants API keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from packshot_gateway.database import Database
from packshot_gateway.database.keys import create_key
from tests.browser.conftest import QUIET
from tests.system import EmbeddedSystem

pytestmark = pytest.mark.browser

DONE = 120_000


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[EmbeddedSystem]:
    """`packshot up` where keys are needed."""
    with EmbeddedSystem(tmp_path, {"PACKSHOT_AUTH": "keys"}) as system:
        system.wait_ready()
        yield system


async def _make_key(system: EmbeddedSystem) -> str:
    database = Database(f"sqlite:///{system.folder / 'home' / 'packshot.db'}")
    try:
        return await create_key(database, "shop", "browser")
    finally:
        await database.close()


async def test_with_a_key_the_page_works_and_without_one_it_asks(
    locked: EmbeddedSystem, chromium: str, photos: list[Path]
) -> None:
    key = await _make_key(locked)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = await browser.new_page(locale="en-GB")
        await page.goto(locked.url)
        await expect(page.locator("#order")).to_be_hidden()
        await page.fill("#key", "pk_guessed")
        await page.press("#key", "Enter")
        await expect(page.locator("#door-problem")).to_have_text("This key is unknown or was revoked.")

        await page.fill("#key", key)
        await page.press("#key", "Enter")
        await expect(page.locator(".recipe").first).to_be_visible(timeout=DONE)
        await expect(page.locator("#door")).to_be_hidden()
        assert key not in await page.evaluate("document.cookie + JSON.stringify(localStorage)")
        await page.set_input_files("#photos", photos[:1])
        await page.click("#start")
        thumb = page.locator(".tile.ready img").first
        await expect(thumb).to_be_visible(timeout=DONE)
        await page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=await thumb.element_handle())

        await page.click("#leave")
        await expect(page.locator("#door")).to_be_visible()
        await expect(page.locator(".tile")).to_have_count(0)
        await browser.close()
