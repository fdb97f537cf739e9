"""Bytes that rot: flipped, cut off, swapped and random ones are never taken for what was saved."""

import random
import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import store_samples as samples
from subjects import StoreError, Verdict, mutated
from table import Row
from tinydb import TinyDB

from trainer_tui.domain.draft import Cause
from trainer_tui.services.ports import Profile
from trainer_tui.store.workspace import Workspace

SMALL: tuple[samples.Operation, ...] = (
    lambda s: s.put_profile(Profile(trainer="ann")),
    lambda s: s.put_batch(samples.batch(tasks=1)),
    lambda s: s.put_shift(samples.shift()),
    lambda s: s.add_record(samples.submission("r1", "é")),
    lambda s: s.add_ledger("s1", [samples.entry(1)]),
    lambda s: s.add_ledger("s1", [samples.entry(2)]),
    lambda s: s.save_draft(samples.draft("old"), Cause.TYPING, samples.NOW),
    lambda s: s.save_draft(samples.draft("older"), Cause.TYPING, samples.NOW),
    lambda s: s.retire_draft("b.1"),
    lambda s: s.save_draft(samples.draft("one", draft_id="d2"), Cause.TYPING, samples.NOW),
    lambda s: s.save_draft(samples.draft("two", draft_id="d2"), Cause.TYPING, samples.NOW),
    lambda s: s.put_received("b", [samples.elsewhere("r8", "é")]),
    lambda s: s.put_hub(samples.hub_state()),
    lambda s: s.put_hub(samples.hub_state(cursor="two")),
)


def data_files(home: Path) -> list[Path]:
    """Return the files that hold work."""
    return [
        path
        for path in sorted(home.rglob("*"))
        if path.is_file() and "quarantine" not in path.parts and not path.name.startswith("lock")
    ]


def only_acknowledged(view: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Whether each thing that a store shows was once acknowledged, exactly so."""
    return (
        view["profile"] in (whole["profile"], Profile())
        and all(record in whole["records"] for record in view["records"])
        and all(record in whole["received"] for record in view["received"])
        and _from_the_start(view["hub"])
        in [_from_the_start(one) for one in (whole["hub"], samples.hub_state(), samples.HubState())]
        and all(batch in whole["batches"] for batch in view["batches"])
        and all(shift in whole["shifts"] for shift in view["shifts"])
        and all(
            entry in whole["ledgers"][shift]
            for shift, entries in view["ledgers"].items()
            for entry in entries
        )
        and all(
            version in whole["versions"][task]
            for task, versions in view["versions"].items()
            for version in versions
        )
    )


def _from_the_start(state: samples.HubState) -> samples.HubState:
    """What is left of it when everything is to be read from the hub once more."""
    return msgspec.structs.replace(state, cursor=None, heads={})


def complaint(home: Path, whole: dict[str, Any]) -> str:
    """Say what is wrong unless a store shows all, or only acknowledged things and says so."""
    store = Workspace.open(home, read_only=True)
    try:
        view = samples.view(store)
    except StoreError:
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        store.close()
    if view == whole:
        return ""
    if not only_acknowledged(view, whole):
        return "shows what was never saved"
    if store.troubles() or _told_by_a_writer(home):
        return ""
    return "something is missing and nothing is said"


def _told_by_a_writer(home: Path) -> bool:
    """Whether a writer says it: to a reader, half a last line may be one being written now."""
    copy = home.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    store = Workspace.open(copy)
    try:
        samples.view(store)
        return store.troubles() != ()
    finally:
        store.close()


Damage = Iterator[str]
"""Damages a store in one way after the other, names each, and puts it back afterwards."""


def flips(home: Path, stride: int = 1, every_bit: bool = False) -> Damage:
    """Flip a bit of every byte in turn, or every bit."""
    for path in data_files(home):
        content = path.read_bytes()
        for position in range(0, len(content), stride):
            bits = [1 << bit for bit in range(8)] if every_bit else [(1, 0x20, 0x80)[position % 3]]
            for bit in bits:
                changed = bytearray(content)
                changed[position] ^= bit
                path.write_bytes(changed)
                yield f"{path.name}: bit {bit:#x} at {position}"
        path.write_bytes(content)


def cuts(home: Path, stride: int = 1) -> Damage:
    """Cut every file to every length, zero first."""
    for path in data_files(home):
        content = path.read_bytes()
        for length in range(0, len(content), stride):
            if _shorter(path, content, content[:length]):
                continue
            path.write_bytes(content[:length])
            yield f"{path.name}: cut to {length}"
        path.write_bytes(content)


def _shorter(path: Path, content: bytes, changed: bytes) -> bool:
    """Whether a journal is cut exactly between two of its lines.

    That is a shorter journal, sound in itself; no fault leaves one once an fsync has returned.
    """
    return path.suffix == ".jsonl" and changed.endswith(b"\n") and content.startswith(changed)


def swaps(home: Path) -> Damage:
    """Put every file in the place of every other one.

    But not a file and its own `.prev`: to put that in place is how one goes back a save.
    """
    contents = {path: path.read_bytes() for path in data_files(home)}
    for one, other in combinations(contents, 2):
        if contents[one] == contents[other] or other.name == one.name + ".prev":
            continue
        one.write_bytes(contents[other])
        other.write_bytes(contents[one])
        yield f"{one.name} and {other.name} swapped"
        for path in (one, other):
            path.write_bytes(contents[path])


def scribbles(home: Path, rounds: int, seed: int = 1) -> Damage:
    """Overwrite, insert and repeat random bytes at random places."""
    chance = random.Random(seed)
    for _ in range(rounds):
        path = chance.choice(data_files(home))
        content = path.read_bytes()
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.choice((0, 1, 16, 512)))
        kind = chance.choice(("random", "zeros", "own"))
        length = chance.choice((0, 1, 8, 512))
        filler = {
            "random": chance.randbytes(length),
            "zeros": b"\0" * length,
            "own": content[start - length : start],
        }[kind]
        changed = content[:start] + filler + content[end:]
        if _shorter(path, content, changed):
            continue
        path.write_bytes(changed)
        yield f"{path.name}: {end - start} bytes at {start} became {length} {kind} ones"
        path.write_bytes(content)


def tried(home: Path, whole: dict[str, Any], damages: Damage, row: Row, *, once: bool) -> None:
    """Look at a store after each damage; `once` stops at the first that is not noticed."""
    for place in damages:
        said = complaint(home, whole)
        verdict = Verdict(wrong=bool(said), said=said)
        row.add(verdict, 1, place)
        if said and once:
            return


def rotten(
    folder: Path, stride: int, rounds: int, seed: int = 1, mutant: str = "", every_bit: bool = False
) -> Row:
    """Return the row of all damages; of a mutant only as far as it is caught."""
    row = Row("F7 bit rot: flips, cuts, swaps, scribbles")
    home = folder / "data"
    with mutated(mutant):
        whole = samples.build(home, SMALL)[-1]
        for damages in (
            flips(home, stride, every_bit),
            cuts(home, stride),
            swaps(home),
            scribbles(home, rounds, seed),
        ):
            tried(home, whole, damages, row, once=bool(mutant))
    return row


def stock(folder: Path, stride: int = 1) -> Verdict:
    """Flip every byte of a small store of stock TinyDB; lost is what is silently another text."""
    verdict = Verdict()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "db.json"
    with TinyDB(path) as database:
        database.insert({"text": "The quick brown fox", "seconds": 12})
        whole = [dict(document) for document in database.all()]
    content = path.read_bytes()
    for position in range(0, len(content), stride):
        changed = bytearray(content)
        changed[position] ^= (1, 0x20, 0x80)[position % 3]
        path.write_bytes(changed)
        try:
            with TinyDB(path) as database:
                found = [dict(document) for document in database.all()]
        except Exception:
            verdict.unreadable += 1
            continue
        verdict.lost += found != whole
    path.write_bytes(b"")
    with TinyDB(path) as database:
        verdict.lost += len(database) == 0  # an empty file is an empty store
    return verdict


def run(folder: Path, rounds: int = 5_000, seed: int = 1, every_bit: bool = True) -> Row:
    """Return the row: every bit or a bit of every byte, every length, and so many scribbles."""
    row = rotten(folder / "ours", 1, rounds, seed, every_bit=every_bit)
    found = rotten(folder / "no checksum", 3, 200, seed, "no checksum")
    row.mutants["no checksum"] = not found.clean
    row.stock = stock(folder)
    shutil.rmtree(folder, ignore_errors=True)
    return row
