import json
import os
import stat
import threading
from pathlib import Path

import msgspec
import pytest
import store_samples as samples
from tinydb import Query, TinyDB

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import (
    BadInput,
    NewerFormat,
    NotFound,
    StoreError,
    StoreReadOnly,
)
from trainer_tui.domain.message import Pair
from trainer_tui.domain.submission import Flag, Skip, Withdrawal
from trainer_tui.services.ports import Profile, Store
from trainer_tui.store import envelope, migrations
from trainer_tui.store.workspace import Workspace


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_it_is_a_store(home: Path) -> None:
    store: Store = Workspace.open(home)
    assert not store.read_only
    assert store.home == home
    store.close()


def test_what_is_written_is_there_live_and_after_opening_twice(home: Path) -> None:
    views = samples.build(home)
    for _ in range(2):
        store = Workspace.open(home)
        assert samples.view(store) == views[-1]
        assert store.troubles() == ()
        store.close()
    assert samples.view_of(home) == views[-1]


def test_records_keep_the_order_of_writing_whatever_their_dates_and_ids(home: Path) -> None:
    with_odd_order = [
        samples.record(Flag, "r9", reason="x"),
        samples.submission("r5"),
        samples.record(Skip, "r1", reason="x"),
        samples.submission("r4"),
        samples.record(Withdrawal, "r0", record_id="r9"),
    ]
    store = Workspace.open(home)
    store.put_shift(samples.shift())
    for record in with_odd_order:
        store.add_record(record)
    store.close()
    store = Workspace.open(home, read_only=True)
    assert list(store.records()) == with_odd_order
    assert list(store.records("s1")) == with_odd_order


def test_records_of_all_shifts_come_oldest_shift_first(home: Path) -> None:
    store = Workspace.open(home)
    for shift_id, start in (("s2", 90_000), ("s1", 0)):
        store.put_shift(samples.shift(shift_id, start))
        store.add_record(samples.submission(f"r-{shift_id}", shift_id=shift_id))
    assert [record.id for record in store.records()] == ["r-s1", "r-s2"]
    with pytest.raises(NotFound):
        store.records("s3")
    store.close()


def test_a_record_has_an_id_of_its_own_and_a_shift(home: Path) -> None:
    store = Workspace.open(home)
    store.put_shift(samples.shift())
    store.add_record(samples.submission("r1"))
    with pytest.raises(StoreError):
        store.add_record(samples.submission("r1"))
    with pytest.raises(NotFound):
        store.add_record(samples.submission("r2", shift_id="unknown"))
    assert len(store.records()) == 1
    store.close()


def test_saving_a_record_touches_its_shift_only(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples.build(home)
    store = Workspace.open(home)
    replaced: list[str] = []
    real = os.replace
    monkeypatch.setattr(os, "replace", lambda a, b: (replaced.append(Path(b).name), real(a, b)))
    store.add_record(samples.submission("r8"))
    assert replaced == ["2026-01-31-s1.json"]
    replaced.clear()
    store.put_batch(samples.batch(team="red"))
    store.add_ledger("s1", [samples.entry(1)])
    store.save_draft(samples.draft("more", draft_id="d3"), Cause.TYPING, samples.NOW)
    assert replaced == []
    store.close()


def test_batches_keep_the_order_of_import_and_of_their_tasks(home: Path) -> None:
    store = Workspace.open(home)
    first = samples.batch("z", imported_at=samples.at(0))
    second = samples.batch("a", imported_at=samples.at(1))
    second = msgspec.structs.replace(second, tasks=second.tasks[::-1])
    store.put_batch(second)
    store.put_batch(first)
    store.close()
    assert samples.view_of(home)["batches"] == (first, second)


def test_a_field_that_is_reset_stays_reset(home: Path) -> None:
    store = Workspace.open(home)
    store.put_profile(Profile(trainer="ann", last_task="b.1", folded=True))
    store.put_profile(Profile(trainer="ann"))
    store.close()
    assert samples.view_of(home)["profile"] == Profile(trainer="ann")


def test_texts_come_back_exactly(home: Path) -> None:
    store = Workspace.open(home)
    store.put_shift(samples.shift())
    texts = [samples.ODD_TEXT, "", "\n" * 1000, "x" * 1_000_000 + "\u2029", "\ufeff\ufffe\ufdd0"]
    for number, text in enumerate(texts):
        store.save_draft(samples.draft(text, note=text), Cause.PASTE, samples.NOW)
        store.add_record(samples.submission(f"r{number}", text))
    store.close()
    store = Workspace.open(home)
    assert [version.draft.note for version in store.versions("b.1")] == texts
    assert [version.draft.pairs[0].response for version in store.versions("b.1")] == texts
    assert [record.pairs[0].response for record in store.records()] == texts  # type: ignore[union-attr]
    store.close()


def test_what_could_not_be_read_back_is_refused_and_changes_nothing(home: Path) -> None:
    samples.build(home)
    store = Workspace.open(home)
    before = samples.view(store)
    bad_task = samples.batch().tasks[0]
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    for extra in ({"n": float("nan")}, {"n": 2**60}, {"n": deep}, {"n": "\udc80"}, {"n": object()}):
        task = msgspec.structs.replace(bad_task, extra=extra)
        with pytest.raises(StoreError):
            store.put_batch(msgspec.structs.replace(samples.batch("c"), tasks=(task,)))
    with pytest.raises(StoreError, match="half of a character"):
        store.save_draft(samples.draft("\ud800", draft_id="d2"), Cause.TYPING, samples.NOW)
    with pytest.raises(StoreError, match="half of a character"):
        store.add_record(samples.submission("r9", "\ud800"))
    with pytest.raises(StoreError):
        store.add_record(msgspec.structs.replace(samples.submission("r9"), revision="one"))  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        store.add_ledger("s1", [samples.entry(float("inf"))])
    for seconds in (float("nan"), "one"):
        with pytest.raises(StoreError):
            bad = samples.draft("x", draft_id="d2", active_seconds=seconds)
            store.save_draft(bad, Cause.TYPING, samples.NOW)
    assert samples.view(store) == before
    store.add_record(samples.submission("r9"))
    store.close()


@pytest.mark.parametrize("bad", ["../x", "a/b", "", "A", "con", "x" * 200, ".hidden", "a\0b"])
def test_no_id_leads_out_of_the_folder(home: Path, bad: str) -> None:
    store = Workspace.open(home)
    names = {path.name for path in home.rglob("*")}
    with pytest.raises(BadInput):
        store.put_batch(samples.batch(bad, tasks=0))
    with pytest.raises(BadInput):
        store.put_shift(samples.shift(bad))
    with pytest.raises(BadInput):
        store.save_draft(samples.draft("x", task_id=bad), Cause.TYPING, samples.NOW)
    store.close()
    assert {path.name for path in home.rglob("*")} <= names


def test_versions_are_numbered_on_over_retired_drafts(home: Path) -> None:
    store = Workspace.open(home)
    for number in range(1, 8):
        saved = store.save_draft(
            samples.draft(f"text {number}", draft_id=f"d{number // 3}"), Cause.TYPING, samples.NOW
        )
        assert saved == number
        assert store.drafts() == {"b.1": f"d{number // 3}"}
        if number % 2:
            store.close()
            store = Workspace.open(home)
    assert [version.number for version in store.versions("b.1")] == list(range(1, 8))
    assert len(list((home / "drafts" / "retired").iterdir())) == 2
    store.retire_draft("b.1")
    store.retire_draft("b.1")
    assert store.draft("b.1") is None
    assert store.drafts() == {}
    assert len(store.versions("b.1")) == 7
    store.close()


def test_retired_journals_of_tasks_with_alike_names_stay_apart(home: Path) -> None:
    store = Workspace.open(home)
    for task in ("b.1", "b.1.1", "b.1.1.1", "b"):
        store.save_draft(samples.draft(task, task_id=task), Cause.TYPING, samples.NOW)
        store.retire_draft(task)
    for task in ("b.1", "b.1.1", "b.1.1.1", "b"):
        assert [version.draft.pairs[0].response for version in store.versions(task)] == [task]
    store.close()


def test_turns_may_come_and_go(home: Path) -> None:
    store = Workspace.open(home)
    drafts = [
        msgspec.structs.replace(
            samples.draft("x"), pairs=tuple(Pair(str(i), "é" * i) for i in range(n))
        )
        for n in (1, 3, 2, 2, 5, 1)
    ]
    for one in drafts:
        store.save_draft(one, Cause.TURN, samples.NOW)
    store.close()
    versions = samples.view_of(home)["versions"]["b.1"]
    assert [version.draft for version in versions] == drafts


def test_read_only_writes_nothing_and_refuses_to(home: Path) -> None:
    samples.build(home)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    store = Workspace.open(home, read_only=True)
    for operation in samples.OPERATIONS:
        with pytest.raises(StoreReadOnly):
            operation(store)
    samples.view(store)
    store.close()
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_read_only_opens_what_is_not_there_as_empty(home: Path) -> None:
    store = Workspace.open(home, read_only=True)
    assert store.batches() == store.shifts() == store.records() == store.troubles() == ()
    store.close()
    assert not home.exists()


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_in_the_place_of_the_data_folder_is_told(home: Path, read_only: bool) -> None:
    home.write_text("a file")
    with pytest.raises(StoreError):
        Workspace.open(home, read_only=read_only)


def test_a_closed_store_refuses_to_write(home: Path) -> None:
    store = Workspace.open(home)
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.put_profile(Profile())


def test_threads_may_save_at_the_same_time(home: Path) -> None:
    store = Workspace.open(home)
    store.put_shift(samples.shift())

    def work(name: str) -> None:
        for number in range(10):
            store.add_record(samples.submission(f"{name}{number}"))
            task = f"b.{name}"
            store.save_draft(samples.draft(str(number), task_id=task), Cause.TYPING, samples.NOW)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    store = Workspace.open(home, read_only=True)
    assert len(store.records()) == 40
    assert len({record.id for record in store.records()}) == 40
    assert all(len(store.versions(f"b.{name}")) == 10 for name in "abcd")


def test_stock_tinydb_opens_our_files(home: Path) -> None:
    samples.build(home)
    with TinyDB(home / "shifts" / "2026-01-31-s1.json", access_mode="r") as database:
        assert database.tables() == {
            "_format", "shift", "submissions", "skips", "flags", "withdrawals",
        }  # fmt: skip
        submissions = database.table("submissions")
        submissions.document_id_class = str  # type: ignore[assignment]
        found = submissions.search(Query().task_id == "b.1")
        assert found[0].doc_id == "r1"
        assert [document["id"] for document in found] == ["r1"]
        assert database.table("_format").all()[0]["kind"] == "shift"
    with TinyDB(home / "batches" / "b.json", access_mode="r") as database:
        assert len(database.table("tasks")) == 3


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o277])
def test_files_are_for_their_owner_whatever_the_umask(home: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        samples.build(home)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*") if path.is_file()}
    assert modes == {0o600}
    folders = [home, *(path for path in home.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


LINKS = [
    "lock", "workspace.json", "batches", "batches/b.json", "shifts/2026-01-31-s1.json",
    "shifts/2026-01-31-s1.ledger.jsonl", "drafts", "drafts/b.1.jsonl", "drafts/retired",
    "quarantine",
]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
@pytest.mark.parametrize("name", LINKS)
def test_a_planted_link_is_refused(home: Path, tmp_path: Path, name: str) -> None:
    samples.build(home)
    planted, target = home / name, tmp_path / "elsewhere"
    planted.rename(target)
    planted.symlink_to(target)
    before = target.read_bytes() if target.is_file() else sorted(target.rglob("*"))
    with pytest.raises(StoreError, match="symbolic link"):
        store = Workspace.open(home)
        try:
            store.draft("b.1")
            store.ledger("s1")
        finally:
            store.close()
    assert (target.read_bytes() if target.is_file() else sorted(target.rglob("*"))) == before


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_in_the_way_of_a_save_is_not_followed(home: Path, tmp_path: Path) -> None:
    samples.build(home)
    target = tmp_path / "elsewhere"
    target.write_text("untouched")
    shift = home / "shifts" / "2026-01-31-s1.json"
    store = Workspace.open(home)
    (shift.parent / (shift.name + ".tmp")).symlink_to(target)
    (shift.parent / (shift.name + ".prev")).unlink()
    (shift.parent / (shift.name + ".prev")).symlink_to(target)
    store.add_record(samples.submission("r9"))
    store.close()
    assert target.read_text() == "untouched"


@pytest.mark.parametrize(
    "name", ["workspace.json", "batches/b.json", "shifts/2026-01-31-s1.json", "drafts/b.1.jsonl",
             "shifts/2026-01-31-s1.ledger.jsonl"],
)  # fmt: skip
def test_a_newer_format_is_read_around_and_never_touched(
    home: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "CURRENT", 2)
    newer = tmp_path / "newer"
    _rebuild_as_version_two(newer)
    monkeypatch.undo()
    samples.build(home)
    (home / name).write_bytes((newer / name).read_bytes())
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    with pytest.raises(NewerFormat, match="format 2"):
        Workspace.open(home)
    store = Workspace.open(home, read_only=True)
    store.draft("b.1")
    if "ledger" in name:
        with pytest.raises(NewerFormat):
            store.ledger("s1")
    else:
        assert any("format 2" in trouble.message for trouble in store.troubles())
    store.close()
    after = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert {p: b for p, b in after.items() if "lock" not in p.name} == {
        p: b for p, b in before.items() if "lock" not in p.name
    }


def _rebuild_as_version_two(home: Path) -> None:
    from trainer_tui.store.journal import lay_out, scan

    samples.build(home)
    for path in [*home.rglob("*.jsonl")]:
        lines = list(scan(path.read_bytes()).lines)
        lines[0] = lines[0].replace(b'"version":1', b'"version":2')
        path.write_bytes(lay_out(lines)[0])


def test_a_damaged_newer_file_is_damage(home: Path) -> None:
    samples.build(home)
    path = home / "batches" / "b.json"
    path.write_bytes(path.read_bytes().replace(b'"version":1', b'"version":2', 1))
    store = Workspace.open(home)
    assert [trouble.place for trouble in store.troubles()] == ["batches/b.json"]
    store.close()


def test_the_envelope_is_plain_json() -> None:
    sealed = envelope.seal("shift", b'{"a":{"1":{}}}')
    assert list(json.loads(sealed)) == ["_format", "a"]
    assert envelope.unseal("shift", sealed) == b'{"a":{"1":{}}}'
