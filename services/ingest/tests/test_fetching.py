"""A merchant's URL cannot reach into our network, hang us or fill us up. The servers here are real ones on loopback."""

import asyncio
import gzip
import io
import time
from contextlib import asynccontextmanager

import httpx
import pytest

from packshot.errors import BadPhoto, BadUrl, FetchFailed
from packshot_ingest.fetching import Fetcher
from packshot_ingest.settings import IngestSettings

PUBLIC = "93.184.216.34"


@asynccontextmanager
async def server(answer):
    """A raw TCP server: `answer(path, writer)` writes the whole HTTP answer. Gives its port and the requests it saw."""
    seen = []

    async def serve(reader, writer):
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        seen.append(request)
        try:
            await answer(request.split()[1], writer)
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1], seen
    finally:
        listener.close()


def page(body=b"picture", status="200 OK", **headers):
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{head}Connection: close\r\n\r\n".encode() + body


def always(content):
    async def answer(path, writer):
        writer.write(content)

    return answer


def settings(**given):
    return IngestSettings(**{"fetch_timeout_s": 5.0, **given})


async def fetched(url, resolver=None, transport=httpx.AsyncHTTPTransport, **given):
    into = io.BytesIO()
    options = {} if resolver is None else {"resolver": resolver}
    await Fetcher(settings(**given), transport=transport, **options).fetch(url, into)
    return into.getvalue()


def names(**addresses):
    """A resolver that knows these host names; each lookup takes the next list of addresses."""
    left = {host.replace("_", "."): list(lists) for host, lists in addresses.items()}

    async def resolver(host, port):
        if host not in left:
            return [host]  # an address literal stands for itself
        return left[host].pop(0) if len(left[host]) > 1 else left[host][0]

    return resolver


def detour(port):
    """A transport that reaches the test's server where a public address was dialled, and refuses any other."""

    class Detour(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request):
            assert request.url.host == PUBLIC, f"dialled {request.url.host}"
            request.url = request.url.copy_with(host="127.0.0.1", port=port)
            return await super().handle_async_request(request)

    return Detour


async def test_a_photo_comes_as_it_is():
    async with server(always(page(b"\xff\xd8 a photo", Content_Type="text/plain"))) as (port, seen):
        assert await fetched(f"http://127.0.0.1:{port}/a.jpg?size=1", fetch_allow_private=True) == b"\xff\xd8 a photo"
    assert seen[0].startswith("GET /a.jpg?size=1 ")


async def test_the_host_is_named_though_an_address_is_dialled():
    async with server(always(page())) as (port, seen):
        resolver = names(shop_example=[[PUBLIC]])
        assert await fetched("http://shop.example/a.jpg", resolver, detour(port)) == b"picture"
    assert "host: shop.example\r\n" in seen[0].lower()


async def test_tls_is_asked_for_the_host_not_the_address():
    requests = []

    def answer(request):
        requests.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"picture"))

    await fetched("https://shop.example/a", names(shop_example=[[PUBLIC]]), lambda: httpx.MockTransport(answer))
    assert requests[0].url.host == PUBLIC
    assert requests[0].extensions["sni_hostname"] == "shop.example"
    assert requests[0].headers["host"] == "shop.example"


async def test_an_ipv6_address_is_dialled():
    requests = []

    def answer(request):
        requests.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"picture"))

    await fetched("http://shop.example/", names(shop_example=[["2606:2800:220:1::1"]]), lambda: httpx.MockTransport(answer))
    assert str(requests[0].url) == "http://[2606:2800:220:1::1]/"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
    ],
)
async def test_own_addresses_are_refused_however_they_are_written(url):
    with pytest.raises(BadUrl, match="not a public address"):
        await fetched(url)


async def test_cloud_metadata_is_refused_also_for_intranets():
    with pytest.raises(BadUrl, match="not a public address"):
        await fetched("http://169.254.169.254/", fetch_allow_private=True)


async def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(BadUrl, match=r"leads to 10\.0\.0\.1"):
        await fetched("http://shop.example/", names(shop_example=[[PUBLIC, "10.0.0.1"]]))


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "http://169.254.169.254/", "http://[::1]:8080/", "http://inside.example/"]
)
async def test_a_redirect_passes_the_same_walls(target):
    async with server(always(page(status="302 Found", Location=target))) as (port, seen):
        resolver = names(shop_example=[[PUBLIC]], inside_example=[["192.168.0.7"]])
        with pytest.raises(BadUrl, match="not a public address"):
            await fetched("http://shop.example/", resolver, detour(port))
    assert len(seen) == 1


async def test_a_redirect_to_a_file_is_refused():
    async with server(always(page(status="302 Found", Location="file:///etc/passwd"))) as (port, _):
        with pytest.raises(BadUrl, match="not an http or https"):
            await fetched("http://shop.example/", names(shop_example=[[PUBLIC]]), detour(port))


async def test_a_name_that_changes_its_address_is_looked_up_once_a_hop():
    async def answer(path, writer):
        writer.write(page(status="302 Found", Location="/second") if path == "/" else page())

    async with server(answer) as (port, seen):
        rebinding = names(shop_example=[[PUBLIC], ["127.0.0.1"]])
        with pytest.raises(BadUrl, match=r"leads to 127\.0\.0\.1"):
            await fetched("http://shop.example/", rebinding, detour(port))
    assert len(seen) == 1


async def test_redirects_are_followed_three_times():
    async def answer(path, writer):
        hops = int(path[1:])
        writer.write(page(status="302 Found", Location=f"/{hops - 1}") if hops else page())

    async with server(answer) as (port, _):
        assert await fetched(f"http://127.0.0.1:{port}/3", fetch_allow_private=True) == b"picture"
        with pytest.raises(BadUrl, match="more than 3 times"):
            await fetched(f"http://127.0.0.1:{port}/4", fetch_allow_private=True)


async def test_an_endless_body_is_cut():
    async def answer(path, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(bytes(1 << 16))
            await writer.drain()

    async with server(answer) as (port, _):
        into = io.BytesIO()
        with pytest.raises(BadPhoto, match="larger than 1 MB"):
            await Fetcher(settings(max_photo_mb=1, fetch_allow_private=True)).fetch(f"http://127.0.0.1:{port}/", into)
    assert into.tell() <= 1 << 20


@pytest.mark.alone
async def test_a_slow_drip_is_cut_by_the_clock():
    async def answer(path, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with server(answer) as (port, _):
        started = time.monotonic()
        with pytest.raises(FetchFailed, match=r"within 0\.5 seconds"):
            await fetched(f"http://127.0.0.1:{port}/", fetch_allow_private=True, fetch_timeout_s=0.5)
    assert time.monotonic() - started < 2


async def test_a_gzip_bomb_stays_folded():
    bomb = gzip.compress(bytes(50 << 20))
    async with server(always(page(bomb, Content_Encoding="gzip"))) as (port, seen):
        assert await fetched(f"http://127.0.0.1:{port}/", fetch_allow_private=True, max_photo_mb=1) == bomb
    assert "accept-encoding: identity" in seen[0].lower()


@pytest.mark.parametrize(
    "url", ["ftp://shop.example/a", "file:///etc/passwd", "gopher://x/", "data:image/png;base64,AA", "a.jpg", "http://", ""]
)
async def test_other_schemes_are_refused(url):
    with pytest.raises(BadUrl, match="not an http or https"):
        await fetched(url)


async def test_credentials_are_refused_and_not_repeated():
    with pytest.raises(BadUrl, match="user name or password") as refused:
        await fetched("http://admin:hunter2@shop.example/a?token=abc")
    assert "hunter2" not in str(refused.value)
    assert "abc" not in str(refused.value)


async def test_other_ports_are_refused():
    with pytest.raises(BadUrl, match="port 22"):
        await fetched("http://shop.example:22/")


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone", "204 No Content"])
async def test_what_is_not_there_is_the_merchants_to_mend(status):
    async with server(always(page(status=status))) as (port, _):
        with pytest.raises(BadUrl, match=f"answered {status[:3]}"):
            await fetched(f"http://127.0.0.1:{port}/", fetch_allow_private=True)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 Oops", "503 Service Unavailable"])
async def test_a_busy_server_is_worth_another_try(status):
    async with server(always(page(status=status))) as (port, _):
        with pytest.raises(FetchFailed, match=f"answered {status[:3]}"):
            await fetched(f"http://127.0.0.1:{port}/", fetch_allow_private=True)


async def test_a_server_that_is_away_is_worth_another_try():
    async with server(always(b"")) as (port, _):
        pass
    with pytest.raises(FetchFailed, match="could not be fetched"):
        await fetched(f"http://127.0.0.1:{port}/", fetch_allow_private=True)


async def test_a_name_without_address_is_worth_another_try():
    async def unknown(host, port):
        raise OSError("Name or service not known")

    with pytest.raises(FetchFailed, match=r"'shop\.example' has no address"):
        await fetched("http://shop.example/", unknown)


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    async with server(always(page(b"proxied"))) as (proxy, seen):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy}")
        async with server(always(page(b"direct"))) as (port, _):
            assert await fetched("http://shop.example/", names(shop_example=[[PUBLIC]]), detour(port)) == b"direct"
        assert seen == []
