"""A power cut at every moment, on the model of a disk that forgets what was not synced."""

import json
import os
import random
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import disk_model
import store_samples as samples
from disk_model import Killed, Recorder, Tree
from subjects import Stock, Verdict, mutated, number_of
from table import Row

from trainer_tui.domain.errors import TrainerError
from trainer_tui.domain.settings import Settings
from trainer_tui.store.config import SettingsFile
from trainer_tui.store.workspace import Workspace


@dataclass
class Cut:
    """A moment at which the power went: what may be on the disk, and what must be shown then."""

    where: str
    trees: list[Tree]
    allowed: list[Any]
    """The views of which one must be shown."""
    acknowledged: int = 0


def moments(folder: Path, chance: random.Random, most: int) -> Iterator[Cut]:
    """Do all operations on a new store in a new folder; yield the cuts at each change."""
    expected = samples.build(folder / "expected")
    root = folder / "disk"
    root.mkdir()
    recorder = Recorder(root)
    cuts: list[list[Tree]] = []
    recorder.at_each = lambda: cuts.append(list(recorder.disk.states(chance, most)))
    with recorder.watching():
        # In a folder that is not there yet, as at the very first start.
        store = Workspace.open(root / "share" / "data")
        yield Cut("open", [t for trees in cuts for t in trees], [expected[0]])
        for number, operation in enumerate(samples.OPERATIONS):
            cuts.clear()
            operation(store)
            during = [tree for trees in cuts[:-1] for tree in trees]
            yield Cut(f"operation {number}", during, expected[number : number + 2], number)
            # Here it is acknowledged.
            states = list(recorder.disk.states(chance, most))
            yield Cut(f"after operation {number}", states, [expected[number + 1]], number + 1)
        store.close()
    recorder.close()


def moments_after_a_kill(
    folder: Path, chance: random.Random, most: int, stride: int
) -> Iterator[Cut]:
    """Kill the writer at one change, open the store and look; then the power goes.

    What is shown to a person counts as acknowledged, whoever wrote it.
    """
    for kill_at in count(1 + chance.randrange(stride), stride):
        root = folder / f"killed{kill_at}"
        root.mkdir(parents=True)
        recorder = Recorder(root)
        recorder.kill_at = kill_at
        home = root / "share" / "data"
        store = None
        with recorder.watching():
            try:
                store = Workspace.open(home)
                for operation in samples.OPERATIONS:
                    operation(store)
                return
            except Killed:
                pass
            recorder.kill_at = 0
            if store is not None:
                samples.abandon(store)
            store = Workspace.open(home)
            shown = samples.view(store)
            trees = list(recorder.disk.states(chance, most))
            yield Cut(f"killed at {kill_at}, shown, then cut", trees, [shown])
            store.close()
        recorder.close()
        shutil.rmtree(root)


def settings_cuts(folder: Path, seed: int = 1, most: int = 12) -> Row:
    """Change a setting twice, the first time in a folder that is not there yet."""
    row = Row("settings")
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    recorder = Recorder(folder)
    settings = SettingsFile(folder / "share" / "trainer" / "config.toml")
    values = [Settings().theme, "paper", "dusk"]
    with recorder.watching():
        for number in (1, 2):
            during: list[Tree] = []
            recorder.at_each = lambda during=during: during.extend(  # type: ignore[misc]
                recorder.disk.states(chance, most)
            )
            settings.change("theme", values[number])
            recorder.at_each = lambda: None
            for trees, allowed in (
                (during, values[number - 1 : number + 1]),
                (list(recorder.disk.states(chance, most)), [values[number]]),
            ):
                for tree in trees:
                    content = dict(tree).get("share/trainer/config.toml") or b""
                    found = tomllib.loads(content.decode()).get("theme", values[0])
                    row.add(Verdict(lost=found not in allowed, said=found), 1, f"change {number}")
    recorder.close()
    return row


def check(home: Path, tree: Tree, allowed: list[Any]) -> Verdict:
    """Open a store on what the power cut has left."""
    shutil.rmtree(home, ignore_errors=True)
    disk_model.lay_out(tree, home)
    data = home / "share" / "data"
    try:
        store = Workspace.open(data)
    except TrainerError as error:
        return Verdict(lost=1, unreadable=1, said=str(error))
    try:
        view = samples.view(store)
        again = samples.view(store)
    except TrainerError as error:
        return Verdict(lost=1, unreadable=1, said=str(error))
    finally:
        store.close()
    verdict = Verdict(wrong=len(list(data.rglob("*.tmp"))) + (again != view))
    if view not in allowed:
        verdict.lost = 1
        verdict.said = _difference(view, allowed[-1])
    if samples.view_of(data) != view:
        verdict.wrong += 1
        verdict.said += " opening twice is not opening once"
    return verdict


def _difference(view: Any, expected: Any) -> str:
    return "; ".join(
        f"{name}: {str(view[name])[:150]} for {str(expected[name])[:150]}"
        for name in expected
        if view[name] != expected[name]
    )


def cuts(
    folder: Path,
    seed: int = 1,
    most: int = 12,
    mutant: str = "",
    kills: int = 0,
    enough: Callable[[Row], bool] = lambda row: False,
) -> Row:
    """Return the row of cuts at every moment; with `kills` after a kill at every so manyth."""
    row = Row("F3b power cut, all states of a modelled disk")
    chance = random.Random(seed)
    seen: set[tuple[Tree, str]] = set()
    folder.mkdir(parents=True, exist_ok=True)
    found = [moments(folder, chance, most)]
    if kills:
        found.append(moments_after_a_kill(folder, chance, most, kills))
    with mutated(mutant):
        for some in found:
            for cut in some:
                for tree in cut.trees:
                    if (tree, cut.where) in seen:
                        continue
                    seen.add((tree, cut.where))
                    row.add(check(folder / "check", tree, cut.allowed), cut.acknowledged, cut.where)
                    if enough(row):
                        return row
    return row


def stock_cuts(folder: Path, seed: int = 1, most: int = 12) -> Verdict:
    """Do the same to stock TinyDB, whose file is opened by `open`, which is led through `os`."""
    verdict = Verdict()
    chance = random.Random(seed)
    root = folder / "stock"
    root.mkdir(parents=True)
    recorder = Recorder(root)
    with mock.patch("builtins.open", _through_os), recorder.watching():
        database = Stock(root)
        for number in range(24):
            trees: list[Tree] = []
            recorder.at_each = lambda trees=trees: trees.extend(  # type: ignore[misc]
                recorder.disk.states(chance, most)
            )
            database.do("update", number)
            for tree in [*trees, *recorder.disk.states(chance, most)]:
                _check_stock(verdict, dict(tree), number)
        database.close()
    recorder.close()
    return verdict


def _check_stock(verdict: Verdict, files: dict[str, bytes | None], number: int) -> None:
    try:
        content = json.loads(files["db.json"] or b"")
        texts = [document["text"] for document in content["_default"].values()]
    except (KeyError, ValueError):
        verdict.unreadable += number > 0
        return
    found = {number_of(text) for text in texts}
    before = range(max(0, number - Stock.DOCUMENTS), number)
    verdict.lost += any(one not in found for one in before)


class _through_os:
    """As much of a text file as `JSONStorage` asks for, by the functions of `os`."""

    def __init__(self, path: Any, mode: str = "r", encoding: Any = None, **_: Any) -> None:
        self.mode = mode
        flags = os.O_RDWR if "+" in mode else os.O_RDONLY
        if mode.startswith("a"):
            flags = os.O_WRONLY | os.O_CREAT
        self.fd = os.open(path, flags, 0o600)

    def seek(self, offset: int, whence: int = 0) -> int:
        return os.lseek(self.fd, offset, whence)

    tell = lambda self: self.seek(0, 1)  # noqa: E731

    def read(self) -> str:
        return os.read(self.fd, 10**7).decode()

    def write(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def flush(self) -> None:
        pass

    def fileno(self) -> int:
        return self.fd

    def truncate(self) -> None:
        os.ftruncate(self.fd, self.tell())

    def close(self) -> None:
        os.close(self.fd)

    def __enter__(self) -> "_through_os":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


MUTANTS = (
    "no fsync",
    "no folder fsync",
    "in place",
    "renamed across folders",
    "no fsync of the way",
    "no fsync after a kill",
)
AFTER_A_KILL = ("no fsync after a kill",)
"""Mutants that only a cut after a kill can show."""


def caught(folder: Path, mutant: str, seed: int = 1) -> Row:
    """Return the row of a mutant as far as it went until it was caught."""
    kills = 3 * (mutant in AFTER_A_KILL)
    return cuts(folder, seed, 8, mutant, kills, enough=lambda found: not found.clean)


def run(folder: Path, seed: int = 1, most: int = 24, kills: int = 1, rounds: int = 1) -> Row:
    """Return the row over so many seeds, with its mutants and stock TinyDB."""
    row = Row("F3b power cut, all states of a modelled disk")
    for number in range(rounds):
        row.join(cuts(folder / f"ours{number}", seed + number, most, kills=kills))
        row.join(settings_cuts(folder / f"settings{number}", seed + number, most))
    for mutant in MUTANTS:
        row.mutants[mutant] = not caught(folder / mutant, mutant, seed).clean
    row.stock = stock_cuts(folder, seed)
    return row
