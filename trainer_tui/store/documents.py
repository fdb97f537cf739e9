"""Reading document files: verified, or from the state before the last save."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from trainer_tui.domain.errors import NewerFormat
from trainer_tui.domain.link import Held, HubState, Unread
from trainer_tui.domain.membership import Membership
from trainer_tui.domain.shift import Shift
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal, WorkRecord
from trainer_tui.domain.task import Batch, BatchHead, Task
from trainer_tui.services.ports import Profile, Trouble
from trainer_tui.store import envelope, files
from trainer_tui.store.envelope import Damaged
from trainer_tui.store.paths import PREVIOUS, listing, shift_id_of
from trainer_tui.store.quarantine import Quarantine

ONLY = "1"
"""The id of the document in a table that has just one."""

T = TypeVar("T")


class WorkspaceFile(msgspec.Struct, frozen=True):
    """The tables of `workspace.json`."""

    profile: dict[str, Profile]
    troubles: dict[str, Trouble] = {}


class HubFile(msgspec.Struct, frozen=True):
    """The tables of `hub.json`: `hub` holds what is not in the others."""

    hub: dict[str, HubState]
    memberships: dict[str, Membership] = {}
    claims: dict[str, Held] = {}
    unread: dict[str, Unread] = {}


class ShiftFile(msgspec.Struct, frozen=True):
    """The tables of a shift's file; the documents carry a sequence number beside their fields."""

    shift: dict[str, Shift]
    submissions: dict[str, Submission] = {}
    skips: dict[str, Skip] = {}
    flags: dict[str, Flag] = {}
    withdrawals: dict[str, Withdrawal] = {}


class _Numbered(msgspec.Struct, frozen=True):
    seq: int


class _ShiftOrder(msgspec.Struct, frozen=True):
    submissions: dict[str, _Numbered] = {}
    skips: dict[str, _Numbered] = {}
    flags: dict[str, _Numbered] = {}
    withdrawals: dict[str, _Numbered] = {}


class _BatchFile(msgspec.Struct, frozen=True):
    batch: dict[str, BatchHead]
    tasks: dict[str, Task] = {}


TABLES: dict[type[WorkRecord], str] = {
    Submission: "submissions",
    Skip: "skips",
    Flag: "flags",
    Withdrawal: "withdrawals",
}


class _ReceivedFile(msgspec.Struct, frozen=True):
    submissions: dict[str, Submission] = {}
    skips: dict[str, Skip] = {}
    flags: dict[str, Flag] = {}
    withdrawals: dict[str, Withdrawal] = {}


class ShiftContent(msgspec.Struct):
    """A shift and its records in the order they were written."""

    shift: Shift
    records: list[WorkRecord]
    last: int = 0
    """The sequence number of the newest record."""


def parse_workspace(path: Path, data: bytes) -> WorkspaceFile:
    """Read the bytes of `workspace.json`; raises `Damaged` or `NewerFormat`."""
    content = _decode(envelope.unseal("workspace", data), WorkspaceFile)
    if set(content.profile) != {ONLY}:
        raise Damaged("it holds no profile")
    return content


def parse_batch(path: Path, data: bytes) -> Batch:
    """Read the bytes of a batch's file; raises `Damaged` or `NewerFormat`."""
    content = _decode(envelope.unseal("batch", data), _BatchFile)
    heads = list(content.batch.values())
    if len(heads) != 1 or heads[0].id != path.stem:
        raise Damaged("it holds another batch than its name says")
    if any(task.id != doc_id for doc_id, task in content.tasks.items()):
        raise Damaged("a task has another id than its document")
    head = {name: getattr(heads[0], name) for name in BatchHead.__struct_fields__}
    return Batch(**head, tasks=tuple(content.tasks.values()))


def parse_hub(path: Path, data: bytes) -> HubState:
    """Read the bytes of `hub.json`; raises `Damaged` or `NewerFormat`."""
    content = _decode(envelope.unseal("hub", data), HubFile)
    if set(content.hub) != {ONLY}:
        raise Damaged("it does not say which hub it is about")
    claims, unread = content.claims, content.unread
    if any(held.claim.id != doc_id for doc_id, held in claims.items()) or any(
        one.id != doc_id for doc_id, one in unread.items()
    ):
        raise Damaged("a document has another id than its content")
    return msgspec.structs.replace(
        content.hub[ONLY],
        memberships=tuple(content.memberships.values()),
        held=tuple(claims.values()),
        unread=tuple(unread.values()),
    )


def parse_received(path: Path, data: bytes) -> list[WorkRecord]:
    """Read the bytes of a file of records from other machines; raises as the others do."""
    content = _decode(envelope.unseal("received", data), _ReceivedFile)
    records: list[WorkRecord] = []
    for table in TABLES.values():
        for doc_id, record in getattr(content, table).items():
            if record.id != doc_id or record.batch_id != path.stem:
                raise Damaged("a record has another id or batch than its document")
            records.append(record)
    return records


def parse_shift(path: Path, data: bytes) -> ShiftContent:
    """Read the bytes of a shift's file; raises `Damaged` or `NewerFormat`."""
    body = envelope.unseal("shift", data)
    content, order = _decode(body, ShiftFile), _decode(body, _ShiftOrder)
    shift_id = shift_id_of(path)
    shifts = list(content.shift.values())
    if len(shifts) != 1 or shifts[0].id != shift_id:
        raise Damaged("it holds another shift than its name says")
    numbered: list[tuple[int, WorkRecord]] = []
    for table in TABLES.values():
        records: dict[str, WorkRecord] = getattr(content, table)
        numbers: dict[str, _Numbered] = getattr(order, table)
        for doc_id, record in records.items():
            if record.id != doc_id or record.shift_id != shift_id:
                raise Damaged("a record has another id or shift than its document")
            numbered.append((numbers[doc_id].seq, record))
    numbered.sort(key=lambda pair: pair[0])
    last = numbered[-1][0] if numbered else 0
    return ShiftContent(shifts[0], [record for _, record in numbered], last)


def _decode(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Damaged(f"its content is not as expected ({error})") from error


def refuse_newer(path: Path, kind: str, place: str) -> None:
    """Raise `NewerFormat` if a sound file is of a newer format; anything else is no matter here."""
    try:
        with files.explained(place, doing="read"):
            if os.path.lexists(path) and envelope.claims_newer(files.read_start(path)):
                envelope.unseal(kind, files.read_file(path))
    except Damaged:
        return
    except NewerFormat as error:
        raise NewerFormat(f"{place}: {error.message}", error.hint) from error


def read(path: Path, parse: Callable[[Path, bytes], T], quarantine: Quarantine) -> T | None:
    """Return what a document file holds, or None if there is none or nothing of it is readable.

    A damaged file is copied to the quarantine, and the state before its last save takes
    its place; if that is damaged too, both are set aside. Each is reported as a trouble.
    Raises `StoreError` if the disk cannot be read, or what is damaged not be kept.
    """
    place = quarantine.layout.place(path)
    previous = path.with_name(path.name + PREVIOUS)
    with files.explained(place, doing="read"):
        content = _content(path)
        before = _content(previous) if content is None else None
    if content is None and before is None:
        return None
    problem = "it is missing"
    try:
        if content is not None:
            return parse(path, content)
    except NewerFormat as error:
        quarantine.tell(path, error.message)
        return None
    except Damaged as damage:
        problem = str(damage)
        with files.explained(place, doing="read"):
            before = _content(previous)
    return _fall_back(path, content, before, problem, parse, quarantine)


def _content(path: Path) -> bytes | None:
    try:
        return files.read_file(path)
    except FileNotFoundError:
        return None


def _fall_back(
    path: Path,
    content: bytes | None,
    before: bytes | None,
    problem: str,
    parse: Callable[[Path, bytes], T],
    quarantine: Quarantine,
) -> T | None:
    place = quarantine.layout.place(path)
    previous = path.with_name(path.name + PREVIOUS)
    kept = quarantine.keep(path, content or b"")
    value: T | None = None
    if before is not None:
        try:
            value = parse(path, before)
        except (Damaged, NewerFormat) as damage:
            kept += f" The state before its last save is no better ({damage})."
            kept += quarantine.keep(previous, before)
    if not quarantine.read_only:
        with files.explained(place, doing="mended"):
            if value is not None and before is not None:
                files.replace_file(path, before)
            else:
                files.remove(path)
                files.remove(previous)
                files.sync_folder(path.parent)
    used = "The state before its last save is used; the newest change may be missing."
    left = used if value is not None else "Nothing of it can be used."
    quarantine.tell(path, f"The file is not as it was saved: {problem}. {left}{kept}")
    return value


def present(folder: Path) -> list[Path]:
    """Return the document files that are in a folder, or of which only the previous state is."""
    names = {path.name for path in listing(folder, ".json")}
    names |= {path.name.removesuffix(PREVIOUS) for path in listing(folder, ".json" + PREVIOUS)}
    return [folder / name for name in sorted(names)]


def sound(kind: str, data: bytes) -> bool:
    """Whether the bytes of a document file are as they were written, in a format we know."""
    try:
        envelope.unseal(kind, data)
    except (Damaged, NewerFormat):
        return False
    return True
