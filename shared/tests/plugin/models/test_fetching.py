"""A file comes whole and right, or not at all; what was broken off goes on. The servers are real ones on loopback."""

from __future__ import annotations

import fcntl

import pytest

from packshot.errors import BadSettings, BadUrl, FetchFailed, HomeInUse, ModelDamaged
from packshot.fetching import Opener
from packshot.plugin.models.fetching import fetch_file, walls

from .conftest import WEIGHTS, write_card

OPEN = Opener(walls(allow_private=True))


def part_of(folder, file):
    return folder.path(file).with_name(f"{file.sha256}.part")


async def test_the_right_digest(folder, server):
    (file,) = write_card(folder, server.url).files
    heard = []
    await fetch_file(file, folder, OPEN, heard.append)
    assert folder.path(file).read_bytes() == WEIGHTS
    assert heard[-1] == len(WEIGHTS)
    assert not part_of(folder, file).exists()
    await fetch_file(file, folder, OPEN)
    assert server.ranges == [None], "what is here and right is not fetched again"


async def test_the_wrong_digest_leaves_nothing_behind(folder, server):
    (file,) = write_card(folder, server.url).files
    server.content = bytes(len(WEIGHTS))
    with pytest.raises(ModelDamaged, match=r"something else than net\.onnx") as refused:
        await fetch_file(file, folder, OPEN)
    assert "secret" not in str(refused.value)
    assert not folder.path(file).exists()
    server.content = WEIGHTS
    await fetch_file(file, folder, OPEN)
    assert server.ranges == [None, None], "rotten bytes are not gone on from"


@pytest.mark.parametrize("silent_length", [False, True])
async def test_a_truncated_file_is_no_file_and_goes_on_where_it_ended(folder, server, silent_length):
    (file,) = write_card(folder, server.url).files
    server.cut, server.silent_length = 300_000, silent_length
    with pytest.raises(FetchFailed):
        await fetch_file(file, folder, OPEN)
    assert not folder.path(file).exists()
    have = part_of(folder, file).stat().st_size
    assert 0 < have <= 300_000
    server.cut = None
    await fetch_file(file, folder, OPEN)
    assert server.ranges == [None, have]
    assert folder.path(file).read_bytes() == WEIGHTS


async def test_a_server_that_knows_no_ranges_sends_all_again(folder, server):
    (file,) = write_card(folder, server.url).files
    server.cut, server.knows_ranges = 300_000, False
    with pytest.raises(FetchFailed):
        await fetch_file(file, folder, OPEN)
    server.cut = None
    await fetch_file(file, folder, OPEN)
    assert folder.path(file).read_bytes() == WEIGHTS


async def test_a_server_whose_file_became_shorter_starts_over(folder, server):
    (file,) = write_card(folder, server.url).files
    server.cut = 300_000
    with pytest.raises(FetchFailed):
        await fetch_file(file, folder, OPEN)
    server.content, server.cut = WEIGHTS[:1000], None
    with pytest.raises(FetchFailed, match="start over"):
        await fetch_file(file, folder, OPEN)
    server.content = WEIGHTS
    await fetch_file(file, folder, OPEN)
    assert server.ranges[-1] is None


async def test_more_than_the_card_says_is_cut_off(folder, server):
    (file,) = write_card(folder, server.url).files
    server.content, server.silent_length = WEIGHTS * 20, True
    with pytest.raises(ModelDamaged, match="sends more than the 1,024,000 bytes"):
        await fetch_file(file, folder, OPEN)
    assert part_of(folder, file).stat().st_size == 0


async def test_redirects_are_followed_through_the_same_walls(folder, server):
    (file,) = write_card(folder, server.url).files
    server.moved_to = "/mirror/net"
    await fetch_file(file, folder, OPEN)
    folder.path(file).unlink()
    server.moved_to = "http://169.254.169.254/net"
    with pytest.raises(BadUrl, match="not a public address"):
        await fetch_file(file, folder, OPEN)


async def test_own_addresses_are_refused_unless_allowed(folder, server):
    (file,) = write_card(folder, server.url).files
    with pytest.raises(BadUrl, match="port"):
        await fetch_file(file, folder, Opener(walls(allow_private=False)))
    (file,) = write_card(folder, "http://localhost/net.onnx").files
    with pytest.raises(BadUrl, match=r"not a public address.*packshot models add"):
        await fetch_file(file, folder, Opener(walls(allow_private=False)))
    assert server.ranges == []


async def test_a_damaged_file_is_fetched_anew(folder, server):
    (file,) = write_card(folder, server.url).files
    await fetch_file(file, folder, OPEN)
    folder.path(file).write_bytes(WEIGHTS[:-1] + b"!")
    await fetch_file(file, folder, OPEN)
    assert folder.path(file).read_bytes() == WEIGHTS


async def test_two_fetches_of_one_file_do_not_mix(folder, server):
    (file,) = write_card(folder, server.url).files
    part_of(folder, file).parent.mkdir(parents=True)
    with part_of(folder, file).open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(HomeInUse, match="Another packshot"):
            await fetch_file(file, folder, OPEN)
    await fetch_file(file, folder, OPEN)


async def test_a_file_without_address_and_a_disk_without_room(folder, server):
    (file,) = write_card(folder).files
    with pytest.raises(BadSettings, match="packshot models add"):
        await fetch_file(file, folder, OPEN)
    huge = write_card(folder, server.url).files[0].model_copy(update={"bytes": 1 << 60})
    with pytest.raises(BadSettings, match="Make room"):
        await fetch_file(huge, folder, OPEN)
    assert server.ranges == []
