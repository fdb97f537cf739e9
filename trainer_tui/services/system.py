"""The real clock, for the composition root; tests pass their own."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Implements `services.ports.Clock`."""

    def now(self) -> datetime:
        """Return the wall clock's time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()
