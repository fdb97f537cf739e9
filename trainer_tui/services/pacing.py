"""When the hub is asked again."""

EVERY = 120.0
"""Seconds between two exchanges when all is well, and at least half of it."""
FIRST_DELAY, LONGEST_DELAY, SHORTEST_DELAY = 2.0, 300.0, 0.5
"""Seconds: bounds of the wait for another try."""
WORTH_A_WORD = 120.0
"""Seconds by which a clock may be wrong before the trainer is told."""


def next_delay(failures: int, chance: float, told: float | None = None) -> float:
    """Return the seconds until the next try after so many failed ones in a row.

    Full jitter: anything up to a bound that doubles, so that a thousand workstations do not
    come back at once; what the hub has asked for is waited for before.
    """
    bound = min(FIRST_DELAY * 2.0 ** min(failures, 30), LONGEST_DELAY)
    return (told or 0.0) + max(bound * chance, SHORTEST_DELAY)
