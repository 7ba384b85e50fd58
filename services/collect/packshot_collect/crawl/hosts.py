"""How often each host is asked: one request at a time, with pauses, and not at all for as long as it says."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field

LONGEST_DELAY_S = 120.0
"""A host that wants longer pauses gets these: a page in two minutes harms nobody."""
BACKOFF_S = (5.0, 30.0, 120.0)
"""Pauses after a host did not answer and did not say how long; then its address is given up."""
PATIENCE_S = 3600.0
"""A host that wants to be left alone for longer is asked no more."""
MOST_GIVEN_UP = 3
"""After so many addresses in a row that were given up, so are the others of that host."""


@dataclass
class Host:
    """One host."""

    busy: bool = False
    next_at: float = 0.0
    """Not before then; seconds of the epoch."""
    failures: dict[str, int] = field(default_factory=dict)
    """How often each address was asked in vain."""
    given_up: int = 0
    """Addresses that were given up, one after the other."""


class Hosts:
    """All hosts of a crawl."""

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self._hosts: dict[str, Host] = defaultdict(Host)

    def ready(self, host: str) -> bool:
        """Whether it may be asked now."""
        known = self._hosts[host]
        return not known.busy and known.next_at <= time.time()

    def wait_s(self, hosts: list[str]) -> float:
        """How long until one of these may be asked, if none of them answers before."""
        idle = [self._hosts[host].next_at for host in hosts if not self._hosts[host].busy]
        return max(0.0, min(idle, default=float("inf")) - time.time())

    def begin(self, host: str) -> None:
        """It is asked now."""
        self._hosts[host].busy = True

    def end(self, host: str, wanted_s: float = 0.0) -> None:
        """It has answered; `wanted_s` is the pause that its robots.txt asks for."""
        known = self._hosts[host]
        known.busy = False
        known.next_at = max(known.next_at, time.time() + max(self.delay_s, min(wanted_s, LONGEST_DELAY_S)))

    def failed(self, host: str, key: str, after_s: float | None) -> float | None:
        """It did not answer: how long to leave it alone before this address is asked again; None to give the address up."""
        failures = self._hosts[host].failures
        count = failures.get(key, 0)
        if count >= len(BACKOFF_S):
            self._hosts[host].given_up += 1
            return None
        failures[key] = count + 1
        # A host that says `Retry-After: 0` again and again is not asked without end, nor at once.
        pause = BACKOFF_S[count] if after_s is None else max(after_s, self.delay_s)
        if pause > PATIENCE_S:
            self._hosts[host].given_up = MOST_GIVEN_UP
            return None
        return pause

    def answered(self, host: str) -> None:
        """It is there."""
        self._hosts[host].given_up = 0

    def closed(self, host: str) -> bool:
        """Whether it is asked no more in this leg."""
        return self._hosts[host].given_up >= MOST_GIVEN_UP

    def pause(self, host: str, until: float) -> None:
        """Leave it alone until then."""
        self._hosts[host].next_at = max(self._hosts[host].next_at, until)
