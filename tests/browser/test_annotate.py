"""Two people annotate a data set on the page: the machine proposes, they correct, they disagree, and it is published."""

from __future__ import annotations

import asyncio
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import open_page
from tests.browser.pad import Pad
from tests.pictures import product_photo
from tests.system import EmbeddedSystem

pytestmark = pytest.mark.browser

DONE = 120_000
WIDTH, HEIGHT = 480, 360
SHOWN = """() => {
  const canvas = document.querySelector("#work-canvas");
  const [red, green] = canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
  return green > red + 40;
}"""
"""Whether the middle of the mug, which is grey, looks green: it is tinted by the proposal."""
CORNERS = ((300, 100), (400, 100), (400, 200), (300, 200), (300, 100))


def import_set(up: EmbeddedSystem, name: str, pictures: int) -> None:
    """A data set of small product photos."""
    items = []
    for seed in range(pictures):
        ref = _answer(up.http.post("/v1/annotations/imports/files", content=product_photo(seed, WIDTH, HEIGHT)))
        items.append({"picture": ref, "width": WIDTH, "height": HEIGHT, "product": f"mug {seed}"})
    _answer(up.http.post("/v1/annotations/imports", json={"name": name, "created": "2026-01-01T00:00:00Z", "items": items}))


def _answer(answer: httpx.Response) -> dict:
    assert answer.is_success, answer.text
    return answer.json()


async def enter(page: Page, person: str) -> None:
    await page.click("#rooms a[href='#annotate']")
    await page.fill("#annotate-person", person)
    await page.press("#annotate-person", "Tab")


async def start_task(
    page: Page, name: str, categories: str, *, people: str = "1", operation: str = "", alpha: bool = False
) -> None:
    await page.click("#annotate-new summary")
    await page.select_option("#annotate-set", name)
    await page.fill("#annotate-categories", categories)
    await page.select_option("#annotate-people", people)
    # The page proposes one when it knows them all.
    await page.locator("#annotate-operation option[value='cutout.net']").wait_for(state="attached")
    await page.select_option("#annotate-operation", operation)
    if alpha:
        await page.check("#annotate-alpha")
    await page.click("#annotate-form button[type=submit]")


def task(page: Page, name: str):
    return page.locator(".task", has_text=f"{name} ·")


def pad(page: Page) -> Pad:
    return Pad(page, "#work-canvas", WIDTH, HEIGHT)


async def tool(page: Page, name: str) -> None:
    await page.click(f"#work-tools [data-act={name}]")


def manifest(up: EmbeddedSystem, name: str) -> dict:
    return _answer(up.http.get(f"/v1/datasets/{name}/manifest"))


def mask(up: EmbeddedSystem, name: str, ref: dict) -> np.ndarray:
    content = up.http.get(f"/v1/datasets/{name}/pictures/{ref['digest']}").content
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)


async def test_two_people_correct_the_machine_disagree_and_publish(up: EmbeddedSystem, chromium: str) -> None:
    import_set(up, "two-mugs", 2)
    async with open_page(chromium, up.url, 1280) as page:
        await enter(page, "anna")
        await start_task(page, "two-mugs", "mug, saucer", people="2", operation="cutout.classical", alpha=True)
        await expect(task(page, "two-mugs")).to_contain_text("0 of 2 done")
        await task(page, "two-mugs").locator("[data-act=doIt]").click()
        await expect(page.locator("#work-proposal")).to_contain_text("machine:cutout.classical@", timeout=DONE)
        await page.wait_for_function(SHOWN)
        await page.click("#work-accept")
        await expect(page.locator(".mark")).to_have_count(1)
        # What the machine forgot is painted, what is too much is rubbed out.
        await tool(page, "brush")
        await pad(page).drag((20, 20), (60, 20))
        await tool(page, "eraser")
        await pad(page).drag((20, 20), (30, 20))
        await page.keyboard.press("Control+z")
        await page.keyboard.press("Control+Shift+z")
        await page.click("#work-save")
        await expect(page.locator("#work-place")).to_have_text("picture 2 of 2")
        await tool(page, "box")
        await pad(page).drag((100, 80), (300, 280))
        await expect(page.locator(".mark")).to_contain_text("box")
        await page.keyboard.press("Enter")
        await expect(page.locator("#work-done")).to_be_visible()
        await page.click("#work-leave")
        await expect(task(page, "two-mugs")).to_contain_text("2 by you")

    async with open_page(chromium, up.url, 1280) as page:
        await enter(page, "ben")
        await task(page, "two-mugs").locator("[data-act=doIt]").click()
        await expect(page.locator("#work-place")).to_have_text("picture 1 of 2")
        await expect(page.locator(".mark")).to_have_count(0)
        await expect(page.locator("#work-accept")).to_be_visible(timeout=DONE)
        await page.keyboard.press("a")
        await page.keyboard.press("Enter")
        await expect(page.locator("#work-place")).to_have_text("picture 2 of 2")
        await tool(page, "box")
        await pad(page).drag((100, 80), (300, 280))
        await page.keyboard.press("2")
        await expect(page.locator(".mark")).to_contain_text("saucer")
        await page.click("#work-save")
        await expect(page.locator("#work-done")).to_be_visible()

        await page.click("#work-leave")
        await task(page, "two-mugs").locator("[data-act=agreement]").click()
        await expect(page.locator("[data-figure=pictures] dd")).to_have_text("2")
        assert float(await page.locator("[data-figure=mask_iou] dd").inner_text()) > 0.8
        await expect(page.locator("[data-figure=disagreements] dd")).to_have_text("1")
        await page.click("text=Decide 2")
        await page.click("text=Take anna's")
        await expect(page.locator(".mark")).to_contain_text("mug")
        await page.click("#work-save")
        await expect(page.locator("#annotate-tasks")).to_be_visible()
        await task(page, "two-mugs").locator("[data-act=publish]").click()
        await expect(task(page, "two-mugs")).to_contain_text("Published as two-mugs@")

    made = manifest(up, "two-mugs")
    first, second = made["items"]
    assert made["recipe"]["command"] == "annotate"
    assert made["parent"]
    assert (first["labels"][0]["category"], first["labels"][0]["by"]) == ("mug", "user:anna")
    alpha = mask(up, "two-mugs", first["planes"]["alpha"])
    assert alpha.shape == (HEIGHT, WIDTH)
    assert (alpha[20, 55], alpha[20, 22], alpha[180, 240]) == (255, 0, 255), "painted, rubbed out, found by the machine"
    assert second["labels"][0]["by"] == "user:ben", "who decided"
    assert np.allclose(second["labels"][0]["box"], (100, 80, 200, 200), atol=2)


async def test_who_draws_faster_than_a_proposal_comes_can_save(up: EmbeddedSystem, chromium: str) -> None:
    import_set(up, "hasty", 1)
    async with open_page(chromium, up.url, 1280) as page:
        await enter(page, "anna")
        await start_task(page, "hasty", "mug", operation="cutout.classical")
        asked: list[str] = []
        mask_asked_for = asyncio.Event()

        async def only_the_picture(route: Route) -> None:
            asked.append(route.request.url)
            if len(asked) == 1:
                await route.continue_()
            else:
                mask_asked_for.set()

        await page.route("**/v1/annotations/*/files/*", only_the_picture)
        await task(page, "hasty").locator("[data-act=doIt]").click()
        await tool(page, "box")
        await pad(page).drag((100, 80), (300, 280))
        await asyncio.wait_for(mask_asked_for.wait(), DONE / 1000)
        await page.keyboard.press("Enter")
        await expect(page.locator("#work-done")).to_be_visible()


async def test_boxes_are_moved_and_resized_polygons_closed_and_steps_undone(up: EmbeddedSystem, chromium: str) -> None:
    import_set(up, "shapes", 1)
    async with open_page(chromium, up.url, 1280) as page:
        await enter(page, "anna")
        await start_task(page, "shapes", "mug,lid")
        await task(page, "shapes").locator("[data-act=doIt]").click()
        await tool(page, "box")
        await pad(page).drag((50, 50), (150, 130))
        await tool(page, "select")
        await pad(page).drag((100, 90), (120, 110))
        await pad(page).drag((170, 150), (220, 200))
        await pad(page).click((20, 340))
        await page.keyboard.press("2")
        await tool(page, "polygon")
        await pad(page).click(*CORNERS)
        await expect(page.locator(".mark")).to_have_count(2)
        await page.keyboard.press("Delete")
        await expect(page.locator(".mark")).to_have_count(1)
        await page.keyboard.press("Control+z")
        await expect(page.locator(".mark")).to_have_count(2)
        await page.click("#work-save")
        await expect(page.locator("#work-done")).to_be_visible()
        await page.click("#work-leave")
        await task(page, "shapes").locator("[data-act=publish]").click()
        await expect(task(page, "shapes")).to_contain_text("Published as")

    (item,) = manifest(up, "shapes")["items"]
    labels = {label["category"]: label for label in item["labels"]}
    assert np.allclose(labels["mug"]["box"], (70, 70, 150, 130), atol=3)
    assert labels["mug"]["mask"] is None
    assert np.allclose(labels["lid"]["box"], (300, 100, 100, 100), atol=3)


async def test_nothing_in_it_is_said_twice_and_skipping_needs_a_reason(up: EmbeddedSystem, chromium: str) -> None:
    import_set(up, "empty", 2)
    async with open_page(chromium, up.url, 1280) as page:
        await enter(page, "anna")
        await start_task(page, "empty", "mug")
        await task(page, "empty").locator("[data-act=doIt]").click()
        await page.click("#work-save")
        await expect(page.locator("#work-save")).to_have_text("Yes, nothing is in it")
        await page.click("#work-save")
        await expect(page.locator("#work-place")).to_have_text("picture 2 of 2")
        await page.click("#work-skip")
        await page.click("#work-why button")
        await expect(page.locator("#work-place")).to_have_text("picture 2 of 2")
        await page.fill("#work-reason", "out of focus")
        await page.press("#work-reason", "Enter")
        await expect(page.locator("#work-done")).to_be_visible()
        await page.click("#work-leave")
        await task(page, "empty").locator("[data-act=publish]").click()
        await expect(task(page, "empty")).to_contain_text("1 pictures, 1 left out")


async def test_fingers_draw_and_two_of_them_zoom(up: EmbeddedSystem, chromium: str) -> None:
    import_set(up, "touched", 1)
    async with open_page(chromium, up.url, 390, 844) as page:
        await enter(page, "anna")
        await start_task(page, "touched", "mug")
        await task(page, "touched").locator("[data-act=doIt]").click()
        await tool(page, "brush")
        await page.locator("#work-canvas").scroll_into_view_if_needed()
        await pad(page).touch(((200, 150), (230, 150), (260, 150)))
        await expect(page.locator(".mark")).to_have_count(1)
        # Two fingers part: the picture comes nearer, and nothing is painted by the first that touched.
        await pad(page).touch(((220, 180), (150, 180), (100, 180)), ((260, 180), (330, 180), (380, 180)))
        await expect(page.locator("#work-tools [data-act=redo]")).to_be_disabled()
        await page.click("#work-tools [data-act=undo]")
        await expect(page.locator(".mark")).to_have_count(0)
        await expect(page.locator("#work-tools [data-act=undo]")).to_be_disabled()
        # Nearer by seven times: what is drawn over the same place in the window is so much smaller in the picture.
        await tool(page, "box")
        await pad(page).drag((180, 140), (300, 220))
        await page.click("#work-save")
        await expect(page.locator("#work-done")).to_be_visible()
        await page.click("#work-leave")
        await task(page, "touched").locator("[data-act=publish]").click()
        await expect(task(page, "touched")).to_contain_text("Published as")
    (item,) = manifest(up, "touched")["items"]
    _, _, width, height = item["labels"][0]["box"]
    assert width == pytest.approx(120 / 7, rel=0.1)
    assert height == pytest.approx(80 / 7, rel=0.1)


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "zh-CN")])
async def test_the_room_fits_the_window_and_speaks_both_languages(
    up: EmbeddedSystem, chromium: str, width: int, locale: str, tmp_path: Path
) -> None:
    import_set(up, f"narrow-{width}", 1)
    async with open_page(chromium, up.url, width, 844, locale=locale) as page:
        await enter(page, "安娜")
        await start_task(page, f"narrow-{width}", "杯子")
        await page.screenshot(path=tmp_path / "tasks.png", full_page=True)
        await task(page, f"narrow-{width}").locator("[data-act=doIt]").click()
        await tool(page, "brush")
        await pad(page).drag((200, 150), (260, 200))
        await expect(page.locator(".mark")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        await page.screenshot(path=tmp_path / "work.png", full_page=True)
        await expect(page.locator("#work-save")).to_have_text("Save and next" if locale == "en-GB" else "保存并继续")
        await page.click("#language")
        await expect(page.locator("#work-save")).to_have_text("保存并继续" if locale == "en-GB" else "Save and next")
        await expect(page.locator(".mark")).to_have_count(1)
