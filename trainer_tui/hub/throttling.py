"""Failed logins make the next one wait: longer each time, never for good.

They are counted in the database, by account and address, so that all processes count
together, and before the password is looked at, so that tries at the same moment count too.
"""

import hashlib
import math
import random

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from trainer_tui.hub import audit, schema
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Hub

FORGOTTEN = 900.0
"""Seconds after the last wait until earlier failures do not count any more."""
_SWEEP = 0.02
"""Share of the tries that also throw forgotten ones away."""


def key(account: str, address: str) -> str:
    """Return what the tries of an account from an address are counted under."""
    return hashlib.sha256(f"{account}\0{address}".encode("utf-8", "replace")).hexdigest()


def begin(hub: Hub, account: str, address: str, settings: Settings) -> float:
    """Count a try, and return the seconds to wait; 0 if the password may be looked at now."""
    id, chance, jitter = key(account, address), random.random(), random.uniform(0.5, 1.0)

    def count(connection: Connection) -> float:
        attempts, now = schema.attempts, hub.now()
        if chance < _SWEEP:
            connection.execute(sa.delete(attempts).where(attempts.c.until < now - FORGOTTEN))
        dialect = postgresql if hub.database.postgres else sqlite
        first = dialect.insert(attempts).values(key=id, failures=0, until=now)
        connection.execute(first.on_conflict_do_nothing())
        known = sa.select(attempts.c.failures, attempts.c.until).where(attempts.c.key == id)
        failures, until = connection.execute(known.with_for_update()).one()
        # A wait longer than any was set by a clock that has been put back since.
        if now < until <= now + settings.longest_delay:
            return float(until - now)
        failures = 1 if until < now - FORGOTTEN else failures + 1
        over = failures - settings.free_tries
        delay = min(2.0 ** min(over, 30), settings.longest_delay) if over >= 0 else 0.0
        connection.execute(
            sa.update(attempts)
            .where(attempts.c.key == id)
            # With jitter, so that who guesses cannot plan.
            .values(failures=failures, until=now + delay * jitter)
        )
        if delay:
            audit.record(
                connection,
                hub,
                actor="",
                action="login.refused",
                team_id=None,
                subject=id,
                details={"failures": failures, "address": address},
            )
        return 0.0

    return hub.database.write(count)


def succeeded(connection: Connection, account: str, address: str) -> None:
    """Forget the failures of an account from an address."""
    attempts = schema.attempts
    connection.execute(sa.delete(attempts).where(attempts.c.key == key(account, address)))


def retry_after(seconds: float) -> dict[str, str]:
    """Return the header that tells when to come again."""
    return {"Retry-After": str(max(1, math.ceil(seconds)))}
