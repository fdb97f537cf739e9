"""What a service did, so that each screen refreshes only if it is concerned."""

from typing import NamedTuple


class Undo(NamedTuple):
    """How to take an action back."""

    name: str
    """What is taken back, in words: "submission of “Limerick about a router”"."""
    task_id: str
    record_id: str


class Change(NamedTuple):
    """The outcome of an action."""

    message: str
    """One sentence for the trainer."""
    tasks: frozenset[str] = frozenset()
    """Ids of the tasks whose state may have changed."""
    record_id: str | None = None
    """The record that was written."""
    undo: Undo | None = None
