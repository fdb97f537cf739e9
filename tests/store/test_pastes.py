"""Pastes are kept with the version that they came with, in a journal that older programs read."""

import json
from pathlib import Path

import msgspec
import store_samples as samples

from trainer_tui.domain.draft import Cause, Paste, PasteSource
from trainer_tui.store.workspace import Workspace

PASTES = (
    Paste(0, "response", 4, 16),
    Paste(0, "prompt", 0, 2, PasteSource.PROGRAM),
    Paste(0, "response", 0, 4, PasteSource.FILE),
)


def lines(home: Path) -> list[dict[str, object]]:
    journal = (home / "drafts" / "b.1.jsonl").read_text().splitlines()
    return [json.loads(line)["data"] for line in journal[1:]]


def test_pastes_are_kept_with_their_version_and_written_once(tmp_path: Path) -> None:
    store = Workspace.open(tmp_path)
    store.save_draft(samples.draft(samples.LONG_TEXT), Cause.TYPING, samples.NOW)
    store.save_draft(
        samples.draft("New " + samples.LONG_TEXT, pastes=PASTES), Cause.PASTE, samples.NOW
    )
    store.save_draft(samples.draft("New! " + samples.LONG_TEXT), Cause.TYPING, samples.NOW)
    store.close()
    assert ["pastes" in line["draft"] for line in lines(tmp_path)] == [False, True, False]  # type: ignore[operator]
    assert "splices" in lines(tmp_path)[1]
    store = Workspace.open(tmp_path)
    assert [v.draft.pastes for v in store.versions("b.1")] == [(), PASTES, ()]
    store.close()


def test_each_version_is_what_all_versions_are(tmp_path: Path) -> None:
    samples.build(tmp_path)
    for read_only in (True, False):
        store = Workspace.open(tmp_path, read_only=read_only)
        for task_id in ("b.0", "b.1", "b.2"):
            assert tuple(store.each_version(task_id)) == store.versions(task_id)
        store.close()


def test_damage_and_newer_formats_cost_only_the_versions_they_hit(tmp_path: Path) -> None:
    samples.build(tmp_path)
    store = Workspace.open(tmp_path, read_only=True)
    sound = store.versions("b.1")
    store.close()
    live = tmp_path / "drafts" / "b.1.jsonl"
    retired = tmp_path / "drafts" / "retired" / "b.1.1.jsonl"
    retired.write_bytes(retired.read_bytes().replace(b'"version":1', b'"version":9', 1))
    live.write_bytes(live.read_bytes()[:-3])
    store = Workspace.open(tmp_path, read_only=True)
    found = tuple(store.each_version("b.1"))
    assert found and set(map(msgspec.json.encode, found)) < set(map(msgspec.json.encode, sound))
    assert store.troubles() == ()
    store.close()


def test_an_old_journal_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    samples.build(tmp_path)
    retired = tmp_path / "drafts" / "retired" / "b.1.1.jsonl"
    retired.unlink()
    retired.mkdir()
    store = Workspace.open(tmp_path)
    assert {version.draft.id for version in store.each_version("b.1")} == {"d2", "d3"}
    store.close()


def test_a_reader_finds_what_a_writer_has_put_away_since(tmp_path: Path) -> None:
    samples.build(tmp_path)
    reader = Workspace.open(tmp_path, read_only=True)
    before = [*reader.each_version("b.1")]
    writer = Workspace.open(tmp_path)
    writer.retire_draft("b.1")
    assert [*reader.each_version("b.1")] == before
    writer.close()
    reader.close()


def test_a_writer_goes_on_while_versions_are_read(tmp_path: Path) -> None:
    samples.build(tmp_path)
    store = Workspace.open(tmp_path)
    count = len(store.versions("b.1"))
    versions = store.each_version("b.1")
    next(versions)
    store.save_draft(samples.draft("more", draft_id="d3"), Cause.TYPING, samples.NOW)
    store.retire_draft("b.1")
    assert len([*versions]) == count - 1
    assert len([*store.each_version("b.1")]) == count + 1
    store.close()
