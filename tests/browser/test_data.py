"""The data room: a collection is started, followed, and what was left out is seen with its reasons."""

from __future__ import annotations

import os
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.async_api import expect

from .conftest import open_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SHOTS = os.environ.get("PACKSHOT_TEST_SHOTS")


def photo(seed: int) -> np.ndarray:
    """A picture of shapes that no other seed has."""
    random = np.random.default_rng(seed)
    picture = np.full((300, 360, 3), random.integers(190, 250, 3), np.uint8)
    for _ in range(8):
        colour = tuple(int(value) for value in random.integers(0, 230, 3))
        x, y = int(random.integers(30, 300)), int(random.integers(30, 250))
        cv2.circle(picture, (x, y), int(random.integers(15, 60)), colour, -1, cv2.LINE_AA)
    return picture


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve good pictures of two categories, one twice, one blurred, one broken."""
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(12):
        (folder / ("mugs" if number % 2 else "cups")).mkdir(exist_ok=True)
        cv2.imwrite(str(folder / ("mugs" if number % 2 else "cups") / f"{number}.jpg"), photo(number))
    cv2.imwrite(str(folder / "mugs" / "again.jpg"), cv2.resize(photo(1), None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA))
    cv2.imwrite(str(folder / "mugs" / "soft.jpg"), cv2.GaussianBlur(photo(30), (0, 0), 7))
    (folder / "mugs" / "cut.jpg").write_bytes((folder / "mugs" / "1.jpg").read_bytes()[:3000])
    return folder


async def shoot(page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "zh-CN")])
async def test_from_the_form_to_the_rejections(up, chromium, pictures, width, locale):
    english = locale.startswith("en")
    name = f"things-{width}"
    async with open_page(chromium, f"{up.url}/#data", width, locale=locale) as page:
        form = page.locator("#data-form")
        await expect(form).to_be_visible()
        await expect(page.locator("#order")).to_be_hidden()
        await shoot(page, f"data-form-{width}")
        await form.locator("[name=name]").fill(name)
        await form.locator("[name=path]").fill(str(pictures))
        await form.locator("[name=licence]").fill("own")
        await page.locator("#data-start").click()
        await expect(page).to_have_url(re.compile(f"#data/{name}$"))
        await expect(page.locator("#data-grid .tile")).to_have_count(12, timeout=60_000)
        await expect(page.locator("#data-about")).to_contain_text(
            "12 pictures of 12 products" if english else "12 张图片，12 件商品"
        )
        await expect(page.locator(f'[data-set="{name}"]')).to_contain_text("12")
        await shoot(page, f"data-items-{width}")
        await page.locator("#data-parts button").nth(1).click()
        await expect(page.locator("#data-grid .tile")).to_have_count(3)
        await page.locator("#data-filters button", has_text="twice there" if english else "重复").click()
        await expect(page.locator("#data-grid .tile")).to_have_count(1)
        await expect(page.locator("#data-grid .pair img")).to_have_count(2)
        await expect(page.locator("#data-grid .tile")).to_contain_text("mugs/1.jpg")
        await page.locator("#data-filters button").first.click()
        await expect(page.locator("#data-grid .tile")).to_have_count(3)
        await shoot(page, f"data-left-out-{width}")
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


async def test_what_cannot_be_collected_is_said(up, chromium):
    async with open_page(chromium, f"{up.url}/#data", 1280) as page:
        form = page.locator("#data-form")
        await form.locator("[name=name]").fill("nowhere")
        await form.locator("[name=path]").fill("/no/such/folder")
        await form.locator("[name=licence]").fill("own")
        await page.locator("#data-start").click()
        await expect(page.locator("#data-progress .problem")).to_contain_text(
            "There is no folder /no/such/folder", timeout=60_000
        )
        await page.locator("#data-new").click()
        await page.locator("#data-kind").select_option("crawl")
        await expect(form.locator("[name=urls]")).to_be_visible()
        await expect(form.locator("[name=path]")).to_be_hidden()
