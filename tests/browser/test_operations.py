"""The operations room: a form for whatever a plugin takes, a picture at the end, and a list that keeps itself up to date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import open_page
from tests.system import EmbeddedSystem

pytestmark = pytest.mark.browser

DONE = 120_000
SECONDS = 5_000
OPERATION = "[data-operation='browser.every-kind@1']"


async def enter(page: Page, operation: str = OPERATION) -> None:
    await page.click("#rooms a[href='#operations']")
    await page.click(operation)


def field(name: str) -> str:
    return f"[data-field='{name}']"


async def finding(up: EmbeddedSystem, operation: str) -> dict:
    """What the newest job's operation found."""
    (output,) = up.http.get("/v1/jobs", params={"limit": 1}).json()[0]["outputs"]
    return output["findings"][operation]


async def test_a_form_says_every_kind_of_parameter(up: EmbeddedSystem, chromium: str, photos: list[Path]) -> None:
    async with open_page(chromium, up.url, 1280) as page:
        await enter(page)
        await expect(page.locator("#room-title")).to_have_text("Every kind")
        await expect(page.locator("#room-run")).to_be_disabled()
        await page.set_input_files("[data-input=photo]", photos[0])
        await page.set_input_files("[data-input=ground]", photos[1])
        await expect(page.locator(f"{field('strength')} .needed")).to_be_visible()
        await expect(page.locator(f"{field('strength')} .hint").first).to_have_text("0 leaves the picture as it is")

        await page.fill(f"{field('strength')} input[type=number]", "0.25")
        assert await page.locator(f"{field('strength')} input[type=range]").input_value() == "0.25"
        await page.locator(f"{field('passes')} input[type=range]").fill("7")
        assert await page.locator(f"{field('passes')} input[type=number]").input_value() == "7"
        await page.select_option(f"{field('mode')} select", label="hard")
        await page.uncheck(f"{field('keep')} input")
        await page.check(f"{field('limit')} .toggle input")
        await page.fill(f"{field('limit')} .inner input[type=number]", "99")
        await page.fill(f"{field('color')} input[type=color]", "#102030")
        await page.fill(f"{field('size')} .item:nth-child(2) input", "333")
        await page.click(f"{field('tags')} button:text-is('Add')")
        await page.fill(f"{field('tags')} .item:nth-child(2) input", "b")
        await page.fill(f"{field('extra')} textarea", '{"x": 0.5}')
        await page.select_option(f"{field('either')} select", label="string")
        await page.fill(f"{field('either')} .inner input", "word")
        await page.select_option(f"{field('finish')} select", label="gloss")
        await page.check(f"{field('box')} .toggle input")
        await page.fill(f"{field('box')} .item:nth-child(1) input[type=number]", "0.5")
        await page.click("#room-run")

        viewer = page.locator("#viewer")
        await expect(viewer).to_be_visible(timeout=DONE)
        await expect(viewer.locator(".lineage li")).to_contain_text("browser.every-kind 1.0.0")
        for side in ("#before", "#after"):
            await page.wait_for_function("id => document.querySelector(id).naturalWidth > 0", arg=side)
        found = await finding(up, "browser.every-kind")
        assert found["params"] == {
            "strength": 0.25, "passes": 7, "mode": "hard", "keep": False, "limit": 99,
            "light": {"angle": 45, "color": "#102030"}, "size": [640, 333], "tags": ["a", "b"], "extra": {"x": 0.5},
            "either": "word", "finish": "gloss", "box": [0.5, 0.0],
        }  # fmt: skip
        assert found["inputs"] == ["ground"]
        assert found["size"] == 1600


async def test_what_is_out_of_range_or_no_json_is_not_sent(up: EmbeddedSystem, chromium: str, photos: list[Path]) -> None:
    async with open_page(chromium, up.url, 1280) as page:
        await enter(page)
        for name, photo in zip(("photo", "ground"), photos, strict=False):
            await page.set_input_files(f"[data-input={name}]", photo)
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
        await page.fill(f"{field('passes')} input[type=number]", "12")
        await page.click("#room-run")
        await page.click("#room-reset")
        assert await page.locator(f"{field('passes')} input[type=number]").input_value() == "3"
        await page.fill(f"{field('extra')} textarea", "{x}")
        await page.click("#room-run")
        assert sent == []
        await page.click("#room-reset")
        await page.click("#room-run")
        await expect(page.locator("#viewer")).to_be_visible(timeout=DONE)
        assert (await finding(up, "browser.every-kind"))["params"]["passes"] == 3


async def test_a_generator_needs_no_photo_and_is_measured(up: EmbeddedSystem, chromium: str) -> None:
    async with open_page(chromium, up.url, 1280) as page:
        await enter(page, "[data-operation='compose.ground@1']")
        await expect(page.locator("#room-files .drop")).to_have_count(0)
        await page.fill(f"{field('width')} input[type=number]", "64")
        await page.fill(f"{field('height')} input[type=number]", "48")
        await page.select_option("#room-measure", label="Exposure")
        await page.click("#room-run")
        await expect(page.locator("#viewer")).to_be_visible(timeout=DONE)
        await expect(page.locator("#facts")).to_contain_text("64 × 48")
        await expect(page.locator("#sheet summary").first).to_have_text("Measures")
        await expect(page.locator("#before")).to_be_hidden()


@pytest.mark.alone
async def test_the_list_follows_the_workers_without_a_reload(up: EmbeddedSystem, chromium: str) -> None:
    """The page alone: what the gateway hears of workers is tested beside it."""
    views = up.http.get("/v1/operations").json()
    mine = next(view for view in views if view["name"] == "browser.every-kind")
    newcomer = {**mine, "name": "my.effect", "title": "My effect", "inputs": {}}
    shown = list(views)

    async def answer(route: Route) -> None:
        await route.fulfill(json=shown)

    async with open_page(chromium, up.url, 1280) as page:
        await page.route("**/v1/operations", answer)
        await enter(page)
        await page.fill(f"{field('passes')} input[type=number]", "5")
        shown[:] = [*views, newcomer]
        mine_now = page.locator("[data-operation='my.effect@1']")
        await expect(mine_now).to_be_visible(timeout=SECONDS)
        await expect(page.locator("#room-news")).to_have_text("my.effect@1 is there now.")
        assert await page.locator(f"{field('passes')} input[type=number]").input_value() == "5", "the form is left alone"

        wider = json.loads(json.dumps(mine))
        wider["version"] = "1.1.0"
        wider["params_schema"]["properties"]["grain"] = {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5}
        shown[:] = [*(view for view in views if view is not mine), wider]
        await expect(page.locator(field("grain"))).to_be_visible(timeout=SECONDS)
        assert await page.locator(f"{field('passes')} input[type=number]").input_value() == "5", "what was said stays"
        await expect(mine_now).to_have_count(0)

        shown[:] = [*(view for view in views if view is not mine), {**wider, "away": True, "workers": 0}]
        await expect(page.locator(OPERATION)).to_have_class("operation away", timeout=SECONDS)
        await expect(page.locator("#room-state")).to_contain_text("away")
        await expect(page.locator("#room-run")).to_have_text("Run once it is back")


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "zh-CN")])
async def test_the_room_fits_the_window_and_speaks_both_languages(
    up: EmbeddedSystem, chromium: str, photos: list[Path], width: int, locale: str
) -> None:
    async with open_page(chromium, up.url, width, locale=locale) as page:
        await enter(page)
        await page.set_input_files("[data-input=photo]", photos[0])
        assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        await expect(page.locator("#room-reset")).to_have_text("Defaults" if locale == "en-GB" else "恢复默认")
        await page.click("#language")
        await expect(page.locator("#room-reset")).to_have_text("恢复默认" if locale == "en-GB" else "Defaults")
        await page.fill("#room-search", "every kind")
        await expect(page.locator(".operation")).to_have_count(1)
        await page.reload()
        await expect(page.locator("#room-title")).to_have_text("Every kind")
