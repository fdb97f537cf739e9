"""What the store costs on this disk, beside the bare calls and a stock TinyDB in the same run."""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from terminal import command
from tinydb import TinyDB

from suite.children import titles
from suite.table import Line, Options, median, number, percentile, versus, within
from trainer_tui.domain.draft import Cause, Draft
from trainer_tui.domain.message import Pair
from trainer_tui.domain.shift import Activity, LedgerEntry, Shift
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.task import Task
from trainer_tui.formats.reading import read_batch
from trainer_tui.store.envelope import seal, unseal
from trainer_tui.store.workspace import Workspace

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
TEXT = "The quick brown fox jumps over the lazy dog, and so on and so forth. " * 28
OTHER_SHIFTS = 200
EACH = 500


def submission(number_: int, shift: str = "s") -> Submission:
    """Return a record of 2 kB."""
    return Submission(
        id=f"{shift}-r{number_:05}",
        task_id=f"b.{number_}",
        batch_id="b",
        shift_id=shift,
        at=NOW,
        pairs=(Pair("A prompt", TEXT),),
        draft_id=f"{shift}-d{number_}",
    )


def ms(action: Callable[[], object]) -> float:
    """Do something; return the ms that it took."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def bare_append(folder: Path) -> Callable[[], None]:
    """Return an append of 200 bytes with a sync: the floor of saving a draft."""
    fd = os.open(folder / "append", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    line = b"x" * 200 + b"\n"

    def append() -> None:
        os.write(fd, line)
        os.fsync(fd)

    return append


def bare_replace(folder: Path) -> Callable[[], None]:
    """Return a synced replacement of a file of 2 kB: the floor of submitting."""
    data = b"x" * 2000

    def replace() -> None:
        fd = os.open(folder / "new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(fd, data)
        os.fsync(fd)
        os.close(fd)
        os.replace(folder / "new", folder / "replaced")

    return replace


def store_with(home: Path, records: int, shift: str = "s") -> Workspace:
    """Return an open store whose one shift has so many records."""
    store = Workspace.open(home)
    store.put_shift(Shift(id=shift, trainer="ann", team="team", started_at=NOW))
    for number_ in range(records):
        store.add_record(submission(number_, shift))
    return store


def with_other_shifts(home: Path) -> None:
    """Put a hundred thousand records of other shifts beside those of a store that is closed."""
    store_with(home.parent / "one", EACH, "shift-000").close()
    (file,) = (home.parent / "one" / "shifts").glob("*-shift-000.json")
    body = unseal("shift", file.read_bytes())
    for count in range(OTHER_SHIFTS):
        name = f"shift-{count:03}"
        copied = body.replace(b"shift-000", name.encode())
        (home / "shifts" / file.name.replace("shift-000", name)).write_bytes(seal("shift", copied))


def lines(options: Options) -> Iterator[Line]:
    """Measure saving, submitting, opening and importing."""
    yield from _saving(options)
    yield from _submitting(options)
    yield from _opening(options)
    yield from _importing(options)


def _saving(options: Options) -> Iterator[Line]:
    append = bare_append(options.folder)
    store = store_with(options.folder / "saving", 100)
    words = TEXT
    count = 0

    def save() -> None:
        nonlocal words, count
        count += 1
        words += f" {count}"
        store.save_draft(
            Draft(id="d", task_id="b.1", pairs=(Pair("A prompt", words),)), Cause.TYPING, NOW
        )

    def heartbeat() -> None:
        store.add_ledger("s", [LedgerEntry(NOW, Activity.ACTIVE, 15.0, "b.1")])

    # One of each in turn, so that a disk that changes its mood changes it for all.
    taken = [(ms(append), ms(save), ms(heartbeat)) for _ in range(options.many(400, 100))]
    store.close()
    floors, saves, beats = (list(column) for column in zip(*taken, strict=True))
    floor = median(floors)
    beside = f"append + fsync {number(floor)} ms, p99 {number(percentile(floors, 0.99))}"
    of = "bare append"
    yield versus("store: autosave", median(saves), floor, 1.5, "ms", of=of, floor=beside)
    yield versus("store: ledger entry", median(beats), floor, 1.5, "ms", of=of, floor=beside)
    yield within("store: autosave, p99", percentile(saves, 0.99), 20, "ms", floor=beside)


def _submitting(options: Options) -> Iterator[Line]:
    folder = options.folder / "submitting"
    folder.mkdir()
    replace = bare_replace(folder)
    store_with(folder / "among", 100).close()
    with_other_shifts(folder / "among")
    alone, full = store_with(folder / "alone", 100), store_with(folder / "full", 500)
    among = Workspace.open(folder / "among")
    stock = TinyDB(folder / "stock.json")
    stock.insert_multiple(json.loads(msgspec.json.encode(submission(n))) for n in range(100))
    taken = []
    for count in range(options.many(60, 20)):
        record = submission(1000 + count)
        document = json.loads(msgspec.json.encode(record))
        taken.append(
            (
                ms(replace),
                ms(lambda record=record: alone.add_record(record)),  # type: ignore[misc]
                ms(lambda record=record: among.add_record(record)),  # type: ignore[misc]
                ms(lambda record=record: full.add_record(record)),  # type: ignore[misc]
                ms(lambda document=document: stock.insert(document)),  # type: ignore[misc]
            )
        )
    for store in (alone, among, full):
        store.close()
    floors, alones, amongs, fulls, stocks = (list(column) for column in zip(*taken, strict=True))
    floor = median(floors)
    beside = f"write + fsync + replace {number(floor)} ms"
    peer = f"stock TinyDB {number(median(stocks))}"
    row = "store: submit, 100 in the shift"
    yield versus(row, median(alones), floor, 6, "ms", of="bare replace", floor=beside, peers=peer)
    yield versus(
        "store: the same, 100,000 in other shifts",
        median(amongs),
        median(alones),
        1.1,
        "ms",
        of="without them",
    )
    p99 = percentile(fulls, 0.99)
    yield within("store: submit, 500 in the shift, p99", p99, 50, "ms", floor=beside)


def _opening(options: Options) -> Iterator[Line]:
    home = options.folder / "opening" / "large"
    home.parent.mkdir()
    store_with(home, 500).close()
    rounds = options.many(15, 5)
    opened = median([ms(lambda: Workspace.open(home).close()) for _ in range(rounds)])
    yield within("store: open a shift of 500 records", opened, 25, "ms")
    reading = [ms(lambda: Workspace.open(home, read_only=True).close()) for _ in range(rounds)]
    yield Line("store: the same, read-only", ours=f"{number(median(reading))} ms")
    with_other_shifts(home)
    among = median([ms(lambda: Workspace.open(home).close()) for _ in range(3)])
    yield Line("store: the same, 100,000 in other shifts", ours=f"{number(among)} ms")


def _importing(options: Options) -> Iterator[Line]:
    file = options.folder / "many.jsonl"
    head = {"format": "trainer-tui/batch", "version": 1, "id": "many", "title": "Many"}
    tasks = [
        {
            "id": f"t{n}",
            "kind": "respond",
            "title": title,
            "instructions": "Write the ideal response.",
            "category": "coding",
            "prompts": [f"{title}. What would you say about it, in three sentences or so?"],
        }
        for n, title in enumerate(titles(100_000))
    ]
    file.write_text("\n".join(map(json.dumps, [head, *tasks])) + "\n")
    decoder = msgspec.json.Decoder(Task)

    def typed() -> object:
        first, _, rest = file.read_bytes().partition(b"\n")
        return msgspec.json.decode(first), decoder.decode_lines(rest)

    taken = [(ms(typed), ms(lambda: read_batch(file))) for _ in range(options.many(7, 2))]
    floor, ours = (median(list(column)) for column in zip(*taken, strict=True))
    row = f"store: read 100,000 tasks, {file.stat().st_size / 1e6:.0f} MB"
    beside = f"typed decode {number(floor)} ms"
    yield versus(row, ours, floor, 2.0, "ms", of="typed decode (half its speed)", floor=beside)
    home = options.folder / "importing"
    home.mkdir()
    whole = ms(lambda: command(home, "import", str(file)))
    yield Line("store: the whole command, written to disk", ours=f"{number(whole)} ms")
