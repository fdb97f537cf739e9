"""The store against a model of dictionaries, through failures, reopening and unfinished saves."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
import store_samples as samples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreError
from trainer_tui.domain.submission import Flag, Skip
from trainer_tui.services.ports import Profile
from trainer_tui.store.workspace import Workspace

texts = st.text(max_size=30) | st.sampled_from([samples.ODD_TEXT, "x" * 5_000])
tasks = st.sampled_from(["b.0", "b.1"])
shifts = st.sampled_from(["s1", "s2"])


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
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

    def try_(self, operation: samples.Operation) -> bool:
        """Whether it was acknowledged."""
        try:
            operation(self.store)
        except StoreError:
            assert self.calls.failed
            return False
        finally:
            self.calls.arm(0)
        return True

    @rule(nth=st.integers(1, 8))
    def let_a_call_fail(self, nth: int) -> None:
        self.calls.arm(nth)

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
        if self.try_(lambda store: store.put_profile(profile)):
            self.profile = profile

    @rule(name=st.sampled_from(["b", "c"]), number=st.integers(0, 3))
    def put_batch(self, name: str, number: int) -> None:
        batch = samples.batch(name, number)
        if self.try_(lambda store: store.put_batch(batch)):
            self.batches[name] = batch

    @rule(shift_id=shifts, ended=st.booleans())
    def put_shift(self, shift_id: str, ended: bool) -> None:
        shift = samples.shift(shift_id, 0 if shift_id == "s1" else 100_000)
        if ended:
            shift = msgspec.structs.replace(shift, ended_at=samples.at(200_000))
        if self.try_(lambda store: store.put_shift(shift)):
            self.shifts[shift_id] = shift
            self.records.setdefault(shift_id, [])
            self.ledgers.setdefault(shift_id, [])

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
        if self.try_(lambda store: store.add_record(record)):
            self.records[shift_id].append(record)

    @precondition(lambda self: self.shifts)
    @rule(data=st.data(), seconds=st.lists(st.floats(0, 1e6), max_size=3))
    def add_ledger(self, data: st.DataObject, seconds: list[float]) -> None:
        shift_id = data.draw(st.sampled_from(sorted(self.shifts)))
        entries = [samples.entry(one) for one in seconds]
        if self.try_(lambda store: store.add_ledger(shift_id, entries)):
            self.ledgers[shift_id] += entries

    @rule(task=tasks, text=texts, note=texts)
    def save_draft(self, task: str, text: str, note: str) -> None:
        self.count += 1
        draft_id = self.live.get(task, f"d{self.count}")
        draft = samples.draft(text, task_id=task, draft_id=draft_id, note=note)
        if self.try_(lambda store: store.save_draft(draft, Cause.TYPING, samples.NOW)):
            self.live[task] = draft_id
            self.versions.setdefault(task, []).append(draft)

    @rule(task=tasks)
    def retire_draft(self, task: str) -> None:
        if self.try_(lambda store: store.retire_draft(task)):
            self.live.pop(task, None)

    @invariant()
    def it_shows_what_the_model_holds(self) -> None:
        if self.calls.nth:
            return
        store = self.store
        assert store.profile() == self.profile
        assert {batch.id: batch for batch in store.batches()} == self.batches
        assert {shift.id: shift for shift in store.shifts()} == self.shifts
        for shift_id, records in self.records.items():
            assert list(store.records(shift_id)) == records
            assert list(store.ledger(shift_id)) == self.ledgers[shift_id]
        assert store.drafts() == self.live
        for task, drafts in self.versions.items():
            versions = store.versions(task)
            assert [version.number for version in versions] == list(range(1, len(drafts) + 1))
            assert [version.draft for version in versions] == drafts
            assert store.draft(task) == (drafts[-1] if task in self.live else None)
        assert not [trouble for trouble in store.troubles() if trouble.serious]


TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
