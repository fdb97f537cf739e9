"""What a service did, so that each screen refreshes only if it is concerned."""

from typing import NamedTuple


class Change(NamedTuple):
    """The outcome of an action."""

    message: str
    """One sentence for the trainer."""
    tasks: frozenset[str] = frozenset()
    """Ids of the tasks whose state may have changed."""
    record_id: str | None = None
    """The record that was written."""
    undoable: bool = False
    """Whether `Writing.undo` takes it back."""
