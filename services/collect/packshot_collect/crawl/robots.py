"""What a host allows: robots.txt as RFC 9309 has it."""

from __future__ import annotations

from protego import Protego

from packshot_collect.crawl.facts import HostRules

AGENT = "packshot"
MOST_BYTES = 512_000
"""RFC 9309, 2.5: at least 500 KiB are read."""
LASTS_S = 24 * 3600.0
"""RFC 9309, 2.4: a copy is used no longer."""


class Rules:
    """The rules of one host."""

    def __init__(self, said: HostRules) -> None:
        self.said = said
        self._parsed = Protego.parse(said.text)

    def allows(self, url: str) -> bool:
        """Whether it may be fetched."""
        return not self.said.unreachable and bool(self._parsed.can_fetch(url, AGENT))

    def delay_s(self) -> float:
        """How long the host wants between two requests."""
        delay = float(self._parsed.crawl_delay(AGENT) or 0)
        rate = self._parsed.request_rate(AGENT)
        return max(delay, rate.seconds / rate.requests if rate else 0.0)

    def sitemaps(self) -> list[str]:
        """The sitemaps that it names."""
        return list(self._parsed.sitemaps)

    def stale(self, now: float) -> bool:
        """Whether it is to be read again."""
        return now - self.said.read_at > LASTS_S
