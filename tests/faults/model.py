"""The store against a model of dictionaries, through failures, kills, reopening, torn saves."""

import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest
import store_samples as samples
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from subjects import MEMORY, Verdict, mutated
from table import Row

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreError
from trainer_tui.domain.submission import Flag, Skip
from trainer_tui.services.ports import Profile
from trainer_tui.store.workspace import Workspace

texts = st.text(max_size=30) | st.sampled_from([samples.ODD_TEXT, "x" * 5_000])
tasks = st.sampled_from(["b.0", "b.1"])
shifts = st.sampled_from(["s1", "s2"])


class StoreMachine(RuleBasedStateMachine):
    steps = 0
    acknowledged = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.home = self.folder / "data"
        self.patch = pytest.MonkeyPatch()
        self.calls = samples.FailingCalls(self.patch)
        self.store = Workspace.open(self.home)
        self.profile = Profile()
        self.batches: dict[str, Any] = {}
        self.shifts: dict[str, Any] = {}
        self.records: dict[str, list[Any]] = {}
        self.ledgers: dict[str, list[Any]] = {}
        self.live: dict[str, str] = {}
        self.versions: dict[str, list[Any]] = {}
        self.count = 0

    def teardown(self) -> None:
        self.calls.arm(0)
        self.store.close()
        self.patch.undo()
        shutil.rmtree(self.folder)

    def try_(self, operation: samples.Operation, note: Callable[[], object]) -> None:
        """Do an operation; `note` enters it into the model if it was acknowledged."""
        type(self).steps += 1
        try:
            operation(self.store)
        except StoreError:
            assert self.calls.failed
            return
        except samples.Killed:
            self._come_back(note)
            return
        finally:
            self.calls.arm(0)
        type(self).acknowledged += 1
        note()

    def _come_back(self, note: Callable[[], object]) -> None:
        """Open the store of a process that was killed: its operation is there or it is not."""
        self.calls.arm(0)
        samples.abandon(self.store)
        self.store = Workspace.open(self.home)
        before = deepcopy(self._model())
        if self._shown() != before:
            note()

    def _model(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "batches": self.batches,
            "shifts": self.shifts,
            "records": self.records,
            "ledgers": self.ledgers,
            "live": self.live,
            "versions": self.versions,
        }

    def _shown(self) -> dict[str, Any]:
        store = self.store
        tasks = ("b.0", "b.1")
        found = {task: [v.draft for v in store.versions(task)] for task in tasks}
        return {
            "profile": store.profile(),
            "batches": {batch.id: batch for batch in store.batches()},
            "shifts": {shift.id: shift for shift in store.shifts()},
            "records": {shift.id: list(store.records(shift.id)) for shift in store.shifts()},
            "ledgers": {shift.id: list(store.ledger(shift.id)) for shift in store.shifts()},
            "live": store.drafts(),
            "versions": {task: drafts for task, drafts in found.items() if drafts},
        }

    @rule(nth=st.integers(1, 8))
    def let_a_call_fail(self, nth: int) -> None:
        self.calls.arm(nth)

    @rule(nth=st.integers(1, 14))
    def die_at_a_call(self, nth: int) -> None:
        self.calls.arm(nth, dead=True)

    @rule()
    def close_and_open(self) -> None:
        self.calls.arm(0)
        self.store.close()
        self.store = Workspace.open(self.home)

    @rule(torn=st.binary(min_size=1, max_size=20).filter(lambda b: b"\n" not in b))
    def die_while_appending(self, torn: bytes) -> None:
        self.calls.arm(0)
        self.store.close()
        for path in (self.home / "drafts").glob("*.jsonl"):
            with open(path, "ab") as file:
                file.write(torn)
        (self.home / "shifts" / "2026-01-31-s1.json.tmp").write_bytes(torn)
        self.store = Workspace.open(self.home)

    @rule(name=texts)
    def put_profile(self, name: str) -> None:
        profile = Profile(trainer=name)

        def note() -> None:
            self.profile = profile

        self.try_(lambda store: store.put_profile(profile), note)

    @rule(name=st.sampled_from(["b", "c"]), number=st.integers(0, 3))
    def put_batch(self, name: str, number: int) -> None:
        batch = samples.batch(name, number)
        self.try_(lambda store: store.put_batch(batch), lambda: self.batches.update({name: batch}))

    @rule(shift_id=shifts, ended=st.booleans())
    def put_shift(self, shift_id: str, ended: bool) -> None:
        shift = samples.shift(shift_id, 0 if shift_id == "s1" else 100_000)
        if ended:
            shift = msgspec.structs.replace(shift, ended_at=samples.at(200_000))

        def note() -> None:
            self.shifts[shift_id] = shift
            self.records.setdefault(shift_id, [])
            self.ledgers.setdefault(shift_id, [])

        self.try_(lambda store: store.put_shift(shift), note)

    @precondition(lambda self: self.shifts)
    @rule(data=st.data(), text=texts, kind=st.integers(0, 2))
    def add_record(self, data: st.DataObject, text: str, kind: int) -> None:
        shift_id = data.draw(st.sampled_from(sorted(self.shifts)))
        self.count += 1
        name = f"r{-self.count % 97}-{self.count}"
        record = [
            samples.submission(name, text),
            samples.record(Skip, name, reason=text),
            samples.record(Flag, name, reason=text),
        ][kind]
        record = msgspec.structs.replace(record, shift_id=shift_id)
        self.try_(
            lambda store: store.add_record(record), lambda: self.records[shift_id].append(record)
        )

    @precondition(lambda self: self.shifts)
    @rule(data=st.data(), seconds=st.lists(st.floats(0, 1e6), max_size=3))
    def add_ledger(self, data: st.DataObject, seconds: list[float]) -> None:
        shift_id = data.draw(st.sampled_from(sorted(self.shifts)))
        entries = [samples.entry(one) for one in seconds]
        self.try_(
            lambda store: store.add_ledger(shift_id, entries),
            lambda: self.ledgers[shift_id].extend(entries),
        )

    @rule(task=tasks, text=texts, note=texts)
    def save_draft(self, task: str, text: str, note: str) -> None:
        self.count += 1
        draft_id = self.live.get(task, f"d{self.count}")
        draft = samples.draft(text, task_id=task, draft_id=draft_id, note=note)

        def enter() -> None:
            self.live[task] = draft_id
            self.versions.setdefault(task, []).append(draft)

        self.try_(lambda store: store.save_draft(draft, Cause.TYPING, samples.NOW), enter)

    @rule(task=tasks)
    def retire_draft(self, task: str) -> None:
        self.try_(lambda store: store.retire_draft(task), lambda: self.live.pop(task, None))

    @invariant()
    def it_shows_what_the_model_holds(self) -> None:
        if self.calls.nth:
            return
        assert self._shown() == self._model()
        for task, drafts in self.versions.items():
            numbers = [version.number for version in self.store.versions(task)]
            assert numbers == list(range(1, len(drafts) + 1))
            newest = drafts[-1] if task in self.live else None
            assert self.store.draft(task) == newest
        assert not [trouble for trouble in self.store.troubles() if trouble.serious]
        assert not list(self.home.rglob("*.tmp")) or self.calls.failed


def check(examples: int, steps: int, start: int = 1, mutant: str = "") -> str:
    """Let Hypothesis look for an example that falsifies the model; return what it found."""
    StoreMachine.steps = StoreMachine.acknowledged = 0

    class Machine(StoreMachine):
        pass

    phases = [Phase.generate] if mutant else [Phase.generate, Phase.shrink]
    wanted = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=phases,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    with mutated(mutant):
        try:
            run_state_machine_as_test(seed(start)(Machine), settings=wanted)
        except (AssertionError, StoreError, BaseExceptionGroup) as error:
            return f"{type(error).__name__}: {error}"
        finally:
            StoreMachine.steps += Machine.steps
            StoreMachine.acknowledged += Machine.acknowledged
    return ""


MUTANTS = ("in place", "cache kept", "append kept")


def run(folder: Path, examples: int = 1_000, steps: int = 200, start: int = 1) -> Row:
    """Return the row, with its mutants."""
    row = Row(f"F9 model, {examples:,} examples of {steps} steps")
    said = check(examples, steps, start)
    row.add(Verdict(wrong=bool(said), said=said), StoreMachine.acknowledged, "falsified")
    row.rounds = StoreMachine.steps
    for mutant in MUTANTS:
        row.mutants[mutant] = bool(check(2_000, 30, start, mutant))
    return row
