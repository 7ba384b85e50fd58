"""Prometheus metrics, all named `packshot_…`. Labels are few and bounded: never a job, a photo or a tenant."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)

messages_sent = Counter("packshot_messages_sent", "Messages the broker has confirmed", ["kind", "type"])
messages_handled = Counter("packshot_messages_handled", "Messages settled by a handler", ["queue", "verdict"])
messages_joined = Counter("packshot_messages_joined", "Redeliveries that joined work still running", ["queue"])
publish_repeats = Counter("packshot_publish_repeats", "Publishes sent again because their outcome was unknown")
messages_in_hand = Gauge("packshot_messages_in_hand", "Messages being handled now", ["queue"])
handler_seconds = Histogram("packshot_handler_seconds", "From delivery to settlement", ["queue"], buckets=_SECONDS)

step_seconds = Histogram(
    "packshot_step_seconds", "Time of one step", ["operation", "version", "outcome"], buckets=_SECONDS
)  # outcome: ok, cached, permanent, transient
step_retries = Counter("packshot_step_retries", "Steps sent again after a transient failure", ["operation", "code"])
cache_hits = Counter("packshot_cache_hits", "Visits answered from a stored result", ["operation"])
visits_in_flight = Gauge("packshot_visits_in_flight", "Visits being run now", ["stage"])

host_restarts = Counter("packshot_host_restarts", "Plugin-host processes replaced", ["reason"])
host_memory_bytes = Gauge("packshot_host_memory_bytes", "Resident memory of a plugin-host process", ["host"])


def page() -> tuple[bytes, str]:
    """The page for Prometheus to scrape, and its content type."""
    return generate_latest(), CONTENT_TYPE_LATEST
