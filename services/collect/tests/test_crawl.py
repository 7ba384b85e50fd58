"""A crawl of hostile sites: it takes what is there and allowed, and nothing makes it impolite, endless, or reach inwards."""

import re

import pytest

from packshot.contracts.messages import CollectFailed
from packshot_collect.crawl import hosts

from .conftest import Ground
from .scenes import jpeg, png, scene
from .site import Reply, page, picture, serving, to


def order(site, *paths, **more):
    source = {"kind": "crawl", "urls": [site.url(path) for path in paths or ["/"]], "licence": "CC0-1.0", **more}
    return {"name": "shop", "source": source}


def names(manifest):
    return sorted(re.sub(r"^http://[^/]+", "", item.source) for item in manifest.items)


pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(hosts, "BACKOFF_S", (0.05, 0.1))


async def ground_with(tmp_path, **settings):
    ground = Ground(tmp_path, **settings)
    await ground.open()
    return ground


async def test_pictures_are_found_wherever_a_page_keeps_them(ground):
    shots = {f"/p/{n}.jpg": picture(jpeg(scene(n))) for n in range(12)}
    pages = {
        "/": page(
            "/shop?b=2&a=1&utm_source=mail", "/shop?a=1&b=2#top", "//127.0.0.1:1/elsewhere", "mailto:x@y.z", "javascript:x()"
        ),
        "/shop?b=2&a=1": page(
            "/wished-away",
            pictures=["/p/0.jpg", "/p/0.jpg#again", "data:image/png;base64,AAAA"],
            head='<meta property="og:image" content="/p/1.jpg"><link rel="canonical" href="/shop?a=1&b=2">',
            more='<picture><source srcset="/p/2.jpg 200w, /p/3.jpg 1600w"><img src="/p/4.jpg"></picture>'
            '<img srcset="/p/5.jpg 1x, /p/6.jpg 2x" src="/p/5.jpg"><img data-src="/p/7.jpg" src="/blank.gif">'
            '<script type="application/ld+json">{"@type":"Product","image":["/p/8.jpg"]}</script>'
            '<a rel="nofollow" href="/aside">x</a><a href="/p/9.jpg">large</a>',
        ),
        "/wished-away": page("/deeper", pictures=["/p/10.jpg"], head='<meta name="robots" content="noimageai, nofollow">'),
        "/aside": page(pictures=["/p/11.jpg"]),
        "/deeper": page(pictures=["/p/11.jpg"]),
        **shots,
    }
    async with serving(pages) as site:
        manifest, left_out = await ground.collect(order(site))
    assert names(manifest) == [f"/p/{n}.jpg" for n in (0, 1, 3, 6, 7, 8, 9)]
    assert left_out == {}
    assert {item.licence for item in manifest.items} == {"CC0-1.0"}
    assert {item.product for item in manifest.items if item.source.endswith("/0.jpg")} == {site.url("/shop?b=2&a=1")}
    asked = [request.path for request in site.requests]
    assert len(asked) == len(set(asked))
    assert not {"/aside", "/deeper", "/p/2.jpg"} & set(asked)
    assert {request.headers["user-agent"] for request in site.requests} == {"packshot/0.1.0 (+owner@example.com)"}


async def test_mazes_end(tmp_path):
    def calendar(request):
        number = int(request.path.rpartition("=")[2])
        return page(f"/calendar?month={number + 1}", f"/calendar?month={number - 1}")

    def nested(request):
        return page(f"{request.path}a/b/", f"{request.path}a/")

    pages = {
        "/": page("/loop-a", "/calendar?month=1", "/in/", "/round", "/huge", "/filter"),
        "/loop-a": page("/loop-b"),
        "/loop-b": page("/loop-a", "/", pictures=["/one.jpg"]),
        "/calendar*": calendar,
        "/in/*": nested,
        "/round": to("/round-2"),
        "/round-2": to("/round"),
        "/hop*": lambda request: to(request.path + "x"),
        "/filter": page(*(f"/list?colour={n}" for n in range(1000))),
        "/list*": page("/hop"),
        "/huge": Reply(page("/from-huge", pictures=["/two.jpg"]) + b"<p>" * 100_000, endless=True),
        "/one.jpg": picture(jpeg(scene(1))),
        "/two.jpg": picture(jpeg(scene(2))),
    }
    ground = await ground_with(tmp_path, collect_page_mb=1)
    async with serving(pages) as site:
        manifest, _ = await ground.collect(order(site, depth=8, pages=400))
    assert names(manifest) == ["/one.jpg", "/two.jpg"]
    asked = [request.path for request in site.requests]
    assert len(asked) == len(set(asked))
    assert sum(path.startswith("/calendar") for path in asked) <= 16
    assert sum(path.startswith("/list") for path in asked) == 200
    assert sum(path.startswith("/hop") for path in asked) == 6
    assert max(path.count("/") for path in asked) <= 20


async def test_nothing_leads_into_our_own_network(ground):
    inside = "http://169.254.169.254/latest/meta-data"
    pages = {
        "/": page(
            inside,
            "/door",
            "file:///etc/passwd",
            "ftp://x/y",
            pictures=["/door.jpg", inside + ".jpg", "http://[::ffff:169.254.1.1]/a.jpg"],
        ),
        "/door": to(inside),
        "/door.jpg": to(inside),
    }
    async with serving(pages) as site:
        manifest, left_out = await ground.collect(order(site, within="anywhere"))
    assert manifest.items == ()
    assert {source: rejection.code for source, rejection in left_out.items()} == {
        inside + ".jpg": "forbidden",
        "http://[::ffff:169.254.1.1]/a.jpg": "forbidden",
    }
    assert "not a public address" in left_out[inside + ".jpg"].reason
    # Two more doors lead there, and neither was gone through.
    assert site.asked("/door")
    assert site.asked("/door.jpg")


async def test_by_default_private_addresses_are_not_asked_at_all(tmp_path):
    ground = await ground_with(tmp_path)
    ground.settings.collect_allow_private = False
    async with serving({"/": page(pictures=["/a.jpg"])}) as site, ground.service():
        end = await ground.ended(await ground.send(order(site)))
    assert isinstance(end, CollectFailed)
    assert site.requests == []


async def test_content_counts_and_not_what_it_is_called(ground):
    bomb = png(scene(3))[:16] + (60_000).to_bytes(4) * 2 + png(scene(3))[24:]
    pages = {
        "/": page("/really-a-picture", pictures=["/page.jpg", "/shot", "/bomb.png", "/cut.jpg", "/gone.jpg", "/packed.jpg"]),
        "/really-a-picture": Reply(jpeg(scene(1)), kind="text/html"),
        "/page.jpg": picture(page("/trap")),
        "/shot": picture(png(scene(2)), kind="application/octet-stream"),
        "/bomb.png": picture(bomb, kind="image/png"),
        "/cut.jpg": picture(jpeg(scene(4))[:3000]),
        "/packed.jpg": picture(b"\x1f\x8b" + b"\0" * 500, **{"Content-Encoding": "gzip"}),
    }
    async with serving(pages) as site:
        manifest, left_out = await ground.collect(order(site))
    assert names(manifest) == ["/really-a-picture", "/shot"]
    assert {source.rpartition("/")[2]: rejection.code for source, rejection in left_out.items()} == {
        "page.jpg": "not-a-picture", "bomb.png": "broken", "cut.jpg": "broken", "gone.jpg": "away", "packed.jpg": "not-a-picture",
    }  # fmt: skip
    assert not site.asked("/trap")


async def test_robots_and_pauses_are_kept(tmp_path):
    busy = iter([Reply(status=429, headers={"Retry-After": "1"}), Reply(status=503)])
    pages = {
        "/robots.txt": Reply(
            b"User-agent: *\nDisallow: /private/\nAllow: /private/open\nCrawl-delay: 0.2\nSitemap: /map.xml", kind="text/plain"
        ),
        "/": page("/private/a", "/private/open", "/busy", pictures=["/private/x.jpg", "/one.jpg"]),
        "/private/open": page(),
        "/busy": lambda _: next(busy, page(pictures=["/two.jpg"])),
        "/map.xml": b"<?xml version='1.0'?><urlset><url><loc>/only-in-map</loc>"
        b"<image:image><image:loc>/three.jpg</image:loc></image:image></url></urlset>",
        "/only-in-map": page(),
        "/one.jpg": picture(jpeg(scene(1))),
        "/two.jpg": picture(jpeg(scene(2))),
        "/three.jpg": picture(jpeg(scene(3))),
    }
    ground = await ground_with(tmp_path)
    async with serving(pages) as site:
        manifest, left_out = await ground.collect(order(site))
    assert names(manifest) == ["/one.jpg", "/three.jpg", "/two.jpg"]
    assert {source.rpartition("/")[2]: rejection.code for source, rejection in left_out.items()} == {"x.jpg": "forbidden"}
    assert not [request for request in site.requests if request.path in ("/private/a", "/private/x.jpg")]
    assert site.asked("/private/open")
    assert site.asked("/only-in-map")
    assert len(site.asked("/robots.txt")) == 1
    # One at a time, with the pause that robots.txt asks for; and the second that Retry-After asks for.
    for before, after in zip(site.requests, site.requests[1:], strict=False):
        assert after.began >= before.ended + 0.19, (before.path, after.path)
    first, second, third = site.asked("/busy")
    later = [request for request in site.requests if request.began > first.began]
    assert later[0].began >= first.ended + 0.99
    assert third.began > second.began


async def test_what_does_not_come_is_given_up(tmp_path):
    pages = {
        "/": page("/drip", "/broken", "/there", pictures=["/drip.jpg"]),
        "/drip": Reply(b"<p>", drip=0.05),
        "/drip.jpg": Reply(jpeg(scene(2)), drip=0.05),
        "/broken": Reply(status=500),
        "/there": page(pictures=["/one.jpg"]),
        "/one.jpg": picture(jpeg(scene(1))),
    }
    ground = await ground_with(tmp_path, collect_timeout_s=0.4)
    async with serving(pages) as site:
        _, left_out = await ground.collect(order(site))
    assert left_out[site.url("/drip.jpg")].code == "away"
    assert "0.4 seconds" in left_out[site.url("/drip.jpg")].reason
    assert len(site.asked("/broken")) == len(hosts.BACKOFF_S) + 1
    # Three in a row: the host is taken to be away.
    assert not site.asked("/there")


async def test_a_site_that_wants_to_be_left_alone_is(ground):
    later = {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}
    pages = {
        "/": page("/next", pictures=["/a.jpg", "/b.jpg"]),
        "/a.jpg": Reply(status=429, headers=later),
        "/b.jpg": picture(jpeg(scene(1))),
    }
    async with serving(pages) as site:
        _, left_out = await ground.collect(order(site))
    assert site.requests[-1].path == "/a.jpg"
    assert {rejection.code for rejection in left_out.values()} == {"away"}


@pytest.mark.parametrize(("status", "taken"), [(404, 1), (403, 1), (500, 0), (503, 0)])
async def test_a_robots_file_that_cannot_be_read(ground, status, taken):
    """RFC 9309: what the client did wrong allows all, what the server did wrong allows nothing."""
    pages = {"/robots.txt": Reply(status=status), "/": page(pictures=["/a.jpg"]), "/a.jpg": picture(jpeg(scene(1)))}
    async with serving(pages) as site, ground.service():
        end = await ground.ended(await ground.send(order(site)))
    assert (end.summary.items if not isinstance(end, CollectFailed) else 0) == taken
    assert bool(site.asked("/")) == bool(taken)


async def test_what_has_not_changed_is_not_fetched_again(ground):
    def tagged(content, tag, kind):
        def answer(request):
            same = request.headers.get("if-none-match") == tag
            return Reply(status=304) if same else Reply(content, kind=kind, headers={"ETag": tag})

        return answer

    pages = {
        "/": tagged(page("/b", pictures=["/a.jpg"]), '"1"', "text/html"),
        "/b": page(),
        "/a.jpg": tagged(jpeg(scene(1)), '"2"', "image/jpeg"),
    }
    async with serving(pages) as site, ground.service():
        first = await ground.ended(await ground.send(order(site)))
        second = await ground.ended(await ground.send(order(site)))
    assert first.counts.bytes > 0
    assert first.digest != second.digest
    (one, _), (two, _) = await ground.made(first), await ground.made(second)
    assert one.items == two.items
    assert len(site.asked("/a.jpg")) == 2
    assert site.asked("/a.jpg")[1].headers["if-none-match"] == '"2"'


async def test_limits_end_a_crawl(ground):
    pages = {f"/{n}": page(f"/{n + 1}", pictures=[f"/{n}.jpg"]) for n in range(40)}
    shots = {f"/{n}.jpg": picture(jpeg(scene(n))) for n in range(40)}
    async with serving(pages | shots) as site:
        by_pages, _ = await ground.collect(order(site, "/0", depth=20, pages=5))
        by_count, _ = await ground.collect(order(site, "/0", depth=20, most=3))
        by_depth, _ = await ground.collect(order(site, "/0", depth=2))
    assert (len(by_pages.items), len(by_count.items), len(by_depth.items)) == (5, 3, 3)


async def test_a_crawler_without_an_owner_does_not_start(ground):
    ground.settings.collect_contact = ""
    async with serving({"/": page()}) as site, ground.service():
        end = await ground.ended(await ground.send(order(site)))
    assert "PACKSHOT_COLLECT_CONTACT" in end.failure.message
    assert site.requests == []
