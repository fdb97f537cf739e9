"""A damaged store is mended by its writer, nothing is thrown away, and everything goes on."""

import shutil
import sys
from pathlib import Path

import pytest
import store_samples as samples

sys.path.append(str(Path(__file__).parents[1] / "faults"))

from bit_rot import SMALL, data_files, only_acknowledged

from trainer_tui.domain.draft import Cause
from trainer_tui.services.ports import Profile
from trainer_tui.store.workspace import Workspace

DATE = "2026-01-31"


def test_a_writer_mends_keeps_the_bytes_and_then_all_is_quiet(tmp_path: Path) -> None:
    home, pristine = tmp_path / "data", tmp_path / "pristine"
    whole = samples.build(pristine, SMALL)[-1]
    for path in data_files(pristine):
        content = path.read_bytes()
        if path.suffix == ".prev" or path.parent.name == "retired":
            continue
        for position in range(0, len(content), 41):
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(pristine, home)
            changed = bytearray(content)
            changed[position] ^= 0x04
            (home / path.relative_to(pristine)).write_bytes(changed)
            store = Workspace.open(home)
            samples.view(store)  # a draft is mended when it is first read
            first = samples.view(store)
            troubles = store.troubles()
            store.close()
            assert only_acknowledged(first, whole)
            assert troubles
            kept = [one.read_bytes() for one in (home / "quarantine").iterdir()]
            assert any(one in bytes(changed) for one in kept), "refused bytes are kept"
            store = Workspace.open(home)
            assert samples.view(store) == first, "opening twice is opening once"
            assert set(store.troubles()) == set(troubles), "told until it is confirmed"
            store.confirm_troubles()
            # Everything goes on from there.
            store.put_profile(Profile(trainer="bo"))
            store.put_batch(samples.batch(tasks=2))
            store.put_shift(samples.shift())
            store.add_record(samples.submission("r7"))
            store.add_ledger("s1", [samples.entry(7)])
            store.save_draft(samples.draft("on", draft_id="d2"), Cause.TYPING, samples.NOW)
            second = samples.view(store)
            store.close()
            store = Workspace.open(home)
            assert samples.view(store) == second
            assert store.troubles() == ()
            store.close()


DOCUMENTS = ["workspace.json", "batches/b.json", f"shifts/{DATE}-s1.json"]
JOURNALS = [f"shifts/{DATE}-s1.ledger.jsonl", "drafts/b.1.jsonl", "drafts/retired/b.1.1.jsonl"]


@pytest.mark.parametrize("name", DOCUMENTS + JOURNALS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_cut_file_is_not_taken_for_an_empty_or_older_one(
    tmp_path: Path, name: str, share: float
) -> None:
    home = tmp_path / "data"
    whole = samples.build(home, SMALL)[-1]
    path = home / name
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    for _ in range(2):
        store = Workspace.open(home)
        view = samples.view(store)
        assert only_acknowledged(view, whole)
        assert name in [trouble.place for trouble in store.troubles()]
        store.close()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_without_the_file_the_state_before_its_last_save_is_used(tmp_path: Path, name: str) -> None:
    home = tmp_path / "data"
    samples.build(home)
    previous = home / (name + ".prev")
    before = previous.read_bytes()
    (home / name).unlink()
    store = Workspace.open(home)
    assert [trouble.place for trouble in store.troubles()] == [name]
    store.close()
    assert before in ((home / name).read_bytes(), previous.read_bytes())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_when_both_states_are_damaged_the_rest_works_and_both_are_kept(
    tmp_path: Path, name: str
) -> None:
    home = tmp_path / "data"
    samples.build(home)
    for path in (home / name, home / (name + ".prev")):
        path.write_bytes(b"garbage " + path.name.encode())
    for _ in range(2):
        store = Workspace.open(home)
        assert name in [trouble.place for trouble in store.troubles()]
        samples.view(store)
        store.close()
    kept = {path.read_bytes() for path in (home / "quarantine").iterdir()}
    base = Path(name).name
    assert kept == {b"garbage " + base.encode(), b"garbage " + base.encode() + b".prev"}
    store = Workspace.open(home)
    store.put_shift(samples.shift("s9"))
    store.put_batch(samples.batch())
    store.put_profile(Profile(trainer="bo"))
    store.close()


def test_a_missing_profile_beside_work_is_told(tmp_path: Path) -> None:
    home = tmp_path / "data"
    samples.build(home)
    (home / "workspace.json").unlink()
    (home / "workspace.json.prev").unlink()
    store = Workspace.open(home)
    assert [trouble.place for trouble in store.troubles()] == ["workspace.json"]
    store.close()


def test_a_missing_shift_beside_its_ledger_is_told(tmp_path: Path) -> None:
    home = tmp_path / "data"
    samples.build(home)
    (home / f"shifts/{DATE}-s1.json").unlink()
    (home / f"shifts/{DATE}-s1.json.prev").unlink()
    store = Workspace.open(home)
    assert [trouble.place for trouble in store.troubles()] == [f"shifts/{DATE}-s1.ledger.jsonl"]
    store.close()


@pytest.mark.parametrize("folder", ["batches", "shifts", "ledgers", "drafts"])
def test_files_that_took_each_others_place_are_noticed(tmp_path: Path, folder: str) -> None:
    home = tmp_path / "data"
    store = Workspace.open(home)
    for number in (1, 2):
        store.put_batch(samples.batch(f"b{number}"))
        store.put_shift(samples.shift(f"s{number}"))
        store.add_record(samples.submission(f"r{number}", shift_id=f"s{number}"))
        store.add_ledger(f"s{number}", [samples.entry(number)])
        text = samples.draft(f"text {number}", task_id=f"b{number}.0", draft_id=f"d{number}")
        store.save_draft(text, Cause.TYPING, samples.NOW)
    store.close()
    first, second = {
        "batches": ("batches/b1.json", "batches/b2.json"),
        "shifts": (f"shifts/{DATE}-s1.json", f"shifts/{DATE}-s2.json"),
        "ledgers": (f"shifts/{DATE}-s1.ledger.jsonl", f"shifts/{DATE}-s2.ledger.jsonl"),
        "drafts": ("drafts/b1.0.jsonl", "drafts/b2.0.jsonl"),
    }[folder]
    contents = {(home / first).read_bytes(), (home / second).read_bytes()}
    (home / first).rename(home / "swap")
    (home / second).rename(home / first)
    (home / "swap").rename(home / second)
    store = Workspace.open(home)
    for task in ("b1.0", "b2.0"):
        assert store.draft(task) is None or folder != "drafts"
    for shift in store.shifts():
        assert len(store.ledger(shift.id)) == (folder != "ledgers")
    assert {first, second} <= {trouble.place for trouble in store.troubles()}
    store.close()
    assert contents <= {path.read_bytes() for path in (home / "quarantine").iterdir()}


def test_a_lone_reader_tells_and_touches_nothing(tmp_path: Path) -> None:
    home = tmp_path / "data"
    samples.build(home)
    for path in data_files(home):
        path.write_bytes(path.read_bytes()[:-9])
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    store = Workspace.open(home, read_only=True)
    samples.view(store)
    assert store.troubles()
    store.close()
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
