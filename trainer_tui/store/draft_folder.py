"""The drafts of a workspace: live journals, and the ones that were put away."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path

from trainer_tui.domain.draft import Cause, Draft, Version
from trainer_tui.domain.errors import NewerFormat, StoreError
from trainer_tui.store import files
from trainer_tui.store.drafts import (
    DraftJournal,
    History,
    header_of,
    read_history,
    task_id_of,
)
from trainer_tui.store.envelope import Damaged
from trainer_tui.store.paths import Layout, listing
from trainer_tui.store.quarantine import Quarantine

_SUFFIX = ".jsonl"


class DraftFolder:
    """All drafts; not thread-safe by itself."""

    def __init__(self, layout: Layout, quarantine: Quarantine) -> None:
        self._layout = layout
        self._quarantine = quarantine
        self._live: dict[str, str] = {}
        self._journals: dict[str, DraftJournal] = {}
        self._open: DraftJournal | None = None

    def refuse_newer(self) -> None:
        """Raise `NewerFormat` if a live draft is of a newer format."""
        for path in listing(self._layout.drafts, _SUFFIX):
            place = self._layout.place(path)
            try:
                with files.explained(place, doing="read"):
                    header_of(path)
            except Damaged:
                continue
            except NewerFormat as error:
                raise NewerFormat(f"{place}: {error.message}", error.hint) from error

    def load(self) -> None:
        """Find the live drafts by the first line of their journals."""
        if not self._quarantine.read_only:
            self._finish_no_move()
        for path in listing(self._layout.drafts, _SUFFIX):
            task_id = task_id_of(path)
            try:
                # A writer beside this reader may put the journal away at this moment.
                with (
                    files.explained(self._layout.place(path), doing="read"),
                    suppress(FileNotFoundError),
                ):
                    self._live[task_id] = header_of(path).draft_id
            except NewerFormat as error:
                self._quarantine.tell(path, error.message)
            except Damaged:
                if (history := self._mended(path)) is not None:
                    self._live[task_id] = history.versions[-1].draft.id

    def _finish_no_move(self) -> None:
        """Take a journal that was being put away when the writer died as still live.

        It has two names then, and nobody was told that it was put away.
        """
        for other in listing(self._layout.retired, _SUFFIX):
            path = self._layout.drafts / f"{task_id_of(other)}{_SUFFIX}"
            with files.explained(self._layout.place(path), doing="mended"):
                if _same(path, other):
                    files.remove(other)
                    files.sync_folder(other.parent)

    def live(self) -> dict[str, str]:
        """Return the live drafts, as task id to draft id."""
        return dict(self._live)

    def newest(self, task_id: str) -> Draft | None:
        """Return the newest version of a live draft."""
        if task_id not in self._live:
            return None
        if task_id in self._journals:
            return self._journals[task_id].last.draft
        if self._quarantine.read_only:
            history = self._mended(self._layout.draft(task_id))
            return history.versions[-1].draft if history is not None else None
        journal = self._journal(task_id)
        return journal.last.draft if journal is not None else None

    def versions(self, task_id: str) -> tuple[Version, ...]:
        """Return all versions of a task's draft, those of retired journals first."""
        found: list[Version] = []
        for path in self._retired(task_id):
            if task_id in self._live and _same(self._layout.draft(task_id), path):
                continue  # a writer is putting it away at this moment
            try:
                history = self._read(path)
            except (Damaged, NewerFormat) as error:
                self._quarantine.tell(path, f"An older draft is not readable: {error}.")
                continue
            found += history.versions
            if not history.sound or not history.scan.sound:
                self._quarantine.tell(path, "An older draft is damaged; versions may be missing.")
        if task_id in self._live:
            live = self._mended(self._layout.draft(task_id))
            newest = found[-1].number if found else 0
            found += live.versions if live is not None else ()
            if live is not None and live.versions[0].number <= newest:
                path = self._layout.draft(task_id)
                self._quarantine.tell(path, "An older draft has taken the place of the newest.")
        return tuple(found)

    def journals(self, task_id: str) -> list[tuple[Path, bytes]]:
        """Return what is in the journals of a task's drafts, readable retired ones first."""
        live = self._layout.draft(task_id) if task_id in self._live else None
        found = []
        for path in self._retired(task_id):
            with suppress(OSError):
                if live is None or not _same(live, path):
                    found.append((path, files.read_file(path)))
        if live is not None:
            # A writer beside this reader may put the journal away at this moment.
            with (
                files.explained(self._layout.place(live), doing="read"),
                suppress(FileNotFoundError),
            ):
                found.append((live, files.read_file(live)))
        return found

    def save(self, draft: Draft, cause: Cause, at: datetime) -> int:
        """Append a version and return its number; raises `StoreError`."""
        task_id = draft.task_id
        journal = self._journal(task_id)
        another = journal is not None and self._live[task_id] != draft.id
        if journal is None or another:
            path = self._layout.draft(task_id)
            place = self._layout.place(path)
            number = 1 + max((v.number for v in self.versions(task_id)), default=0)
            version = Version(number=number, saved_at=at, cause=cause, draft=draft)
            with self._put_away_too(task_id) if another else nullcontext():
                journal = DraftJournal.write(path, place, (version,))
            self._journals[task_id] = journal
            self._live[task_id] = draft.id
        else:
            number = journal.save(draft, cause, at)
        if self._open is not None and self._open is not journal:
            self._open.close()
        self._open = journal
        return number

    def retire(self, task_id: str) -> None:
        """Put the live journal of a task away; nothing happens if there is none."""
        if self._journal(task_id) is None:
            return
        path, target = self._layout.draft(task_id), self._next_retired(task_id)
        self._journals[task_id].close()
        with files.explained(self._layout.place(path), doing="put away"):
            files.move(path, target)
        self._live.pop(task_id)
        self._journals.pop(task_id)

    def _next_retired(self, task_id: str) -> Path:
        taken = [_number(old) for old in self._retired(task_id)]
        return self._layout.retired_draft(task_id, 1 + max(taken, default=0))

    @contextmanager
    def _put_away_too(self, task_id: str) -> Iterator[None]:
        """Put the live journal away in the same step in which another one takes its place.

        Until it has, the journal has both names, which counts as live.
        """
        path, target = self._layout.draft(task_id), self._next_retired(task_id)
        self._journals[task_id].close()
        with files.explained(self._layout.place(path), doing="put away"):
            linked = files.link(path, target)
        if not linked:
            self.retire(task_id)
            yield
            return
        try:
            with files.explained(self._layout.place(target), doing="put away"):
                files.sync_folder(target.parent)
            yield
        except BaseException:
            with suppress(OSError):
                files.remove(target)
            raise

    def close(self) -> None:
        """Close the open file."""
        for journal in self._journals.values():
            journal.close()

    def _journal(self, task_id: str) -> DraftJournal | None:
        if task_id not in self._live:
            return None
        if task_id not in self._journals:
            path = self._layout.draft(task_id)
            history = self._mended(path)
            if history is None:
                self._live.pop(task_id)
                return None
            if history.sound:
                self._journals[task_id] = DraftJournal.resume(
                    path, self._layout.place(path), history
                )
        return self._journals[task_id]

    def _retired(self, task_id: str) -> list[Path]:
        prefix = f"{task_id}."
        with files.explained(self._layout.place(self._layout.retired), doing="read"):
            names = listing(self._layout.retired, _SUFFIX)
        found = [
            path
            for path in names
            if path.name.startswith(prefix) and path.stem[len(prefix) :].isdecimal()
        ]
        return sorted(found, key=_number)

    def _read(self, path: Path) -> History:
        with files.explained(self._layout.place(path), doing="read"):
            return read_history(path, files.read_file(path))

    def _mended(self, path: Path) -> History | None:
        """Read a live journal, mend what is wrong with it, and say so; None if nothing is left."""
        place = self._layout.place(path)
        with files.explained(place, doing="read"):
            try:
                content = files.read_file(path)
            except FileNotFoundError:
                if not self._quarantine.read_only:
                    self._quarantine.tell(path, "The draft has disappeared from the disk.")
                return None
        writing = not self._quarantine.read_only
        try:
            history = read_history(path, content)
        except NewerFormat as error:
            raise StoreError(f"{place}: {error.message}", error.hint) from error
        except Damaged as damage:
            kept = self._quarantine.keep(path, content)
            if writing:
                with files.explained(place, doing="set aside"):
                    files.remove(path)
                    files.sync_folder(path.parent)
            self._quarantine.tell(path, f"The draft cannot be used: {damage}.{kept}")
            return None
        if history.scan.sound and history.sound:
            return history
        if history.sound:
            self._cut(path, history)
            return history
        kept = self._quarantine.keep(path, content)
        if writing:
            task_id = task_id_of(path)
            if task_id in self._journals:
                self._journals[task_id].close()
            self._journals[task_id] = DraftJournal.write(path, place, history.versions)
        lost = f"; {history.lost} of its versions could not be read" if history.lost else ""
        self._quarantine.tell(
            path,
            f"The draft was damaged{lost}.{kept}",
            serious=history.lost > 0,
        )
        return history

    def _cut(self, path: Path, history: History) -> None:
        """Take an unfinished line off; a reader does not: a writer may be at that very line."""
        if self._quarantine.read_only:
            return
        try:
            kept = self._quarantine.keep(path, history.scan.tail)
            with files.explained(self._layout.place(path), doing="mended"):
                files.shorten(path, history.scan.length)
        except StoreError:
            # On a full disk the draft must still open; the next save cuts the line off.
            return
        self._quarantine.tell(
            path,
            f"The last save was not finished: {len(history.scan.tail)} bytes were cut off. "
            f"What was said to be saved is there.{kept}",
            serious=False,
        )


def _same(path: Path, other: Path) -> bool:
    """Whether two names are of the same file, or of two with the same bytes, as in a copy."""
    try:
        ours, theirs = path.stat(), other.stat()
        if os.path.samestat(ours, theirs):
            return True
        return ours.st_size == theirs.st_size and files.read_file(path) == files.read_file(other)
    except FileNotFoundError:
        return False


def _number(path: Path) -> int:
    return int(path.stem.rpartition(".")[2])
