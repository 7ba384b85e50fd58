"""/v1/session: how the web page gets in. Browsers send no Authorization header with pictures and event streams."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, SecretStr

from packshot_gateway.database import keys
from packshot_gateway.http.context import COOKIE, Gateway, said_by_the_page
from packshot_gateway.http.problems import Unauthorized

router = APIRouter(prefix="/v1/session", tags=["session"], dependencies=[Depends(said_by_the_page)])


class Entry(BaseModel):
    """What somebody types to be let in."""

    key: SecretStr = Field(description="An API key, `pk_…`")


@router.post("", status_code=204)
async def enter(request: Request, response: Response, gateway: Gateway, entry: Entry) -> None:
    """Keep an API key in this browser, out of reach of scripts, until the browser is closed. Needs the header X-Packshot-Page."""
    key = entry.key.get_secret_value()
    async with gateway.database.reading() as session:
        if await keys.find(session, key) is None:
            raise Unauthorized("This API key is unknown or was revoked.")
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, key, path="/v1", secure=secure, httponly=True, samesite="strict")


@router.delete("", status_code=204)
async def leave(response: Response) -> None:
    """Make the browser forget the key. Needs the header X-Packshot-Page."""
    response.delete_cookie(COOKIE, path="/v1", httponly=True, samesite="strict")
