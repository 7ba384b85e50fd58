"""Errors as application/problem+json (RFC 9457), with a status that says who can mend them."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from packshot.contracts.http import Problem
from packshot.errors import ArtifactMissing, PackshotError, PermanentError, TransientError

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5


class NotFound(PermanentError):
    """There is no such thing, or it belongs to somebody else."""

    code = "not_found"


class Unauthorized(PermanentError):
    """Who is asking?"""

    code = "unauthorized"


class Forbidden(PermanentError):
    """The API key may not do this."""

    code = "forbidden"


class Conflict(PermanentError):
    """This does not go with what is there already."""

    code = "conflict"


class TooLarge(PermanentError):
    """The request is larger than this gateway takes."""

    code = "too_large"


STATUS: tuple[tuple[type[PackshotError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (ArtifactMissing, HTTPStatus.NOT_FOUND),
    (Unauthorized, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (PermanentError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (TransientError, HTTPStatus.SERVICE_UNAVAILABLE),
)


def problem_response(error: PackshotError) -> JSONResponse:
    """The answer for an error of ours."""
    status = next((status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)
    headers = {}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = str(RETRY_AFTER_S)
    if status is HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return _response(status, str(error), error.code, headers)


def install(app: FastAPI) -> None:
    """Answer every error of `app` as a problem."""
    app.add_exception_handler(PackshotError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PackshotError)
    if isinstance(error, TransientError):
        log.warning("answered 503", path=request.url.path, reason=str(error))
    return problem_response(error)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    code = {404: NotFound.code, 413: TooLarge.code}.get(status, status.name.lower())
    detail = f"There is nothing at {request.url.path}." if status is HTTPStatus.NOT_FOUND else str(error.detail)
    return _response(status, detail, code, dict(error.headers or {}))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    detail = f"{where}: {first['msg']}." if where else f"{first['msg']}."
    return _response(HTTPStatus.UNPROCESSABLE_ENTITY, detail, "bad_request", {})


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("a request failed", path=request.url.path, exc_info=error)
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, "The gateway failed on this request; its log says why.", "error", {})


def _response(status: HTTPStatus, detail: str, code: str, headers: dict[str, str]) -> JSONResponse:
    problem = Problem(title=status.phrase, status=status.value, detail=detail, code=code)
    return JSONResponse(
        problem.model_dump(), status.value, headers={**headers, "cache-control": "no-store"}, media_type=MEDIA_TYPE
    )
