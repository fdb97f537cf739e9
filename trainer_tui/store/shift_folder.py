"""The shifts of a workspace with their records and time ledgers."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from trainer_tui.domain.errors import NotFound, StoreError
from trainer_tui.domain.link import Mark
from trainer_tui.domain.shift import LedgerEntry, Shift
from trainer_tui.domain.submission import WorkRecord
from trainer_tui.domain.sync import SyncState
from trainer_tui.store import documents, encoding, files, migrations
from trainer_tui.store.documents import TABLES, ShiftContent
from trainer_tui.store.envelope import Damaged, newer_format
from trainer_tui.store.journal import Journal, scan
from trainer_tui.store.paths import LEDGER_SUFFIX, Layout, listing, shift_id_of
from trainer_tui.store.quarantine import Quarantine

if TYPE_CHECKING:
    from trainer_tui.store.storage import Documents


T = TypeVar("T")


class LedgerHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a time ledger; each line after it is a list of entries."""

    kind: str = "ledger"
    version: int = migrations.CURRENT
    shift_id: str


class LedgerContent(msgspec.Struct, frozen=True):
    """What a time ledger holds."""

    entries: list[LedgerEntry]
    lines: list[bytes]
    """The lines without the header that can be used."""
    length: int
    last: bytes
    tail: bytes
    torn: bool
    sound: bool

    @property
    def whole(self) -> bool:
        """Whether at most the line feed of the last line is wrong, so that no time is missing."""
        return not self.torn and b"\n" not in self.tail[:-1]


class _Open(msgspec.Struct):
    path: Path
    content: ShiftContent
    documents: "Documents | None" = None
    ledger: Journal | None = None
    entries: list[LedgerEntry] | None = None


def read_ledger(shift_id: str, data: bytes) -> LedgerContent:
    """Read a ledger; entries after a damage count too, since each line stands by itself.

    Raises `Damaged` if it belongs to another shift, and `NewerFormat`.
    """
    found = scan(data)
    lines = list(found.lines)
    sound = bool(lines) and (found.sound or found.torn)
    if lines:
        header = _decode(lines.pop(0), LedgerHeader)
        if header is None or header.kind != "ledger" or header.shift_id != shift_id:
            raise Damaged("it belongs to another shift than its name says")
        if header.version > migrations.CURRENT:
            raise newer_format(header.version)
    entries: list[LedgerEntry] = []
    usable: list[bytes] = []
    for line in [*lines, *(line for line in found.later if line is not None)]:
        read = _decode(line, list[LedgerEntry])
        if read is None:
            sound = False
        else:
            entries += read
            usable.append(line)
    return LedgerContent(entries, usable, found.length, found.sum, found.tail, found.torn, sound)


def _decode(line: bytes, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(line, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


_BEGINS = {"sync": SyncState.PENDING, "refusal": None, "hub_seq": 0, "receipt": ""}


def _left_out(got: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as the file has them: what is as it begins is not in it."""
    return {name: None if value == _BEGINS[name] else value for name, value in got.items()}


class ShiftFolder:
    """All shifts; not thread-safe by itself."""

    def __init__(self, layout: Layout, quarantine: Quarantine) -> None:
        self._layout = layout
        self._quarantine = quarantine
        self._shifts: dict[str, _Open] = {}

    def refuse_newer(self) -> None:
        """Raise `NewerFormat` if a file is of a newer format."""
        for path in listing(self._layout.shifts, ".json"):
            documents.refuse_newer(path, "shift", self._layout.place(path))
        for path in listing(self._layout.shifts, LEDGER_SUFFIX):
            with suppress(Damaged), files.explained(self._layout.place(path), doing="read"):
                start = files.read_start(path)
                read_ledger(shift_id_of(path), start[: start.find(b"\n") + 1])

    def load(self) -> None:
        """Read all shifts and their records once."""
        for path in documents.present(self._layout.shifts):
            content = documents.read(path, documents.parse_shift, self._quarantine)
            if content is not None:
                self._shifts[content.shift.id] = _Open(path, content)
        known = {self._layout.ledger(entry.path) for entry in self._shifts.values()}
        for path in listing(self._layout.shifts, LEDGER_SUFFIX):
            if path not in known:
                self._quarantine.tell(path, "The shift of this time ledger is missing.")

    def all(self) -> tuple[Shift, ...]:
        """Return all shifts, oldest first."""
        shifts = [entry.content.shift for entry in self._shifts.values()]
        return tuple(sorted(shifts, key=lambda shift: (shift.started_at, shift.id)))

    def put(self, shift: Shift) -> None:
        """Create a shift or replace its record; raises `StoreError`."""
        entry = self._shifts.get(shift.id)
        date = shift.started_at.astimezone(UTC).date().isoformat()
        path = entry.path if entry is not None else self._layout.shift(date, shift.id)
        fields = encoding.fields_of(shift, self._layout.place(path))
        if entry is None:
            entry = _Open(path, ShiftContent(shift, []))
        self._documents(entry).put("shift", documents.ONLY, fields)
        entry.content.shift = shift
        self._shifts[shift.id] = entry

    def records(self, shift_id: str | None) -> tuple[WorkRecord, ...]:
        """Return the records of one shift or of all, in the order they were written."""
        if shift_id is not None:
            return tuple(self._entry(shift_id).content.records)
        return tuple(
            record for shift in self.all() for record in self._shifts[shift.id].content.records
        )

    def add(self, record: WorkRecord) -> None:
        """Append a record to its shift's file; raises `StoreError` and `NotFound`."""
        entry = self._entry(record.shift_id)
        content = entry.content
        if any(known.id == record.id for known in content.records):
            raise StoreError(f"The record {record.id} exists already.")
        fields = encoding.fields_of(record, self._layout.place(entry.path))
        fields["seq"] = content.last + 1
        self._documents(entry).insert(TABLES[type(record)], record.id, fields)
        content.last += 1
        content.records.append(record)

    def mark(self, marks: Iterable[Mark]) -> list[WorkRecord]:
        """Note how far records and shifts got, in one write a shift; return the records as now.

        What is not here is passed over. Raises `StoreError`; the shifts written before
        the one that failed stay marked, which is true of each by itself.
        """
        by_shift: dict[str, dict[str, Mark]] = {}
        for mark in marks:
            if mark.shift_id in self._shifts:
                by_shift.setdefault(mark.shift_id, {})[mark.record_id] = mark
        changed: list[WorkRecord] = []
        for shift_id, own in by_shift.items():
            changed += self._mark(self._shifts[shift_id], own)
        return changed

    def _mark(self, entry: _Open, marks: dict[str, Mark]) -> list[WorkRecord]:
        content = entry.content
        changes: dict[tuple[str, str], dict[str, Any]] = {}
        records: dict[int, WorkRecord] = {}
        for index, record in enumerate(content.records):
            mark = marks.get(record.id)
            if mark is None:
                continue
            got: dict[str, Any] = {
                "sync": mark.sync,
                "refusal": mark.refusal,
                "hub_seq": mark.hub_seq,
                "receipt": mark.receipt or record.receipt,
            }
            marked = msgspec.structs.replace(record, **got)
            if marked != record:
                changes[TABLES[type(record)], record.id] = _left_out(got)
                records[index] = marked
        shift = content.shift
        if (mark := marks.get(shift.id)) is not None:
            got = {"sync": mark.sync, "refusal": mark.refusal}
            shift = msgspec.structs.replace(shift, **got)
            if shift != content.shift:
                changes["shift", documents.ONLY] = _left_out(got)
        if changes:
            self._documents(entry).update(changes)
            content.shift = shift
            for index, marked in records.items():
                content.records[index] = marked
        return list(records.values())

    def ledger(self, shift_id: str) -> tuple[LedgerEntry, ...]:
        """Return the time ledger of a shift."""
        return tuple(self._entries(self._entry(shift_id)))

    def add_ledger(self, shift_id: str, entries: Iterable[LedgerEntry]) -> None:
        """Append entries in one line, all or none of them; raises `StoreError`."""
        added = list(entries)
        if not added:
            return
        entry = self._entry(shift_id)
        known = self._entries(entry)
        path = self._layout.ledger(entry.path)
        place = self._layout.place(path)
        for one in added:
            encoding.fields_of(one, place)
        line = encoding.encode(added, place)
        if entry.ledger is None:
            header = encoding.encode(LedgerHeader(shift_id=shift_id), place)
            entry.ledger = Journal.create(path, place, [header, line])
        else:
            entry.ledger.append(line)
        known += added

    def close(self) -> None:
        """Close the open ledgers."""
        for entry in self._shifts.values():
            if entry.ledger is not None:
                entry.ledger.close()

    def _entry(self, shift_id: str) -> _Open:
        try:
            return self._shifts[shift_id]
        except KeyError:
            raise NotFound(f"There is no shift {shift_id}.") from None

    def _documents(self, entry: _Open) -> "Documents":
        if entry.documents is None:
            from trainer_tui.store.storage import Documents

            entry.documents = Documents(entry.path, "shift", self._layout.place(entry.path))
        return entry.documents

    def _entries(self, entry: _Open) -> list[LedgerEntry]:
        if entry.entries is None:
            entry.entries = self._read_ledger(entry)
        return entry.entries

    def _read_ledger(self, entry: _Open) -> list[LedgerEntry]:
        path = self._layout.ledger(entry.path)
        place = self._layout.place(path)
        writing = not self._quarantine.read_only
        shift_id = entry.content.shift.id
        with files.explained(place, doing="read"):
            try:
                data = files.read_file(path)
            except FileNotFoundError:
                return []
        try:
            content = read_ledger(shift_id, data)
        except Damaged as damage:
            kept = self._quarantine.keep(path, data)
            self._quarantine.tell(path, f"The time ledger cannot be used: {damage}.{kept}")
            if writing:
                with files.explained(place, doing="set aside"):
                    files.remove(path)
                    files.sync_folder(path.parent)
            return []
        if content.sound and not content.tail:
            entry.ledger = Journal(path, place, content.length, content.last)
            return content.entries
        if not writing:
            if not (content.torn or content.whole):
                self._quarantine.tell(path, "The time ledger is damaged; times may be missing.")
            return content.entries
        if content.sound:
            entry.ledger = Journal(path, place, content.length, content.last)
            try:
                kept = self._quarantine.keep(path, content.tail)
                with files.explained(place, doing="mended"):
                    files.shorten(path, content.length)
            except StoreError:
                # A full disk must not keep the trainer out; the next save cuts the line off.
                return content.entries
        else:
            kept = self._quarantine.keep(path, data)
            header = encoding.encode(LedgerHeader(shift_id=shift_id), place)
            entry.ledger = Journal.create(path, place, [header, *content.lines])
        harmless = content.sound or content.whole
        what = "was not finished" if harmless else "was damaged; times may be missing"
        self._quarantine.tell(
            path, f"The last save of the time ledger {what}.{kept}", serious=not harmless
        )
        return content.entries
