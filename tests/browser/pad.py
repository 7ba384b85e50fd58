"""Drawing on a picture that is shown whole in a canvas of the page."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Page

MARGIN = 12 + 1
"""Around the picture, and the canvas's border."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Pad:
    """Points are in pixels of the picture."""

    page: Page
    canvas: str
    width: int
    height: int

    async def at(self, x: float, y: float) -> Point:
        """Where a point lies in the window, once the picture is there."""
        await self.page.wait_for_selector(f"{self.canvas}[aria-busy=false]")
        frame = await self.page.locator(self.canvas).bounding_box()
        assert frame is not None
        scale = min((frame["width"] - 2 * MARGIN) / self.width, (frame["height"] - 2 * MARGIN) / self.height)
        across, down = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
        return across + (x - self.width / 2) * scale, down + (y - self.height / 2) * scale

    async def drag(self, *points: Point) -> None:
        """Press at the first point, and let go at the last."""
        mouse = self.page.mouse
        await mouse.move(*await self.at(*points[0]))
        await mouse.down()
        for point in points[1:]:
            await mouse.move(*await self.at(*point), steps=5)
        await mouse.up()

    async def click(self, *points: Point) -> None:
        """Click at each point."""
        for point in points:
            await self.page.mouse.click(*await self.at(*point))

    async def touch(self, *fingers: tuple[Point, ...]) -> None:
        """Draw with fingers, each along its own points, all at once."""
        session = await self.page.context.new_cdp_session(self.page)
        for step in range(len(fingers[0])):
            places = [await self.at(*path[step]) for path in fingers]
            touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
            for count in range(1, len(touches) + 1) if step == 0 else [len(touches)]:
                kind = "touchStart" if step == 0 else "touchMove"
                await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches[:count]})
        await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        await session.detach()
