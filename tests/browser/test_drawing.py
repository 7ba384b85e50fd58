"""Where an operation is told where to work, a merchant draws it on the photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import open_page
from tests.browser.pad import Pad
from tests.browser.test_operations import enter, field
from tests.pictures import product_photo, read_picture
from tests.system import EmbeddedSystem

pytestmark = pytest.mark.browser

DONE = 120_000
WIDTH, HEIGHT = 480, 360


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "mug.jpg"
    path.write_bytes(product_photo(5, WIDTH, HEIGHT))
    return path


def pad(page: Page) -> Pad:
    return Pad(page, ".pad-dialog canvas", WIDTH, HEIGHT)


async def test_an_object_is_removed_by_painting_over_it(up: EmbeddedSystem, chromium: str, photo: Path) -> None:
    async with open_page(chromium, up.url, 1280) as page:
        await enter(page, "[data-operation='inpaint.telea@1']")
        await page.click("#room-draw")
        await expect(page.locator("#room-complaint")).to_have_text("Choose the photo first.")
        await page.set_input_files("[data-input=photo]", photo)
        await page.click("#room-draw")
        await pad(page).drag((366, 130), (366, 230))
        await page.click(".pad-dialog [data-act=polygon]")
        await pad(page).click((322, 125), (380, 125), (380, 235), (322, 235), (322, 125))
        await page.click(".pad-dialog [data-act=use]")
        await expect(page.locator(".drop.small", has_text="mask.png")).to_be_visible()
        await page.click("#room-run")
        await expect(page.locator("#viewer")).to_be_visible(timeout=DONE)
    (output,) = up.http.get("/v1/jobs", params={"limit": 1}).json()[0]["outputs"]
    made = read_picture(up.http.get(f"/v1/artifacts/{output['artifact']['digest']}").content).astype(int)
    before = read_picture(product_photo(5, WIDTH, HEIGHT)).astype(int)
    changed = np.abs(made - before).max(axis=2) > 8
    assert changed[165:195, 360:369].mean() > 0.8, "the handle of the mug is gone"
    assert not changed[:, :300].any(), "what was not painted stays"


async def test_a_box_becomes_parameters_in_the_unit_that_the_operation_takes(
    up: EmbeddedSystem, chromium: str, photo: Path
) -> None:
    async with open_page(chromium, up.url, 1280) as page:
        for operation, scale in (("layout.crop", (1, 1)), ("cutout.classical", (1 / WIDTH, 1 / HEIGHT))):
            await enter(page, f"[data-operation='{operation}@1']")
            await page.set_input_files("[data-input=photo]", photo)
            await page.click("#room-draw")
            await page.click(".pad-dialog [data-act=box]")
            await pad(page).drag((120, 60), (360, 300))
            await page.click(".pad-dialog [data-act=use]")
            numbers = page.locator(f"{field('box')} input[type=number]")
            await expect(numbers).to_have_count(4)
            found = [float(await numbers.nth(place).input_value()) for place in range(4)]
            wanted = [value * scale[place % 2] for place, value in enumerate((120, 60, 360, 300))]
            assert np.allclose(found, wanted, atol=2 * scale[0]), operation


async def test_who_thinks_better_of_it_changes_nothing(up: EmbeddedSystem, chromium: str, photo: Path) -> None:
    async with open_page(chromium, up.url, 390) as page:
        await enter(page, "[data-operation='layout.crop@1']")
        await page.set_input_files("[data-input=photo]", photo)
        await page.click("#room-draw")
        await pad(page).drag((120, 60), (360, 300))
        await page.keyboard.press("Escape")
        await expect(page.locator(".pad-dialog")).to_have_count(0)
        await expect(page.locator(f"{field('box')} .toggle input")).not_to_be_checked()
