"""What a merchant does on the page."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import open_page
from tests.pictures import read_picture
from tests.system import EmbeddedSystem

pytestmark = pytest.mark.browser

DONE = 120_000


async def test_from_dropped_photos_to_downloaded_pictures(
    up: EmbeddedSystem, chromium: str, photos: list[Path], tmp_path: Path
) -> None:
    async with open_page(chromium, up.url, 1280) as page:
        await expect(page.locator("#start")).to_be_disabled()
        await page.set_input_files("#photos", photos)
        await expect(page.locator("#chosen li")).to_have_count(3)
        await page.locator("input[value=taobao-main]").check()
        await page.fill("input[name=title]", "Two <b>mugs</b>")
        await page.click("#start")
        listing = page.locator(".listing").first
        await expect(listing.locator("h3")).to_have_text("Two <b>mugs</b>")
        await expect(listing.locator(".tile.ready")).to_have_count(4, timeout=DONE)
        await expect(listing.locator(".tile.bad")).to_have_count(1)
        await expect(listing.locator(".tile.bad")).to_contain_text("notes.jpg")

        await listing.locator(".tile.ready", has_text="amazon-main").first.click()
        viewer = page.locator("#viewer")
        await expect(viewer).to_be_visible()
        await expect(viewer.locator(".checks li").first).to_be_visible()
        await expect(viewer.locator(".lineage li").first).to_contain_text("layout.")
        async with page.expect_download() as saved:
            await page.click("#download")
        picture = tmp_path / "saved.jpg"
        await (await saved.value).save_as(picture)
        assert read_picture(picture.read_bytes()).shape[0] >= 1000
        async with page.expect_download() as saved:
            await page.click("#report")
        await (await saved.value).save_as(tmp_path / "report.json")
        report = json.loads((tmp_path / "report.json").read_text())
        assert report["findings"]["inspect.compliance"]["checks"]
        assert report["lineage"]

        await page.keyboard.press("Escape")
        await listing.locator(".tile.ready", has_text="taobao-main").first.click()
        await expect(viewer.locator(".checks > .doubt")).to_contain_text("Confirm them with the marketplace")
        await expect(viewer.locator(".checks li .doubt").first).to_have_text("confidence: second-hand")


async def test_the_slider_moves_the_line_between_photo_and_result(up: EmbeddedSystem, chromium: str, photos: list[Path]) -> None:
    async with open_page(chromium, up.url, 1280) as page:
        await page.set_input_files("#photos", photos[:1])
        await page.click("#start")
        await page.locator(".listing").first.locator(".tile.ready").first.click(timeout=DONE)
        slide = page.locator("#slide")
        box = await slide.bounding_box()
        assert box is not None
        await page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
        assert int(await slide.input_value()) > 80
        await slide.press("Home")
        assert await slide.input_value() == "0"
        loaded = "image => image.complete && image.naturalWidth > 0"
        for side in ("#before", "#after"):
            assert await page.locator(side).evaluate(loaded)
        await page.keyboard.press("Escape")
        await expect(page.locator("#viewer")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
async def test_nothing_sticks_out_sideways(up: EmbeddedSystem, chromium: str, photos: list[Path], width: int) -> None:
    async with open_page(chromium, up.url, width) as page:
        await page.set_input_files("#photos", photos)
        await page.click("#start")
        await page.locator(".listing").first.locator(".tile.ready").first.click(timeout=DONE)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(overflow) <= 0
        assert await page.locator("#viewer").evaluate("viewer => viewer.scrollWidth - viewer.clientWidth") <= 0
        await expect(page.locator("#download")).to_be_in_viewport()


async def test_what_was_made_is_there_after_a_reload_and_in_chinese(
    up: EmbeddedSystem, chromium: str, photos: list[Path]
) -> None:
    async with open_page(chromium, up.url, 1280, locale="zh-CN") as page:
        await expect(page.locator("h1")).to_have_text("随手拍的照片，变成商品图")
        await page.set_input_files("#photos", photos[:1])
        async with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
            await page.click("#start")
        made = page.locator(f"#listing-{(await (await posted.value).json())['id']} .tile.ready").first
        await expect(made).to_be_visible(timeout=DONE)
        before = await page.locator(".listing").count()
        await page.reload()
        await expect(made).to_be_visible()
        await expect(page.locator(".listing")).to_have_count(before)
        await page.click("#language")
        await expect(page.locator("h1")).to_have_text("From a phone photo to a product picture")


async def test_recipes_stand_on_shelves_and_speak_the_language_of_the_page(up: EmbeddedSystem, chromium: str) -> None:
    async with open_page(chromium, up.url, 1280, locale="zh-CN") as page:
        marketplaces = page.locator(".shelf").first
        await expect(marketplaces.locator("summary")).to_contain_text("平台主图")
        await expect(marketplaces.locator(".recipe", has_text="京东主图")).to_be_visible()
        await page.click("#language")
        await expect(marketplaces.locator("summary")).to_contain_text("For a marketplace")
        await expect(page.locator(".recipe", has_text="One product, six colours")).to_be_visible()
        chinese = "[...document.querySelectorAll('.shelf')].filter(shelf => /\\p{Script=Han}/u.test(shelf.textContent)).length"
        assert await page.evaluate(chinese) == 0


async def test_recipes_that_can_be_made_only_later_appear_and_leave_the_choice_alone(up: EmbeddedSystem, chromium: str) -> None:
    looks = itertools.count()

    async def without_some(route: Route) -> None:
        answer = await route.fetch()
        recipes = await answer.json()
        away = {"cutout", "amazon-main"} if next(looks) == 0 else set()
        await route.fulfill(json=[recipe | {"available": recipe["name"] not in away} for recipe in recipes])

    async with open_page(chromium, up.url, 1280) as page:
        await page.route("**/v1/recipes", without_some)
        await page.reload()
        await page.locator(".recipe", has_text="Walmart primary").click()
        await expect(page.locator(".recipe", has_text="The product alone with transparency")).to_have_count(0)
        await expect(page.locator(".recipe", has_text="Amazon main")).to_be_visible(timeout=10_000)
        await expect(page.get_by_role("checkbox", name="Walmart primary")).to_be_checked()
        await expect(page.get_by_role("checkbox", name="Amazon main")).not_to_be_checked()


async def test_it_can_be_used_without_a_mouse(up: EmbeddedSystem, chromium: str) -> None:
    async with open_page(chromium, up.url, 1280) as page:
        await expect(page.locator(".recipe").first).to_be_visible()
        seen = set()
        for _ in range(60):
            await page.keyboard.press("Tab")
            seen.add(await page.evaluate("document.activeElement.id || document.activeElement.name"))
        assert {"language", "photos", "recipe", "sku"} <= seen
