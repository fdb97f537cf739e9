"""What an exchange with the hub came to so far."""

import msgspec


class Tally(msgspec.Struct):
    """Counted while it goes on, so that what was done is known even if it breaks off."""

    sent: int = 0
    late: int = 0
    refused: int = 0
    received: int = 0
    claimed: int = 0
    tasks: frozenset[str] = frozenset()
    """Ids of the tasks whose text or state may have changed."""
