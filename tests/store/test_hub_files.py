"""`hub.json`, the records of other machines, and marks: one write each, and nothing else moves."""

import os
import shutil
from pathlib import Path

import msgspec
import pytest
import store_samples as samples

from trainer_tui.domain.errors import NewerFormat, StoreError
from trainer_tui.domain.link import HubState, Mark
from trainer_tui.domain.submission import Skip
from trainer_tui.domain.sync import SyncState
from trainer_tui.store import envelope
from trainer_tui.store.doctor import Severity, examine
from trainer_tui.store.workspace import Workspace

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "data"
    samples.build(home)
    return home


def writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        done.append(Path(target).name)
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    return done


def test_a_store_that_was_linked_by_a_released_format_opens(tmp_path: Path) -> None:
    home = Path(shutil.copytree(GOLDEN / "format-1-linked", tmp_path / "data"))
    for path in (home, *home.rglob("*")):  # a checkout has the modes of whoever made it
        path.chmod(0o700 if path.is_dir() else 0o600)
    store = Workspace.open(home)
    assert store.troubles() == ()
    assert store.hub() == samples.hub_state(cursor="two", unread=())
    assert store.received() == (samples.elsewhere("r8"), samples.elsewhere("r9", samples.ODD_TEXT))
    [first, second, *_] = store.records()
    assert (first.sync, first.hub_seq, second.refusal) == (SyncState.ACKED, 7, "too_large")
    assert store.shifts()[0].sync is SyncState.ACKED
    store.close()
    assert [f for f in examine(home) if f.severity is Severity.BAD] == []


def test_one_write_moves_everything_about_the_hub(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Workspace.open(home)
    done = writes(monkeypatch)
    state = samples.hub_state(cursor="three")
    store.put_hub(state)
    store.put_hub(state)
    assert done == ["hub.json"]
    store.close()
    assert Workspace.open(home, read_only=True).hub() == state


def test_marks_are_one_write_a_shift(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Workspace.open(home)
    store.put_shift(samples.shift("s2", 100))
    store.add_record(samples.submission("q1", shift_id="s2"))
    done = writes(monkeypatch)
    changed = store.mark(
        [
            Mark(record_id=id, shift_id=shift, sync=SyncState.ACKED, hub_seq=seq)
            for id, shift, seq in (("r1", "s1", 9), ("r3", "s1", 10), ("q1", "s2", 11))
        ]
    )
    assert len(done) == 2
    assert [record.hub_seq for record in changed] == [9, 10, 11]
    assert store.mark([Mark(record_id="r1", shift_id="s1", sync=SyncState.ACKED, hub_seq=9)]) == ()
    assert store.mark([Mark(record_id="r1", shift_id="nowhere", sync=SyncState.ACKED)]) == ()
    assert len(done) == 2
    view = samples.view(store)
    store.close()
    assert samples.view_of(home) == view


def test_a_mark_is_taken_back_and_leaves_nothing(home: Path) -> None:
    store = Workspace.open(home)
    for code in ("pending", "too_large"):
        store.mark([Mark(record_id="r1", shift_id="s1", sync=SyncState.REFUSED, refusal=code)])
        store.close()
        store = Workspace.open(home)
        assert (store.records()[0].sync, store.records()[0].refusal) == (SyncState.REFUSED, code)
    store.mark([Mark(record_id="r1", shift_id="s1", sync=SyncState.PENDING)])
    assert store.records()[0] == samples.submission("r1")
    store.close()
    written = next((home / "shifts").glob("*.json")).read_bytes()
    record = msgspec.json.decode(written)["submissions"]["r1"]
    assert {"sync", "refusal", "hub_seq"}.isdisjoint(record)


def test_a_mark_keeps_what_a_newer_program_wrote_beside_it(home: Path) -> None:
    path = next((home / "shifts").glob("*.json"))
    tables = msgspec.json.decode(envelope.unseal("shift", path.read_bytes()))
    tables["submissions"]["r1"]["mood"] = "fine"
    path.write_bytes(envelope.seal("shift", msgspec.json.encode(tables)))
    store = Workspace.open(home)
    store.mark([Mark(record_id="r1", shift_id="s1", sync=SyncState.ACKED, hub_seq=70)])
    store.close()
    assert msgspec.json.decode(path.read_bytes())["submissions"]["r1"]["mood"] == "fine"


def test_a_failed_mark_has_marked_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Workspace.open(home)
    before = samples.view(store)
    calls = samples.FailingCalls(monkeypatch)
    for nth in range(1, 9):
        calls.arm(nth)
        with pytest.raises(StoreError):
            store.mark([Mark(record_id="r3", shift_id="s1", sync=SyncState.ACKED, hub_seq=70)])
        calls.arm(0)
        assert samples.view(store) == before
    store.mark([Mark(record_id="r3", shift_id="s1", sync=SyncState.ACKED, hub_seq=70)])
    store.close()
    assert samples.view_of(home)["records"][2].hub_seq == 70


def test_records_of_other_machines_are_added_and_replaced(home: Path) -> None:
    store = Workspace.open(home)
    newer = msgspec.structs.replace(samples.elsewhere("r8"), hub_seq=99)
    skip = Skip(
        id="r7", task_id="b.0", batch_id="b", shift_id="s-elsewhere", at=samples.NOW, reason="Other"
    )
    store.put_received("b", [newer, skip])
    store.close()
    found = Workspace.open(home, read_only=True).received()
    assert sorted(record.id for record in found) == ["r7", "r8", "r9"]
    assert newer in found and skip in found


def test_bytes_that_nobody_can_read_are_put_away_once(home: Path) -> None:
    store = Workspace.open(home)
    place = store.put_away("hub-change", b"\xff what?")
    assert store.put_away("hub-change", b"\xff what?") == place
    assert (home / place).read_bytes() == b"\xff what?"
    assert len(list((home / "quarantine").iterdir())) == 1
    store.close()


@pytest.mark.parametrize("damaged", ["received/b.json", "batches/b.json", "hub.json"])
def test_what_damage_took_is_read_from_the_hub_again(home: Path, damaged: str) -> None:
    path = home / damaged
    content = path.read_bytes()
    path.write_bytes(content[:-9] + b"x" + content[-8:])
    for read_only in (True, False, False):
        store = Workspace.open(home, read_only=read_only)
        if damaged == "hub.json":
            assert store.hub() != samples.hub_state(cursor="two", unread=())
        else:
            assert store.hub().cursor is None and store.hub().link is not None
        assert store.troubles()
        store.close()


def test_a_file_that_lies_about_itself_is_damaged(home: Path) -> None:
    wrong: dict[str, tuple[str, object]] = {
        "hub.json": ("hub", {"hub": {"2": {}}}),
        "received/b.json": ("received", {"skips": {"x": msgspec.to_builtins(_skip("y", "b"))}}),
    }
    for name, (kind, tables) in wrong.items():
        (home / f"{name}.prev").unlink(missing_ok=True)
        (home / name).write_bytes(envelope.seal(kind, msgspec.json.encode(tables)))
    bad = {one.place for one in examine(home) if one.severity is Severity.BAD}
    assert bad == set(wrong)
    store = Workspace.open(home)
    assert (store.hub(), store.received()) == (HubState(), ())
    assert {one.place for one in store.troubles()} == set(wrong)
    store.close()


def _skip(id: str, batch_id: str) -> Skip:
    return Skip(
        id=id, task_id="b.1", batch_id=batch_id, shift_id="s", at=samples.NOW, reason="Other"
    )


@pytest.mark.parametrize("name, kind", [("hub.json", "hub"), ("received/b.json", "received")])
def test_a_newer_one_is_left_alone(home: Path, name: str, kind: str) -> None:
    path = home / name
    content = path.read_bytes().replace(b'"version":1', b'"version":2', 1)
    body = content[content.index(b"}},") + 3 :]
    head = b'{"version":2,"kind":"%s"' % kind.encode()
    digest = envelope._digest(head, memoryview(body))
    path.write_bytes(b'{"_format":{"1":%s,"sha256":"%s"}},' % (head, digest) + body)
    with pytest.raises(NewerFormat):
        Workspace.open(home)
    store = Workspace.open(home, read_only=True)
    assert any("format 2" in trouble.message for trouble in store.troubles())
    store.close()
