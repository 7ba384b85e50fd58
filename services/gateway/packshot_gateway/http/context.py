"""What a request stands on, and on whose behalf it is made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from packshot.bus.protocol import Bus
from packshot.store.protocol import ArtifactStore
from packshot_gateway.catalogue import LiveCatalogue
from packshot_gateway.changes import Changes
from packshot_gateway.data_sets import DataSets
from packshot_gateway.database import Database, keys
from packshot_gateway.database.keys import Scope
from packshot_gateway.http.problems import Forbidden, Unauthorized
from packshot_gateway.relay import Relay
from packshot_gateway.settings import GatewaySettings
from packshot_gateway.traffic.policies import Policies


@dataclass
class Context:
    """The parts of a running gateway that requests use."""

    settings: GatewaySettings
    database: Database
    bus: Bus
    store: ArtifactStore
    data_sets: DataSets
    catalogue: LiveCatalogue
    policies: Policies
    relay: Relay
    changes: Changes
    stopping: asyncio.Event


def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Gateway = Annotated[Context, Depends(_context)]


@dataclass(frozen=True)
class Caller:
    """Whose request it is, and what it may do."""

    tenant: str
    scopes: frozenset[Scope]
    name: str = ""
    """The API key's name, where there is one."""

    def person(self, said: str) -> str:
        """Who somebody is: whose key it is; where no keys are needed, who they say they are."""
        return self.name or said


EVERYBODY = Caller("local", frozenset(Scope))

COOKIE = "packshot_key"
"""Holds an API key for the web page."""
PAGE_HEADER = "x-packshot-page"
"""Only our own page can send it: other sites would have to ask this server first, which allows none."""

_bearer = HTTPBearer(auto_error=False, description="An API key, `pk_…`; not needed where PACKSHOT_AUTH=none.")


def said_by_the_page(request: Request) -> None:
    """Raise Forbidden unless our own page says this: a form on a foreign site could, with the cookie of whoever looks at it."""
    if PAGE_HEADER not in request.headers:
        raise Forbidden(f"Requests that change something need the header {PAGE_HEADER} when they are made with a cookie.")


def _key_of_page(request: Request) -> str | None:
    key = request.cookies.get(COOKIE)
    if key is not None and request.method not in {"GET", "HEAD"}:
        said_by_the_page(request)
    return key


async def _caller(
    request: Request, gateway: Gateway, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    if gateway.settings.auth == "none":
        return EVERYBODY
    credentials = given.credentials if given is not None else _key_of_page(request)
    if credentials is None:
        raise Unauthorized("Send an API key: `Authorization: Bearer pk_…`.")
    async with gateway.database.reading() as session:
        key = await keys.find(session, credentials)
    if key is None:
        raise Unauthorized("This API key is unknown or was revoked.")
    return Caller(key.tenant, frozenset(Scope(scope) for scope in key.scopes), key.name)


def _may(caller: Caller, scope: Scope) -> Caller:
    if scope not in caller.scopes and Scope.ADMIN not in caller.scopes:
        raise Forbidden(f"This API key may not do that: it lacks the scope `{scope.value}`.")
    return caller


def _reader(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    return _may(caller, Scope.READ)


def _writer(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    return _may(caller, Scope.WRITE)


def _admin(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    return _may(caller, Scope.ADMIN)


Reader = Annotated[Caller, Depends(_reader)]
Writer = Annotated[Caller, Depends(_writer)]
Admin = Annotated[Caller, Depends(_admin)]
