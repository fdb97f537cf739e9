import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
import store_samples as samples

from trainer_tui.domain.sync import SyncState
from trainer_tui.store.doctor import Finding, Severity, examine, repair
from trainer_tui.store.workspace import Workspace


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "data"
    samples.build(home)
    return home


def wrong(home: Path) -> list[Finding]:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    found = [finding for finding in examine(home) if finding.severity is not Severity.OK]
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
    return found


def places(findings: list[Finding] | tuple[Finding, ...]) -> list[str]:
    return sorted(finding.place for finding in findings)


def test_a_sound_store_has_no_findings(home: Path) -> None:
    assert wrong(home) == []
    assert repair(home) == ()
    assert any("4 records" in finding.message for finding in examine(home))


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    assert [finding.severity for finding in examine(tmp_path / "none")] == [Severity.NOTE]
    assert repair(tmp_path / "none") == ()
    assert not (tmp_path / "none").exists()


def test_who_has_it_open_is_named(home: Path) -> None:
    store = Workspace.open(home)
    assert [f"process {os.getpid()}" in finding.message for finding in wrong(home)] == [True]
    store.close()


def test_what_can_be_proved_is_repaired(home: Path) -> None:
    with open(home / "drafts" / "b.1.jsonl", "ab") as file:
        file.write(b'{"sum"')
    with open(home / "shifts" / "2026-01-31-s1.ledger.jsonl", "ab") as file:
        file.write(b'{"sum"')
    (home / "batches" / "x.json.tmp").write_bytes(b"x")
    (home / "batches" / "x.json.tmp").chmod(0o600)
    (home / "batches" / "b.json.prev").write_bytes(b"x")
    shift = home / "shifts" / "2026-01-31-s1.json"
    shift.write_bytes(shift.read_bytes()[:-5])
    before = samples.build(home.parent / "other")[-1]
    assert places(wrong(home)) == [
        "batches/b.json.prev",
        "batches/x.json.tmp",
        "drafts/b.1.jsonl",
        "shifts/2026-01-31-s1.json",
        "shifts/2026-01-31-s1.ledger.jsonl",
    ]
    mended = repair(home)
    assert len(mended) == 5
    left = wrong(home)
    assert {finding.place.split("/")[0] for finding in left} == {"quarantine"}
    after = samples.view_of(home)
    assert after["shifts"][0].sync is SyncState.PENDING  # the state before the last save
    assert after["hub"].cursor is None  # what it lacks may come from the hub
    same = {name: before[name] for name in ("shifts", "records", "hub")}
    assert {**after, **same} == before


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_files_that_others_can_read_are_closed_to_them(home: Path) -> None:
    (home / "workspace.json").chmod(0o644)
    (home / "drafts").chmod(0o755)
    assert places(wrong(home)) == ["drafts", "workspace.json"]
    assert places(repair(home)) == ["drafts", "workspace.json"]
    assert wrong(home) == []


def test_damage_that_cannot_be_undone_is_named_and_left(home: Path) -> None:
    retired = home / "drafts" / "retired" / "b.1.1.jsonl"
    retired.write_bytes(retired.read_bytes()[:100])
    for name in ("batches/b.json", "batches/b.json.prev"):
        (home / name).write_bytes(b"")
    found = wrong(home)
    assert {"batches/b.json", "drafts/retired/b.1.1.jsonl"} <= set(places(found))
    assert not any(finding.repairable for finding in found if finding.severity is Severity.BAD)
    assert repair(home) == ()


def test_records_drafts_and_ledgers_without_their_kin_are_named(home: Path) -> None:
    for path in [*(home / "batches").iterdir()]:
        path.unlink()
    assert any("b.1" in finding.message for finding in wrong(home))
    assert "drafts/b.1.jsonl" in places(wrong(home))
    for path in (home / "shifts").glob("*.json*"):
        if "ledger" not in path.name:
            path.unlink()
    assert "shifts/2026-01-31-s1.ledger.jsonl" in places(wrong(home))


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_named(home: Path) -> None:
    (home / "batches" / "b.json").rename(home.parent / "elsewhere")
    (home / "batches" / "b.json").symlink_to(home.parent / "elsewhere")
    assert "batches/b.json" in places(wrong(home))


def test_what_lies_beside_the_store_is_not_ours(home: Path) -> None:
    others = [home / "thesis.tmp", home / "notes.json", home / "batches" / "draft.txt.tmp"]
    for path in others:
        path.write_text("mine")
        path.chmod(0o644)
    (home / "workspace.json").chmod(0o644)
    (home / "batches" / "b.json.tmp").write_text("ours")
    repair(home)
    Workspace.open(home).close()
    assert [path.read_text() for path in others] == ["mine"] * 3
    assert {path.stat().st_mode & 0o777 for path in others} == {0o644}
    assert not (home / "batches" / "b.json.tmp").exists()


def test_a_disk_that_is_nearly_full_is_bad(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1_000_000))
    assert [finding.hint != "" for finding in wrong(home)] == [True]
