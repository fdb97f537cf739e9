"""How far what was done on a workstation got on its way to the hub."""

from enum import StrEnum


class SyncState(StrEnum):
    """How far a record got."""

    PENDING = "pending"
    ACKED = "acked"
    """On the hub's disk."""
    REFUSED = "refused"
    """The hub will never take it as it is; it stays here."""
