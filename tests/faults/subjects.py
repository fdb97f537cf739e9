"""What the faults are done to: our store, our store with one safeguard taken out, stock TinyDB.

All are used in the same way: operation `number` of a workload is done, and returning from it is
the acknowledgment. What it writes follows from its number alone, so that what is found after a
fault can be compared to the byte.
"""

import os
import random
import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from unittest import mock

import store_samples as samples
from msgspec.structs import replace
from tinydb import TinyDB

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreError, TrainerError
from trainer_tui.domain.submission import Submission
from trainer_tui.services.ports import Profile
from trainer_tui.store import encoding, envelope, files, journal
from trainer_tui.store.journal import Journal
from trainer_tui.store.lock import WriterLock
from trainer_tui.store.storage import AtomicJSONStorage
from trainer_tui.store.workspace import Workspace

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""A folder for what does not hang on the speed of a disk; None if there is none."""
WORKLOADS = ("insert", "update", "journal")
RECORDS_A_SHIFT = 60
SIZES = (40, 700, 1_900, 1_900, 5_000)
"""Bytes of a text; 1.9 KB on average."""


def content(number: int) -> str:
    """Return the text of an operation, which no other one has."""
    size = random.Random(number).choice(SIZES)
    word = f"{number} "
    return (word + word * (size // len(word)))[: max(size, len(word))]


def number_of(text: str) -> int | None:
    """Return the operation that wrote a text; None if no operation wrote exactly that."""
    found = re.match(r"(\d+) ", text)
    number = int(found[1]) if found else -1
    return number if number >= 0 and content(number) == text else None


@dataclass
class Verdict:
    """What is wrong with a store after a fault."""

    lost: int = 0
    """Acknowledged operations that cannot be read."""
    wrong: int = 0
    """What is there but was never written like that: halves, mixtures, leftover files."""
    unreadable: int = 0
    """1 if the store cannot be opened, or says itself that something acknowledged is damaged."""
    said: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.wrong or self.unreadable)


class Subject(Protocol):
    """One open store."""

    def do(self, workload: str, number: int) -> None:
        """Do an operation; on return it is acknowledged. Raises if it could not be done."""

    def close(self) -> None:
        """Close the store."""


class Ours:
    """The store of the workstation."""

    def __init__(self, home: Path) -> None:
        self.store = Workspace.open(home)
        self._shifts = {shift.id for shift in self.store.shifts()}

    def do(self, workload: str, number: int) -> None:
        text, store = content(number), self.store
        match workload, number % 4:
            case "insert", _:
                shift_id = self._shift(f"s{number // RECORDS_A_SHIFT}")
                store.add_record(samples.submission(f"r{number}", text, shift_id))
            case "update", 0:
                store.put_profile(Profile(trainer=text, last_task=str(number)))
            case "update", 1 | 2:
                store.put_shift(replace(samples.shift(), team=text))
            case "update", _:
                store.put_batch(replace(samples.batch("b", number % 5), title=text))
            case "journal", 3:
                self._shift("s1")
                store.add_ledger("s1", [samples.entry(number)] * 2)
            case _:
                draft = samples.draft(text, draft_id=f"d{number // 13}")
                store.save_draft(draft, Cause.TYPING, samples.NOW)

    def _shift(self, shift_id: str) -> str:
        if shift_id not in self._shifts:
            self.store.put_shift(samples.shift(shift_id))
            self._shifts.add(shift_id)
        return shift_id

    def close(self) -> None:
        self.store.close()


class Stock:
    """TinyDB as it comes, on its own `JSONStorage`."""

    DOCUMENTS = 12

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.database = TinyDB(home / "db.json")

    def do(self, workload: str, number: int) -> None:
        text = content(number)
        which = number % self.DOCUMENTS + 1
        if workload == "update" and self.database.contains(doc_id=which):
            self.database.update({"text": text}, doc_ids=[which])
        else:
            self.database.insert({"text": text})

    def close(self) -> None:
        with suppress(OSError):  # it writes once more what a full disk refused
            self.database.close()


SUBJECTS: dict[str, Callable[[Path], Subject]] = {"ours": Ours, "stock": Stock}


def verify(
    subject: str,
    home: Path,
    workload: str,
    acknowledged: list[int],
    refused: Collection[int] = (),
) -> Verdict:
    """Open a store after a fault, twice, and compare it with what was acknowledged.

    Nothing of what was `refused` may be there; what was neither may.
    """
    if subject == "stock":
        return _verify_stock(home, workload, acknowledged, refused)
    try:
        store = Workspace.open(home)
    except TrainerError as error:
        return Verdict(lost=len(acknowledged), unreadable=1, said=str(error))
    try:
        verdict = _verify_ours(store, workload, acknowledged, refused)
        view = samples.view(store)
    except TrainerError as error:
        return Verdict(lost=len(acknowledged), unreadable=1, said=str(error))
    finally:
        store.close()
    verdict.wrong += len(list(home.rglob("*.tmp")))
    again = samples.view_of(home)
    verdict.wrong += again != view
    return verdict


def _verify_ours(
    store: Workspace, workload: str, acknowledged: list[int], refused: Collection[int]
) -> Verdict:
    view = samples.view(store)
    serious = [trouble for trouble in store.troubles() if trouble.serious]
    verdict = Verdict(unreadable=bool(serious), said="; ".join(t.message for t in serious))
    store.confirm_troubles()
    texts: list[str] = []
    if workload == "insert":
        sent = [r for r in view["records"] if isinstance(r, Submission)]
        texts = [record.pairs[0].response for record in sent]
        verdict.wrong += sum(r.id != f"r{number_of(r.pairs[0].response)}" for r in sent)
    elif workload == "update":
        texts = [view["profile"].trainer]
        texts += [shift.team for shift in view["shifts"]]
        texts += [batch.title for batch in view["batches"]]
    else:
        versions = view["versions"]["b.1"]
        texts = [version.draft.pairs[0].response for version in versions]
        verdict.wrong += [v.number for v in versions] != list(range(1, len(versions) + 1))
        seconds = [int(e.seconds) for entries in view["ledgers"].values() for e in entries]
        verdict.wrong += seconds[::2] != seconds[1::2]
        texts += [content(number) for number in seconds[::2]]
    numbers = [number_of(text) for text in texts if text not in ("", "red")]
    found = {number for number in numbers if number is not None}
    verdict.wrong += len(numbers) - len(found) + len(found.intersection(refused))
    if workload == "update":
        kinds = (0, 1, 1, 2)  # two of four operations write the same document
        for kind in range(3):
            last = max((n for n in acknowledged if kinds[n % 4] == kind), default=-1)
            newest = max((n for n in found if kinds[n % 4] == kind), default=-1)
            verdict.lost += newest < last
    else:
        verdict.lost += len(set(acknowledged) - found)
    return verdict


def _verify_stock(
    home: Path, workload: str, acknowledged: list[int], refused: Collection[int]
) -> Verdict:
    try:
        with TinyDB(home / "db.json") as database:
            texts = [document["text"] for document in database.all()]
    except Exception as error:
        return Verdict(lost=len(acknowledged), unreadable=1, said=repr(error))
    numbers = [number_of(text) for text in texts]
    found = {number for number in numbers if number is not None}
    verdict = Verdict(wrong=sum(number is None for number in numbers))
    verdict.wrong += len(found.intersection(refused))
    if workload == "update":
        newest = {number % Stock.DOCUMENTS: number for number in sorted(acknowledged)}
        for which, last in newest.items():
            there = max((n for n in found if n % Stock.DOCUMENTS == which), default=-1)
            verdict.lost += there < last
    else:
        verdict.lost += len(set(acknowledged) - found)
    return verdict


def _in_place(path: Path, data: bytes, *, keep_previous: bool = False) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        half = len(data) // 2
        files.write_all(fd, data[:half])
        time.sleep(0.001)
        files.write_all(fd, data[half:])
        files.sync(fd)
    finally:
        os.close(fd)
    files.sync_folder(path.parent)


def _remember_first(self: AtomicJSONStorage, data: Any) -> None:
    self._body = encoding.encode(data, "x")
    with files.explained("x"):
        files.replace_file(self._path, envelope.seal(self._kind, self._body), keep_previous=True)


def _cut_nothing(self: Journal) -> None:
    self.close()


def _renamed(path: Path, target: Path) -> None:
    os.replace(path, target)
    files.sync_folder(target.parent)
    files.sync_folder(path.parent)


_late: dict[Path, bytes] = {}


def _at_exit(path: Path, data: bytes, *, keep_previous: bool = False) -> None:
    import atexit

    if not _late:
        atexit.register(lambda: [late.write_bytes(data) for late, data in _late.items()])
    _late[path] = data


MUTANTS: dict[str, list[tuple[object, str, Callable[..., Any]]]] = {
    "no fsync": [(files, "sync", lambda fd: None)],
    "no folder fsync": [(files, "sync_folder", lambda folder: None)],
    "in place": [(files, "replace_file", _in_place)],
    "no lock": [(WriterLock, "acquire", lambda self: None)],
    "no checksum": [
        (envelope, "_digest", lambda head, rest: b"0" * 64),
        (journal, "checksum", lambda before, data: b"0" * 16),
    ],
    "cache kept": [(AtomicJSONStorage, "write", _remember_first)],
    "append kept": [(Journal, "_take_back", _cut_nothing)],
    "written at exit": [(files, "replace_file", _at_exit)],
    "no fsync after a kill": [(Workspace, "_settle", lambda self: None)],
    "no fsync of the way": [
        (files, "sync_ancestors", lambda path: None),
        (files, "make_folder", lambda folder: folder.mkdir(files.FOLDER_MODE, exist_ok=True)),
    ],
    "renamed across folders": [(files, "move", _renamed)],
    "acknowledged early": [],  # the writer does it
    "": [],
}
"""Safeguards that are taken out, one at a time: a harness that does not mind proves nothing."""


@contextmanager
def mutated(mutant: str) -> Iterator[None]:
    """Take a safeguard out of this process."""
    with ExitStack() as patches:
        for owner, name, replacement in MUTANTS[mutant]:
            patches.enter_context(mock.patch.object(owner, name, replacement))
        yield


__all__ = ["MUTANTS", "SUBJECTS", "WORKLOADS", "Ours", "Stock", "StoreError", "Subject",
           "Verdict", "content", "mutated", "number_of", "verify"]  # fmt: skip
