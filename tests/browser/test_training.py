"""The training room: a form for whatever a trainer takes, a curve while it learns, and the model that comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import open_page
from tests.end_to_end.test_training import PLUGINS, save_pictures
from tests.system import EmbeddedSystem

pytestmark = [pytest.mark.browser, pytest.mark.torch]

DONE = 90_000


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSystem]:
    folder = tmp_path_factory.mktemp("school")
    asyncio.run(save_pictures(folder / "home"))
    settings = {"PACKSHOT_PLUGINS_DIR": str(PLUGINS), "PACKSHOT_PLUGINS": "tiny,layout", "PACKSHOT_HOST_PROCESSES": "1"}
    with EmbeddedSystem(folder, settings) as system:
        yield system


async def test_a_model_is_trained_from_the_page(school: EmbeddedSystem, chromium: str) -> None:
    async with open_page(chromium, f"{school.url}/#training", 1280) as page:
        await expect(page.locator("#training-trainer")).to_contain_text("Brighter (tiny.brighter)", timeout=DONE)
        await page.fill("[data-field=data] input", "mugs")
        await page.fill("[data-field=steps] input[type=number]", "150")
        await page.fill("[data-field=register_as] input", "1.0.0")
        await page.click("#training-more summary")
        await page.fill("[data-field=gain] input[type=number]", "0.2")
        await page.click("#training-start")
        shown = page.locator("#training-shown")
        await expect(shown.locator("h2")).to_have_text("tiny.brighter@1.0.0", timeout=DONE)
        await expect(shown).to_contain_text("Registered as tiny.brighter@1.0.0", timeout=DONE)
        await expect(shown.locator(".curve .line").first).to_be_visible()
        await expect(shown.locator(".measured")).to_contain_text("psnr")
        assert await shown.locator("figure img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
        await expect(page.locator("[data-model='tiny.brighter@1.0.0']")).to_contain_text("1 worker", timeout=DONE)
        (training,) = school.http.get("/v1/trainings").json()
        assert training["order"]["params"]["gain"] == 0.2
        await page.reload()
        await expect(shown.locator(".curve .line").first).to_be_visible()


async def test_a_training_can_be_stopped_and_the_room_fits_a_phone(school: EmbeddedSystem, chromium: str) -> None:
    order = {"trainer": "tiny", "data": "mugs", "order": {"steps": 1_000_000}}
    training = school.http.post("/v1/trainings", json=order).json()["id"]
    async with open_page(chromium, f"{school.url}/#training/{training}", 390) as page:
        shown = page.locator("#training-shown")
        await expect(shown.locator(".curve .line").first).to_be_visible(timeout=DONE)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await shown.get_by_role("button", name="Stop").click()
        await expect(page.locator(f"[data-training='{training}']")).to_contain_text("stopped")
        await page.click("#language")
        await expect(page.locator("#training-new")).to_have_text("训练模型")
