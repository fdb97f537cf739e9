"""Stores of other formats: old ones are led on through any power cut, newer ones are refused."""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import disk_model
import msgspec
import store_samples as samples
from disk_model import Recorder, Tree
from subjects import Verdict
from table import Row

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import NewerFormat, TrainerError
from trainer_tui.store import migrations
from trainer_tui.store.workspace import Workspace

GOLDEN = Path(__file__).parent.parent / "store" / "golden"
MARK = "led on: "


def _step(kind: str, tables: migrations.Tables) -> migrations.Tables:
    """Lead to a made-up format 2, in which titles and reasons say that they were led on."""
    for name in ("batch", "skips"):
        for fields in tables.get(name, {}).values():
            field = "title" if name == "batch" else "reason"
            fields[field] = MARK + fields[field]
    return tables


@contextmanager
def second_format() -> Iterator[None]:
    """Let the program have a second format, and a step that leads to it."""
    with (
        mock.patch.object(migrations, "CURRENT", 2),
        mock.patch.object(migrations, "STEPS", {1: _step}),
    ):
        yield


OPERATIONS: tuple[samples.Operation, ...] = (
    # Each document file is written anew in the current format by its first change.
    lambda s: s.put_profile(samples.Profile(trainer="bo")),
    lambda s: s.add_record(samples.submission("r9")),
    lambda s: s.put_batch(msgspec.structs.replace(s.batches()[0], team="blue")),
    lambda s: s.save_draft(samples.draft("x", draft_id="d2"), Cause.TYPING, samples.NOW),
    lambda s: s.add_ledger("s1", [samples.entry(9)]),
    lambda s: s.retire_draft("b.1"),
)


def _expected(folder: Path) -> list[dict[str, Any]]:
    home = Path(shutil.copytree(GOLDEN / "format-1", folder / "expected"))
    return samples.build(home, OPERATIONS)


def led_on(folder: Path, seed: int = 1, most: int = 8) -> Row:
    """Lead a store of format 1 on, and cut the power at every change on the way."""
    row = Row("F8 formats: migration cut at every step")
    chance = random.Random(seed)
    root = folder / "disk"
    root.mkdir(parents=True)
    home = Path(shutil.copytree(GOLDEN / "format-1", root / "data"))
    with second_format():
        expected = _expected(folder)
        assert any(batch.title.startswith(MARK) for batch in expected[0]["batches"])
        recorder = Recorder(root)
        trees: list[Tree] = []
        recorder.at_each = lambda: trees.extend(recorder.disk.states(chance, most))
        with recorder.watching():
            store = Workspace.open(home)
            _check_all(row, folder, trees, expected[:1], "opening")
            for number, operation in enumerate(OPERATIONS):
                operation(store)
                _check_all(row, folder, trees, expected[number : number + 2], f"change {number}")
            store.close()
        recorder.close()
        last = samples.view_of(home)
        row.add(Verdict(lost=last != expected[-1]), len(OPERATIONS), "the end")
    return row


def _check_all(row: Row, folder: Path, trees: list[Tree], allowed: list[Any], where: str) -> None:
    for tree in set(trees):
        home = folder / "check"
        shutil.rmtree(home, ignore_errors=True)
        disk_model.lay_out(tree, home)
        try:
            store = Workspace.open(home / "data")
            view = samples.view(store)
            store.close()
            row.add(Verdict(lost=view not in allowed), 1, where)
        except TrainerError as error:
            row.add(Verdict(lost=1, unreadable=1, said=str(error)), 1, where)
    trees.clear()


def refused(folder: Path) -> Row:
    """Open a store that a newer program has written: as a writer never, as a reader with words."""
    row = Row("F8 formats: newer")
    with second_format():
        _expected(folder)
    newer = folder / "expected"
    before = {path: path.read_bytes() for path in newer.rglob("*") if path.is_file()}
    verdict = Verdict()
    try:
        Workspace.open(newer).close()
        verdict.wrong, verdict.said = 1, "a newer store was opened for writing"
    except NewerFormat as error:
        verdict.wrong += not error.hint or "format 2" not in error.message
    reader = Workspace.open(newer, read_only=True)
    samples.view(reader)
    verdict.wrong += not any("format 2" in trouble.message for trouble in reader.troubles())
    reader.close()
    after = {path: path.read_bytes() for path in newer.rglob("*") if path.is_file()}
    verdict.lost += {p: c for p, c in after.items() if p.name != "lock"} != {
        p: c for p, c in before.items() if p.name != "lock"
    }
    row.add(verdict, 0, "newer")
    return row


def run(folder: Path, seed: int = 1, rounds: int = 5) -> Row:
    """Return the row; its mutant leads on without the step."""
    row = Row("F8 formats: migration cut anywhere, newer refused")
    parts = [led_on(folder / f"led{number}", seed + number, 24) for number in range(rounds)]
    for part in (*parts, refused(folder / "newer")):
        row.join(part)
    row.mutants["in place"] = in_place_is_caught(folder / "mutant", seed)
    return row


def in_place_is_caught(folder: Path, seed: int = 1) -> bool:
    """Whether a store that migrates in place does not pass."""
    from subjects import mutated

    with mutated("in place"):
        return not led_on(folder, seed).clean
