"""Which addresses a webhook may go to: the world's, not this network's."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

from packshot.addresses import is_allowed, parse_address
from packshot.errors import PermanentError, TransientError


class ForbiddenAddress(PermanentError):
    """The address is not a public one."""

    code = "forbidden_address"


async def resolve(url: str, *, allow_private: bool) -> str:
    """The IP address to connect to for `url`: every address of its host is public, or private where that is allowed.

    Link-local addresses are never allowed: cloud machines answer there with their credentials.
    Raises ForbiddenAddress for another scheme or such an address, TransientError if the name does not resolve now.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ForbiddenAddress(f"{url!r} is not an http or https URL.")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TransientError(f"The name {parts.hostname} cannot be resolved: {error}") from error
    except ValueError as error:
        raise ForbiddenAddress(f"{url!r} is not an http or https URL: {error}.") from error
    addresses = [parse_address(str(entry[4][0])) for entry in found]
    for address in addresses:
        if not is_allowed(address, private=allow_private):
            raise ForbiddenAddress(f"{parts.hostname} is {address}, which is not a public address.")
    return str(addresses[0])
