"""Which addresses a stranger's URL may lead to."""

import pytest

from packshot.addresses import is_allowed, is_private, is_public, parse_address

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
CLOSED = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_is_public(address):
    assert is_public(parse_address(address))


@pytest.mark.parametrize("address", CLOSED)
def test_nothing_of_ours_is_public(address):
    assert not is_public(parse_address(address))


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.1", "127.0.0.1", "::1", "fc00::1", "::ffff:10.0.0.1"])
def test_an_intranet_is_private(address):
    assert is_private(parse_address(address))


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "8.8.8.8", "255.255.255.255"]
)
def test_cloud_metadata_and_multicast_are_not_private_either(address):
    assert not is_private(parse_address(address))


def test_where_private_addresses_are_allowed_the_cloud_s_credentials_still_are_not():
    assert [is_allowed(parse_address(one), private=True) for one in ("8.8.8.8", "10.0.0.1", "169.254.169.254")] == [
        True,
        True,
        False,
    ]
    assert [is_allowed(parse_address(one), private=False) for one in ("8.8.8.8", "10.0.0.1", "169.254.169.254")] == [
        True,
        False,
        False,
    ]
