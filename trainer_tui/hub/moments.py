"""Moments of the hub's clock, and when a claim runs by it."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import ColumnElement

LONGEST = 31 * 24 * 3600.0
"""Seconds that a claim lasts at most. One that seems to last longer was given by a clock that
has been set back since; it counts as over, or a task could be nobody's for years."""


def as_datetime(at: float) -> datetime:
    """Return a moment as records carry it, aware, in UTC."""
    return datetime.fromtimestamp(at, UTC)


def running(until: ColumnElement[float], now: float | ColumnElement[float]) -> ColumnElement[bool]:
    """Whether a claim or a taken slot that ends at `until` still runs."""
    return sa.and_(until > now, until <= now + LONGEST)


def runs(until: float, now: float) -> bool:
    """Whether a claim that ends at `until` still runs."""
    return now < until <= now + LONGEST
