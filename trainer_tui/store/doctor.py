"""Examines every file of a store, and repairs only what can be proved."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import msgspec

from trainer_tui.domain.errors import NewerFormat, TrainerError
from trainer_tui.domain.submission import Withdrawal, WorkRecord
from trainer_tui.domain.task import Batch
from trainer_tui.store import documents, files, lock, words
from trainer_tui.store.drafts import read_history, task_id_of
from trainer_tui.store.envelope import Damaged
from trainer_tui.store.paths import (
    LEDGER_SUFFIX,
    PREVIOUS,
    TEMPORARY,
    WORDS_SUFFIX,
    Layout,
    listing,
    shift_id_of,
)
from trainer_tui.store.shift_folder import read_ledger
from trainer_tui.store.workspace import Workspace

SCARCE = 100 * 1024 * 1024
"""Bytes of free space below which the disk counts as nearly full."""


class Severity(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    place: str
    """File or folder, relative to the data folder."""
    severity: Severity
    message: str
    hint: str = ""
    repairable: bool = False


def examine(home: Path) -> tuple[Finding, ...]:
    """Look at everything in a data folder and write nothing; what is bad comes first."""
    layout = Layout(Path(home).absolute())
    if not layout.home.is_dir():
        return (Finding(str(home), Severity.NOTE, "there is no data folder yet"),)
    with files.explained(str(home), doing="examined"):
        found = [*_surroundings(layout), *_names(layout), *_contents(layout), *_kept(layout)]
    order = [Severity.BAD, Severity.NOTE, Severity.OK]
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def repair(home: Path) -> tuple[Finding, ...]:
    """Mend what can be proved and return what was found and is mended now.

    Unfinished files go, permissions become the owner's, and a writer opens the store
    once, which cuts unfinished lines off and lets the state before the last save take
    the place of a damaged file; whatever is taken out is kept in the quarantine.
    Raises `StoreBusy` if another process writes there, and `StoreError`.
    """
    before = [finding for finding in examine(home) if finding.repairable]
    if not before:
        return ()
    layout = Layout(Path(home).absolute())
    with files.explained(str(home), doing="repaired"):
        for path in _everything(layout):
            if _too_open(path):
                os.chmod(path, files.FOLDER_MODE if path.is_dir() else files.FILE_MODE)
    store = Workspace.open(layout.home)
    try:
        for task_id in store.drafts():
            store.draft(task_id)
        for shift in store.shifts():
            store.ledger(shift.id)
        for path in (layout.workspace, *_documents(layout)):
            _repair_previous(layout, path)
    finally:
        store.close()
    left = set(examine(home))
    return tuple(finding for finding in before if finding not in left)


def _surroundings(layout: Layout) -> Iterator[Finding]:
    free = shutil.disk_usage(layout.home).free
    size = f"{free // (1024 * 1024)} MB are free on the disk"
    if free < SCARCE:
        yield Finding(".", Severity.BAD, size, "Free some space before you go on writing.")
    else:
        yield Finding(".", Severity.OK, size)
    if (holder := lock.holder(layout.holder)) is not None:
        yield Finding(
            "lock",
            Severity.NOTE,
            f"process {holder.pid} has it open since {holder.since:%H:%M} UTC",
        )


def _everything(layout: Layout) -> Iterator[Path]:
    yield from (folder for folder in layout.folders if folder.is_dir())
    yield from layout.files()


def _too_open(path: Path) -> bool:
    if os.name == "nt":
        return False
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:  # a writer is at work
        return False
    return not stat.S_ISLNK(mode) and bool(stat.S_IMODE(mode) & 0o077)


def _names(layout: Layout) -> Iterator[Finding]:
    for path in _everything(layout):
        place = layout.place(path)
        if path.is_symlink() and path != layout.home:
            yield _refused_link(layout, path)
        elif _too_open(path):
            yield Finding(
                place, Severity.BAD, "other users of this computer can read it", "", repairable=True
            )
        if path.name.endswith(TEMPORARY):
            yield Finding(
                place, Severity.NOTE, "a save that was never finished", "", repairable=True
            )


def _refused_link(layout: Layout, path: Path) -> Finding:
    hint = "Put the real file or folder there, or remove the link."
    return Finding(layout.place(path), Severity.BAD, "a symbolic link, which is refused", hint)


def _documents(layout: Layout) -> list[Path]:
    folders = (layout.batches, layout.shifts, layout.received)
    found = [path for folder in folders for path in documents.present(folder)]
    previous = layout.hub.with_name(layout.hub.name + PREVIOUS)
    return [*found, layout.hub] if layout.hub.exists() or previous.exists() else found


def _kind(layout: Layout, path: Path) -> tuple[str, Callable[[Path, bytes], object]]:
    """Return what a document file is, and how it is read."""
    if path == layout.hub:
        return "hub", documents.parse_hub
    kinds: dict[Path, tuple[str, Callable[[Path, bytes], object]]] = {
        layout.batches: ("batch", documents.parse_batch),
        layout.shifts: ("shift", documents.parse_shift),
        layout.received: ("received", documents.parse_received),
    }
    return kinds.get(path.parent, ("workspace", documents.parse_workspace))


def _contents(layout: Layout) -> Iterator[Finding]:
    batches: list[Batch] = []
    records: list[WorkRecord] = []
    received: list[WorkRecord] = []
    sound = 0
    paths = [layout.workspace, *_documents(layout)]
    for path in paths:
        value, finding = _document(layout, path, _kind(layout, path)[1])
        if finding is not None:
            yield finding
        else:
            sound += 1
        if isinstance(value, Batch):
            batches.append(value)
        elif isinstance(value, documents.ShiftContent):
            records += value.records
        elif isinstance(value, list):
            received += value
    journals = list(_journals(layout))
    broken = [finding for finding in journals if finding is not None]
    yield from broken
    yield from _orphans(layout, batches, records, received)
    yield from _returns(layout)
    dictionaries = list(_own_words(layout))
    yield from filter(None, dictionaries)
    count = sound + len(journals) - len(broken) + dictionaries.count(None)
    yield Finding(
        ".", Severity.OK, f"{count} files with {len(records)} records and their checksums are sound"
    )


def _document(
    layout: Layout, path: Path, parse: Callable[[Path, bytes], object]
) -> tuple[object, Finding | None]:
    place = layout.place(path)
    value, problem = _parsed(path, path, parse)
    _, previous_problem = _parsed(path, path.with_name(path.name + PREVIOUS), parse)
    if problem is None:
        if previous_problem not in (None, _MISSING):
            return value, Finding(
                place + PREVIOUS, Severity.NOTE, f"damaged: {previous_problem}", "", repairable=True
            )
        return value, None
    if problem is _MISSING and path == layout.workspace and not _documents(layout):
        return None, None
    hint = "The state before its last save is sound and can take its place."
    if previous_problem is not None:
        hint = "Restore it from a backup; what is there will be kept in quarantine."
    return None, Finding(
        place, Severity.BAD, f"damaged: {problem}", hint, repairable=previous_problem is None
    )


_MISSING = "it is missing"


def _parsed(
    path: Path, source: Path, parse: Callable[[Path, bytes], object]
) -> tuple[object, str | None]:
    """Parse the bytes of `source` as those of `path`: its value, or what is wrong with it."""
    try:
        return parse(path, files.read_file(source)), None
    except FileNotFoundError:
        return None, _MISSING
    except NewerFormat as error:
        return None, error.message
    except (OSError, Damaged) as error:
        return None, str(error)


def _journals(layout: Layout) -> Iterator[Finding | None]:
    """Yield a finding for each journal that is not sound and None for each that is."""
    for path in listing(layout.drafts, ".jsonl") + listing(layout.retired, ".jsonl"):
        live = path.parent == layout.drafts
        try:
            history = read_history(path, files.read_file(path))
        except FileNotFoundError:  # a writer is at work
            continue
        except (OSError, Damaged, TrainerError) as error:
            yield Finding(layout.place(path), Severity.BAD, f"not readable: {error}")
            continue
        torn = history.sound and bool(history.scan.tail)
        count = len(history.versions)
        yield _journal(layout.place(path), history.sound, torn, f"{count} versions", live)
    shifts = {layout.ledger(path) for path in documents.present(layout.shifts)}
    for path in listing(layout.shifts, LEDGER_SUFFIX):
        if path not in shifts:
            yield Finding(layout.place(path), Severity.BAD, "its shift is missing")
            continue
        try:
            content = read_ledger(shift_id_of(path), files.read_file(path))
        except FileNotFoundError:  # a writer is at work
            continue
        except (OSError, Damaged, TrainerError) as error:
            yield Finding(layout.place(path), Severity.BAD, f"not readable: {error}")
            continue
        torn = content.sound and bool(content.tail)
        count = len(content.entries)
        yield _journal(layout.place(path), content.sound, torn, f"{count} entries", True)


def _own_words(layout: Layout) -> Iterator[Finding | None]:
    """Yield a finding for each personal dictionary that is not sound and None for each that is."""
    for path in listing(layout.words, WORDS_SUFFIX):
        try:
            refused = words.parse(files.read_file(path)).refused
        except FileNotFoundError:  # a writer is at work
            continue
        except OSError as error:
            yield Finding(layout.place(path), Severity.BAD, f"not readable: {error}")
            continue
        hint = "One word a line; correct the file, or leave it: its other lines count."
        message = f"{refused} of its lines are no words and passed over"
        yield Finding(layout.place(path), Severity.NOTE, message, hint) if refused else None


def _journal(place: str, sound: bool, torn: bool, left: str, live: bool) -> Finding | None:
    if torn:
        message = f"the last save was not finished; {left} are sound"
        return Finding(place, Severity.NOTE, message, "", repairable=live)
    if not sound:
        return Finding(place, Severity.BAD, f"damaged; {left} can be read", "", repairable=live)
    return None


def _orphans(
    layout: Layout, batches: list[Batch], records: list[WorkRecord], received: list[WorkRecord]
) -> Iterator[Finding]:
    tasks = {task.id for batch in batches for task in batch.tasks}
    ids = {record.id for record in (*records, *received)}
    for record in records:
        if isinstance(record, Withdrawal) and record.record_id not in ids:
            message = f"record {record.id} takes back a record that is missing"
            yield Finding("shifts", Severity.BAD, message)
    for task_id in sorted({record.task_id for record in records} - tasks):
        message = f"there are records of the task {task_id}, whose batch is missing"
        yield Finding("shifts", Severity.NOTE, message, "Import the batch again.")
    for path in listing(layout.drafts, ".jsonl"):
        if task_id_of(path) not in tasks:
            hint = "Import the batch again."
            yield Finding(
                layout.place(path), Severity.NOTE, "the batch of its task is missing", hint
            )


def _returns(layout: Layout) -> Iterator[Finding]:
    from trainer_tui.store.returns import read_returns

    _, problem = read_returns(layout.returns)
    if problem:
        hint = "It comes from the reviews and not from you; let it be written again."
        yield Finding(layout.place(layout.returns), Severity.NOTE, problem, hint)


def _kept(layout: Layout) -> Iterator[Finding]:
    for path in listing(layout.quarantine, ""):
        size = path.lstat().st_size
        message = f"{size} bytes that were set aside"
        yield Finding(layout.place(path), Severity.NOTE, message, "Delete it when it is settled.")


def _repair_previous(layout: Layout, path: Path) -> None:
    """Replace a damaged earlier state by a copy of the sound file."""
    previous = path.with_name(path.name + PREVIOUS)
    if not previous.exists():
        return
    with files.explained(layout.place(previous), doing="repaired"):
        content, before = files.read_file(path), files.read_file(previous)
        if not documents.sound(_kind(layout, path)[0], before):
            files.replace_file(previous, content)
