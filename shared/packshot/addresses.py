"""Which network addresses a stranger's URL may lead to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_RELAY_6TO4 = IPv4Address("192.88.99.0").packed[:3]


def parse_address(written: str) -> Address:
    """The address that a resolver wrote; a zone (`%eth0`) is dropped. Raises ValueError."""
    return ip_address(written.partition("%")[0])


def is_allowed(address: Address, *, private: bool) -> bool:
    """Whether a stranger's URL may lead to `address`: a public one, or with `private` one of the intranet or of this machine."""
    return is_public(address) or (private and is_private(address))


def is_public(address: Address) -> bool:
    """Whether anybody on the internet can reach `address`: no private, loopback, link-local, multicast or reserved one.

    An IPv6 address that carries an IPv4 one (mapped, NAT64 of RFC 6052 and RFC 8215, 6to4, Teredo) is as public as that.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved and address.packed[:3] != _RELAY_6TO4
    carried = carried_address(address)
    if carried is not None:
        return is_public(carried)
    return address in _GLOBAL_UNICAST and address.is_global


def is_private(address: Address) -> bool:
    """Whether `address` is of an intranet or of this machine.

    Link-local ones are not, because cloud machines answer there with their credentials.
    """
    if isinstance(address, IPv6Address):
        carried = carried_address(address)
        if carried is not None:
            return is_private(carried)
    outside = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return address.is_loopback or (address.is_private and not outside)


def carried_address(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets to `address` end up at, if it carries one."""
    if any(address in network for network in _NAT64):
        return IPv4Address(address.packed[-4:])
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
