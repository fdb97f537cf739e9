"""What the services need from the outside: a clock, ids and a store."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from trainer_tui.domain.draft import Cause, Draft, Version
from trainer_tui.domain.link import HubState, Mark
from trainer_tui.domain.shift import LedgerEntry, Shift
from trainer_tui.domain.submission import WorkRecord
from trainer_tui.domain.task import Batch

if TYPE_CHECKING:
    from trainer_tui.domain.hints import Return


class Clock(Protocol):
    """Two clocks: one for dates, one for durations."""

    def now(self) -> datetime:
        """Return the wall clock's time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...


NewId = Callable[[], str]
"""Makes a fresh UUIDv7, lower case with hyphens."""


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who works here, and what the program remembers between two starts."""

    trainer: str = ""
    team: str = ""
    last_task: str | None = None
    batch_filter: str | None = None
    """Only this batch is shown in the task list."""
    closed_batches: tuple[str, ...] = ()
    """Batches that were taken off the task list."""
    guidelines_read: dict[str, str] = {}
    """By batch, the label of the guidelines that were read last, where they have ever changed."""
    folded: bool = False
    """Whether the brief beside the text is folded away; above the text it always begins so."""


class Trouble(msgspec.Struct, frozen=True):
    """Something that the store met and mended or set aside; shown until confirmed."""

    place: str
    """File name, relative to the data folder."""
    message: str
    serious: bool = True


class Speller(Protocol):
    """Dictionaries. Every method may be called by several threads at once."""

    def knows(self, language: str) -> bool:
        """Whether texts in a language, a BCP 47 tag, can be checked; at once."""
        ...

    def accepts(self, word: str, language: str, *, perhaps_name: bool = False) -> bool:
        """Whether a normalized word (`domain.prose.normalized`) is spelled right.

        With `perhaps_name` it may be a name: only what is near a word is wrong. The first
        call for a language takes a second or two.
        """
        ...

    def suggestions(self, word: str, language: str) -> tuple[str, ...]:
        """Return a few right spellings near a normalized word, best first."""
        ...


class NoSpeller:
    """Implements `Speller` where there are no dictionaries: no text is checked."""

    def knows(self, language: str) -> bool:
        """Return False."""
        return False

    def accepts(self, word: str, language: str, *, perhaps_name: bool = False) -> bool:
        """Return True."""
        return True

    def suggestions(self, word: str, language: str) -> tuple[str, ...]:
        """Return nothing."""
        return ()


class Store(Protocol):
    """The local store. Every method that writes returns only when the bytes are on disk.

    Raises `StoreError` and its kin; after a failed write nothing has changed, in
    memory or on disk.
    """

    read_only: bool
    home: Path

    def troubles(self) -> tuple[Trouble, ...]:
        """What was met since opening and not yet confirmed."""
        ...

    def confirm_troubles(self) -> None:
        """The trainer has read them."""
        ...

    def profile(self) -> Profile:
        """Return the profile, the default one at first."""
        ...

    def put_profile(self, profile: Profile) -> None:
        """Save the profile."""
        ...

    def batches(self) -> tuple[Batch, ...]:
        """Return all batches with their tasks, in the order of import."""
        ...

    def put_batch(self, batch: Batch) -> None:
        """Add a batch, or replace the one with its id."""
        ...

    def shifts(self) -> tuple[Shift, ...]:
        """Return all shifts, oldest first."""
        ...

    def put_shift(self, shift: Shift) -> None:
        """Create a shift, or replace its record (when it ends)."""
        ...

    def records(self, shift_id: str | None = None) -> tuple[WorkRecord, ...]:
        """Return all records of one shift or of all, in the order they were written."""
        ...

    def add_record(self, record: WorkRecord) -> None:
        """Append a record to its shift's file."""
        ...

    def ledger(self, shift_id: str) -> tuple[LedgerEntry, ...]:
        """Return the time ledger of a shift."""
        ...

    def add_ledger(self, shift_id: str, entries: Iterable[LedgerEntry]) -> None:
        """Append to the time ledger of a shift."""
        ...

    def drafts(self) -> dict[str, str]:
        """Return the live drafts, as task id to draft id, without reading their texts."""
        ...

    def draft(self, task_id: str) -> Draft | None:
        """Return the newest version of a live draft."""
        ...

    def versions(self, task_id: str) -> tuple[Version, ...]:
        """Return all versions of a task's draft, retired ones included, oldest first."""
        ...

    def each_version(self, task_id: str) -> Iterator[Version]:
        """Yield the same one at a time, for all at once may be too large to hold.

        What is damaged is passed over in silence.
        """
        ...

    def save_draft(self, draft: Draft, cause: Cause, at: datetime) -> int:
        """Append a version to the draft's journal and return its number."""
        ...

    def retire_draft(self, task_id: str) -> None:
        """Put the journal of a draft away; its history stays readable."""
        ...

    def returns(self) -> "tuple[Return, ...]":
        """Return what reviewers sent back, as it lies here; damage is a trouble, never an error."""
        ...

    def own_words(self, language: str) -> tuple[str, ...]:
        """Return the personal dictionary of a base language, sorted."""
        ...

    def put_own_words(self, language: str, words: Iterable[str]) -> None:
        """Replace the personal dictionary of a base language."""
        ...

    def hub(self) -> HubState:
        """Return what is remembered of the hub; without a `link` there is none."""
        ...

    def put_hub(self, state: HubState) -> None:
        """Replace it, in one write."""
        ...

    def mark(self, marks: Iterable[Mark]) -> tuple[WorkRecord, ...]:
        """Note how far records and shifts got, in one write a shift.

        Returns the records that this has changed; what is not here is passed over.
        """
        ...

    def received(self) -> tuple[WorkRecord, ...]:
        """Return the records of this trainer that came from other machines, by the hub."""
        ...

    def put_received(self, batch_id: str, records: Iterable[WorkRecord]) -> None:
        """Add records on one batch to them, or replace those with the same ids; one write."""
        ...

    def put_away(self, name: str, content: bytes) -> str:
        """Keep bytes that nobody can read in the quarantine, and return the place."""
        ...

    def close(self) -> None:
        """Release the store; everything is already on disk."""
        ...
