"""Which addresses a webhook may go to: the world's, not this network's."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from packshot.errors import PermanentError, TransientError

GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class ForbiddenAddress(PermanentError):
    """The address is not a public one."""

    code = "forbidden_address"


async def resolve(url: str, *, allow_private: bool) -> str:
    """The IP address to connect to for `url`: every address of its host is public, unless private ones are allowed.

    Raises ForbiddenAddress for another scheme or a private address, TransientError if the name does not resolve now.
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
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        if not allow_private and not _is_public(address):
            raise ForbiddenAddress(f"{parts.hostname} is {address}, which is not a public address.")
    return str(addresses[0])


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_public(address.ipv4_mapped)
        # 6to4 and Teredo carry an IPv4 address that could be anybody's; so does NAT64, outside of global unicast.
        if address.sixtofour or address.teredo or address not in GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast
