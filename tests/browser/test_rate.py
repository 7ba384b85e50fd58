"""People compare blind pairs on the page by key, mouse and finger, and see the ranking."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import open_page
from tests.system import EmbeddedSystem

pytestmark = pytest.mark.browser

LIGHT, DARK = 220, 40
LIGHTER = """() => {
  const value = (side) => {
    const image = document.querySelector(`#judge-${side} img`);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data[0];
  };
  return value("left") > value("right") ? "left" : "right";
}"""
KEYS = {"left": "ArrowLeft", "right": "ArrowRight"}


def import_set(up: EmbeddedSystem, name: str, value: int, pictures: int = 3) -> None:
    items = []
    for number in range(pictures):
        picture = np.full((60, 80, 3), value, np.uint8)
        picture[:4, : 4 + number] = 128
        ref = up.http.post("/v1/annotations/imports/files", content=cv2.imencode(".png", picture)[1].tobytes()).json()
        items.append({"picture": ref, "width": 80, "height": 60, "product": f"p{number}"})
    manifest = {"name": name, "created": "2026-01-01T00:00:00Z", "items": items}
    assert up.http.post("/v1/annotations/imports", json=manifest).is_success


async def enter(page: Page, person: str) -> None:
    await page.click("#rooms a[href='#rate']")
    await page.fill("#rate-person", person)
    await page.press("#rate-person", "Tab")


async def lighter(page: Page, place: str) -> str:
    """The side of the lighter picture, once the pair is there."""
    await expect(page.locator("#judge-place")).to_have_text(place)
    await page.wait_for_function("() => !document.querySelector('#judge-pair').classList.contains('loading')")
    return await page.evaluate(LIGHTER)


async def must_fit(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_two_people_compare_and_the_better_one_wins(up: EmbeddedSystem, chromium: str) -> None:
    import_set(up, "rate-light", LIGHT)
    import_set(up, "rate-dark", DARK)
    async with open_page(chromium, up.url, 1280) as page:
        await enter(page, "anna")
        await page.click("#rate-new summary")
        await page.locator("#rate-one option[value='rate-light']").wait_for(state="attached")
        await page.select_option("#rate-one", "rate-light")
        await page.select_option("#rate-other", "rate-dark")
        await page.click("#rate-form button[type=submit]")
        rating = page.locator("#rate-list .task", has_text="rate-light · rate-dark")
        await expect(rating).to_contain_text("0 of 3 by you")
        await rating.locator("[data-act=judgeIt]").click()
        await page.keyboard.press(KEYS[await lighter(page, "pair 1 of 3")])
        await lighter(page, "pair 2 of 3")
        await must_fit(page)
        await page.keyboard.press("ArrowDown")
        await lighter(page, "pair 3 of 3")
        await page.keyboard.press("Backspace")
        await page.keyboard.press(KEYS[await lighter(page, "pair 2 of 3")])
        await page.click(f"#judge-{await lighter(page, 'pair 3 of 3')}")
        await expect(page.locator("#judge-done")).to_be_visible()
        await page.click("#judge-leave")
        await rating.locator("[data-act=rankingOf]").click()
        await expect(rating.locator(".ranking li").first).to_have_attribute("data-system", "rate-light")
        await expect(rating.locator(".ranking li").first).to_contain_text("won 3, 0 ties, of 3")

    async with open_page(chromium, up.url, 390, locale="zh-CN") as page:
        await enter(page, "ben")
        rating = page.locator("#rate-list .task", has_text="rate-light · rate-dark")
        await expect(rating).to_contain_text("您已评 0 / 3")
        await rating.locator("[data-act=judgeIt]").click()
        await expect(page.locator("#judge-question")).to_have_text("哪张图更好？")
        await lighter(page, "第 1 / 3 对")
        await must_fit(page)
        await page.click("#judge-tie")
        await expect(page.locator("#judge-place")).to_have_text("第 2 / 3 对")
        await page.click("#judge-leave")
        await rating.locator("[data-act=rankingOf]").click()
        await expect(rating).to_contain_text("2 人共选 4 次")
        await must_fit(page)
