"""Figures for Prometheus: what is called, how long it takes, what becomes of the work.

With several processes the library's files in `PROMETHEUS_MULTIPROC_DIR`, which
`serving.serve` sets, add up what each has counted. Labels are names of calls, statuses and
kinds of results; nothing of what anybody sent.
"""

import os
from collections.abc import Iterable

import sqlalchemy as sa
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

from trainer_tui.hub import schema
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Hub
from trainer_tui.sync.protocol import Result

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 35.0)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        # The library looks at the environment when it is imported, which may be too early.
        values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
        own = self._own = CollectorRegistry()
        self.requests = Counter(
            "hub_requests", "Requests answered", ("call", "status"), registry=own
        )
        self.seconds = Histogram(
            "hub_request_seconds", "Time to answer", ("call",), buckets=_SECONDS, registry=own
        )
        self.operations = Counter(
            "hub_operations", "Operations pushed, by what became of them", ("status",), registry=own
        )
        self.claims = Counter("hub_claims", "Tasks given out", registry=own)
        self.logins = Counter("hub_logins", "Logins by outcome", ("outcome",), registry=own)
        self.database_errors = Counter(
            "hub_database_errors", "Calls that the database did not carry out", registry=own
        )

    def answered(self, call: str, status: int, seconds: float) -> None:
        """Count a request."""
        self.requests.labels(call, str(status)).inc()
        self.seconds.labels(call).observe(seconds)

    def pushed(self, results: Iterable[Result]) -> None:
        """Count what became of operations."""
        for result in results:
            self.operations.labels(result.status).inc()

    def text(self, hub: Hub, settings: Settings) -> bytes:
        """Return all figures, of all processes, in Prometheus' format."""
        counted = self._own
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        state = CollectorRegistry()
        Gauge("hub_open_sessions", "Sessions that admit", registry=state).set(
            _open_sessions(hub, settings)
        )
        return generate_latest(counted) + generate_latest(state)


def _open_sessions(hub: Hub, settings: Settings) -> int:
    sessions, members, now = schema.sessions, schema.members, hub.now()
    query = (
        sa.select(sa.func.count())
        .select_from(sessions.join(members, members.c.id == sessions.c.member_id))
        .where(
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > now,
            sessions.c.used_at > now - settings.idle_days * 86_400,
            members.c.disabled_at.is_(None),
        )
    )
    return hub.database.read(lambda c: c.execute(query).scalar_one())
