"""The web page at / and its files at /static/…."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

WEB = Path(__file__).parent.parent / "web"

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index() -> FileResponse:
    """The page itself."""
    return FileResponse(WEB / "index.html", headers={"cache-control": "no-store"})


@router.get("/docs")
async def docs() -> RedirectResponse:
    """The API's description: machines read it, and people can."""
    return RedirectResponse("/openapi.json")


def install(app: FastAPI) -> None:
    """Serve the page."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=WEB / "static", check_dir=False), name="static")
