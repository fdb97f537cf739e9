"""The local store: one folder, one writer, everything on the disk before it is said to be saved."""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.domain.draft import Cause, Draft, Version
from trainer_tui.domain.errors import StoreError, StoreReadOnly
from trainer_tui.domain.link import HubState, Mark
from trainer_tui.domain.shift import LedgerEntry, Shift
from trainer_tui.domain.submission import WorkRecord
from trainer_tui.domain.task import Batch
from trainer_tui.services.ports import Profile, Trouble
from trainer_tui.store import documents, encoding, files
from trainer_tui.store.documents import ONLY
from trainer_tui.store.draft_folder import DraftFolder
from trainer_tui.store.drafts import versions_in
from trainer_tui.store.hub_files import HubFiles
from trainer_tui.store.lock import WriterLock
from trainer_tui.store.paths import TEMPORARY, Layout, listing
from trainer_tui.store.quarantine import Quarantine
from trainer_tui.store.shift_folder import ShiftFolder
from trainer_tui.store.turns import alone, writing
from trainer_tui.store.words import WordFolder

if TYPE_CHECKING:
    from trainer_tui.domain.hints import Return
    from trainer_tui.store.storage import Documents

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Workspace:
    """Implements `services.ports.Store` on files; made by `Workspace.open`."""

    def __init__(self, home: Path, *, read_only: bool) -> None:
        self.home = home
        self.read_only = read_only
        self._layout = Layout(home)
        self._turn = threading.RLock()
        self._lock: WriterLock | None = None
        self._loaded = False
        self._closed = False
        self._pid = os.getpid()
        self._profile = Profile()
        self._troubles: list[Trouble] = []
        self._documents: Documents | None = None
        self._batches: dict[str, Batch] = {}
        self._returns: tuple[tuple[int, ...], tuple[Return, ...]] | None = None
        quarantine = Quarantine(self._layout, self._report, read_only=read_only)
        self._quarantine = quarantine
        self._shift_folder = ShiftFolder(self._layout, quarantine)
        self._draft_folder = DraftFolder(self._layout, quarantine)
        self._word_folder = WordFolder(self._layout, quarantine)
        self._hub_files = HubFiles(self._layout, quarantine)

    @classmethod
    def open(cls, home: Path, *, read_only: bool = False) -> "Workspace":
        """Open the store in `home`, which is created if it is not there.

        Raises `StoreBusy` if another process writes there, `NewerFormat`, and
        `StoreError`. With `read_only` nothing is written or mended, and no lock is taken.
        """
        store = cls(Path(home).absolute(), read_only=read_only)
        try:
            store._open()
        except BaseException:
            store.close()
            raise
        return store

    @alone
    def troubles(self) -> tuple[Trouble, ...]:
        """Return what was met and not yet confirmed, also by earlier starts."""
        return tuple(self._troubles)

    @alone
    def confirm_troubles(self) -> None:
        """Forget them, a reader for itself only; the quarantine keeps the bytes."""
        if self._troubles and not self.read_only:
            self._require_writer()
            self._save_workspace(self._profile, [])
        self._troubles = []

    @alone
    def profile(self) -> Profile:
        """Return the profile, the default one at first."""
        return self._profile

    @writing
    def put_profile(self, profile: Profile) -> None:
        """Save the profile."""
        self._save_workspace(profile, self._troubles)
        self._profile = profile

    @alone
    def batches(self) -> tuple[Batch, ...]:
        """Return all batches with their tasks, in the order of import."""
        return tuple(
            sorted(self._batches.values(), key=lambda b: (b.imported_at or _LONG_AGO, b.id))
        )

    @writing
    def put_batch(self, batch: Batch) -> None:
        """Add a batch, or replace the one with its id; nothing is written if it is the same."""
        path = self._layout.batch(batch.id)
        place = self._layout.place(path)
        if len({task.id for task in batch.tasks}) != len(batch.tasks):
            raise StoreError(f"{place} was not saved: two of its tasks have the same id.")
        fields = encoding.fields_of(batch, place)
        known = self._batches.get(batch.id)
        if known is not None and encoding.fields_of(known, place) == fields:
            return
        from trainer_tui.store.storage import Documents

        tasks = {
            task.id: own for task, own in zip(batch.tasks, fields.pop("tasks", ()), strict=True)
        }
        Documents(path, "batch", place).replace({"batch": {batch.id: fields}, "tasks": tasks})
        self._batches[batch.id] = batch

    @alone
    def shifts(self) -> tuple[Shift, ...]:
        """Return all shifts, oldest first."""
        return self._shift_folder.all()

    @writing
    def put_shift(self, shift: Shift) -> None:
        """Create a shift, or replace its record."""
        self._shift_folder.put(shift)

    @alone
    def records(self, shift_id: str | None = None) -> tuple[WorkRecord, ...]:
        """Return all records of one shift or of all, in the order they were written."""
        return self._shift_folder.records(shift_id)

    @writing
    def add_record(self, record: WorkRecord) -> None:
        """Append a record to its shift's file."""
        self._shift_folder.add(record)

    @alone
    def ledger(self, shift_id: str) -> tuple[LedgerEntry, ...]:
        """Return the time ledger of a shift."""
        return self._shift_folder.ledger(shift_id)

    @writing
    def add_ledger(self, shift_id: str, entries: Iterable[LedgerEntry]) -> None:
        """Append to the time ledger of a shift."""
        self._shift_folder.add_ledger(shift_id, entries)

    @alone
    def drafts(self) -> dict[str, str]:
        """Return the live drafts, as task id to draft id."""
        return self._draft_folder.live()

    @alone
    def draft(self, task_id: str) -> Draft | None:
        """Return the newest version of a live draft."""
        return self._draft_folder.newest(task_id)

    @alone
    def versions(self, task_id: str) -> tuple[Version, ...]:
        """Return all versions of a task's draft, retired ones included, oldest first."""
        return self._draft_folder.versions(task_id)

    def each_version(self, task_id: str) -> Iterator[Version]:
        """Yield the same one at a time; others use the store meanwhile."""
        with self._turn:
            journals = self._draft_folder.journals(task_id)
        return (v for path, content in journals for v in versions_in(path, content))

    @writing
    def save_draft(self, draft: Draft, cause: Cause, at: datetime) -> int:
        """Append a version to the draft's journal and return its number."""
        return self._draft_folder.save(draft, cause, at)

    @writing
    def retire_draft(self, task_id: str) -> None:
        """Put the journal of a draft away; its history stays readable."""
        self._draft_folder.retire(task_id)

    @alone
    def returns(self) -> "tuple[Return, ...]":
        """Return what reviewers sent back; read again only when the file has changed."""
        from trainer_tui.store.returns import read_returns

        path = self._layout.returns
        with suppress(OSError):
            about = path.lstat()
            seen = (about.st_ino, about.st_size, about.st_mtime_ns)
            if self._returns is None or self._returns[0] != seen:
                found, problem = read_returns(path)
                self._returns = (seen, found)
                if problem:
                    self._quarantine.tell(path, problem, serious=False)
            return self._returns[1]
        return ()

    def own_words(self, language: str) -> tuple[str, ...]:
        """Return the personal dictionary of a base language, sorted."""
        return self._word_folder.read(language)

    @writing
    def put_own_words(self, language: str, words: Iterable[str]) -> None:
        """Replace the personal dictionary of a base language."""
        self._word_folder.write(language, words)

    @alone
    def hub(self) -> HubState:
        """Return what is remembered of the hub."""
        return self._hub_files.state

    @writing
    def put_hub(self, state: HubState) -> None:
        """Replace it, in one write."""
        self._hub_files.put(state)

    @writing
    def mark(self, marks: Iterable[Mark]) -> tuple[WorkRecord, ...]:
        """Note how far records and shifts got, in one write a shift."""
        return tuple(self._shift_folder.mark(marks))

    @alone
    def received(self) -> tuple[WorkRecord, ...]:
        """Return the records of this trainer that came from other machines, by the hub."""
        return self._hub_files.received()

    @writing
    def put_received(self, batch_id: str, records: Iterable[WorkRecord]) -> None:
        """Add records on one batch to them, or replace those with the same ids."""
        self._hub_files.put_received(batch_id, records)

    @writing
    def put_away(self, name: str, content: bytes) -> str:
        """Keep bytes that nobody can read in the quarantine, and return the place."""
        return self._quarantine.put(name, content)

    @alone
    def close(self) -> None:
        """Release the store; everything is already on disk."""
        self._closed = True
        self._draft_folder.close()
        self._shift_folder.close()
        # A forked child shares the lock with its parent and must not give it back.
        if self._lock is not None and os.getpid() == self._pid:
            self._lock.release()
            self._lock = None

    def _open(self) -> None:
        if not self.read_only:
            self._become_writer()
        with files.explained(str(self.home), doing="read"):
            self._require_real_folders()
            if not self.read_only:
                self._refuse_newer()
                self._sweep()
            self._load()

    def _become_writer(self) -> None:
        with files.explained(str(self.home), doing="opened"):
            files.make_folders(self.home)
        self._lock = WriterLock(self._layout)
        self._lock.acquire()
        for folder in self._layout.folders[1:]:
            with files.explained(self._layout.place(folder), doing="opened"):
                files.make_folder(folder)
        with files.explained(str(self.home), doing="opened"):
            # A first start that was cut short may have made folders and not waited for them.
            if self._lock.left_behind or not os.path.lexists(self._layout.workspace):
                self._settle()

    def _settle(self) -> None:
        """Wait until all that is about to be shown is on the disk.

        A writer that was killed may have had no time for its last fsync, and what a person
        has seen in the list must not be gone after a power cut.
        """
        files.sync_ancestors(self.home)
        for folder in self._layout.folders:
            files.sync_folder(folder)
        for folder in (self._layout.drafts, self._layout.shifts):
            for path in listing(folder, ".jsonl"):
                # What is no file of ours is refused where it is read.
                if path.is_file() and not path.is_symlink():
                    files.sync_file(path)

    def _require_real_folders(self) -> None:
        for folder in self._layout.folders[1:]:
            if folder.is_symlink():
                raise StoreError(
                    f"{self._layout.place(folder)} is a symbolic link, which is refused.",
                    "Put the real folder there; the data folder as a whole may be a link.",
                )

    def _refuse_newer(self) -> None:
        documents.refuse_newer(self._layout.workspace, "workspace", "workspace.json")
        for path in listing(self._layout.batches, ".json"):
            documents.refuse_newer(path, "batch", self._layout.place(path))
        self._shift_folder.refuse_newer()
        self._hub_files.refuse_newer()
        self._draft_folder.refuse_newer()

    def _sweep(self) -> None:
        """Remove what a killed writer was about to put in place: it was never acknowledged."""
        for path in self._layout.files():
            if path.name.endswith(TEMPORARY):
                with files.explained(self._layout.place(path), doing="removed"):
                    files.remove(path)

    def _load(self) -> None:
        for path in documents.present(self._layout.batches):
            batch = documents.read(path, documents.parse_batch, self._quarantine)
            if batch is not None:
                self._batches[batch.id] = batch
        self._shift_folder.load()
        self._hub_files.load()
        self._draft_folder.load()
        met, self._troubles = self._troubles, []
        if any(trouble.serious for trouble in met):
            # Only to remember it the disk need not have space: the next start finds it mended.
            with suppress(StoreError):
                self._hub_files.read_again()
        workspace = documents.read(
            self._layout.workspace, documents.parse_workspace, self._quarantine
        )
        if workspace is not None:
            self._profile = workspace.profile[ONLY]
            met = [*workspace.troubles.values(), *met]
        elif not self._troubles and (self._batches or self._shift_folder.all()):
            self._quarantine.tell(self._layout.workspace, "The file is missing; your name too.")
        self._troubles = list(dict.fromkeys([*met, *self._troubles]))
        stored = list(workspace.troubles.values()) if workspace is not None else None
        if not self.read_only and stored != self._troubles:
            # Only to remember troubles the disk need not have space: opening goes on.
            with suppress(StoreError) if stored is not None else nullcontext():
                self._save_workspace(self._profile, self._troubles)
        self._loaded = True

    def _report(self, trouble: Trouble) -> None:
        """Note a trouble, and keep it over a restart if that is possible now."""
        if trouble in self._troubles:
            return
        self._troubles.append(trouble)
        if self._loaded and not self.read_only:
            with suppress(StoreError):
                self._save_workspace(self._profile, self._troubles)

    def _save_workspace(self, profile: Profile, troubles: list[Trouble]) -> None:
        from trainer_tui.store.storage import Documents

        place = "workspace.json"
        if self._documents is None:
            self._documents = Documents(self._layout.workspace, "workspace", place)
        self._documents.replace(
            {
                "profile": {ONLY: encoding.fields_of(profile, place)},
                "troubles": {
                    str(number): encoding.fields_of(trouble, place)
                    for number, trouble in enumerate(troubles, 1)
                },
            }
        )

    def _require_writer(self) -> None:
        if self.read_only:
            raise StoreReadOnly(
                "Nothing can be saved.", "Close the other window, then start again without it."
            )
        if self._closed:
            raise StoreError("The store is closed.")
        if os.getpid() != self._pid:
            raise StoreError("The store belongs to the process that opened it.")
