import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import store_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreError
from trainer_tui.store import drafts
from trainer_tui.store.journal import Journal, lay_out, scan
from trainer_tui.store.splices import Splice, apply, difference
from trainer_tui.store.workspace import Workspace

LINES = [b'{"n":%d}' % number for number in range(6)]

# Few letters, so that prefixes and suffixes overlap; and some that take several bytes.
texts = st.text(alphabet="ab\n\0é\u2028\u0301👩‍👧\U0010ffff", max_size=12)
several = st.lists(texts, min_size=1, max_size=4).map(tuple)


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(*[st.tuples(*[texts] * n)] * 2)))
def test_splices_lead_from_one_list_of_texts_to_the_other(
    pair: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    before, after = pair
    splices = difference(before, after)
    assert apply(before, splices) == after
    for splice in splices:
        assert splice.removed <= len(before[splice.text])
        assert len(splice.added) <= len(after[splice.text])


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 5), st.text(max_size=5))
def test_a_small_edit_makes_a_small_splice(text: str, at: int, cut: int, new: str) -> None:
    after = text[:at] + new + text[at + cut :]
    for splice in difference((text,), (after,)):
        assert splice.removed <= cut
        assert len(splice.added) <= len(new)


@pytest.mark.parametrize(
    "splice", [Splice(1, 0, 0, ""), Splice(-1, 0, 0, ""), Splice(0, 3, 0, ""), Splice(0, 1, 2, "")]
)
def test_a_splice_that_does_not_fit_is_refused(splice: Splice) -> None:
    with pytest.raises(ValueError):
        apply(("ab",), (splice,))


def test_a_sound_journal_says_all_its_lines() -> None:
    content, last = lay_out(LINES)
    found = scan(content)
    assert found.sound and not found.torn
    assert (list(found.lines), found.length, found.sum) == (LINES, len(content), last)


@pytest.mark.parametrize("cut", range(1, len(lay_out(LINES[5:])[0])))
def test_a_line_that_was_not_finished_is_torn(cut: int) -> None:
    content, _ = lay_out(LINES)
    found = scan(content[:-cut])
    if cut == 1:  # only its line feed is missing: it says it all
        assert list(found.lines) == LINES and not found.sound
    else:
        assert list(found.lines) == LINES[:5] and found.torn


def _swap(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def _drop(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[3:]]


def _repeat(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[2], *lines[3:]]


@pytest.mark.parametrize("change", [_swap, _drop, _repeat])
def test_moved_dropped_and_repeated_lines_are_seen(
    change: Callable[[list[bytes]], list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_noticed() -> bool:
        lines = lay_out(LINES)[0].splitlines(keepends=True)
        return not scan(b"".join(change(lines))).sound

    assert is_noticed()
    # A sum that does not hang on the line before it would not see it.
    monkeypatch.setattr("trainer_tui.store.journal.checksum", lambda before, data: b"0" * 16)
    assert not is_noticed()


def test_lines_after_a_damage_can_be_proved() -> None:
    lines = lay_out(LINES)[0].splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"n"', b'"m"')
    found = scan(b"".join(lines))
    assert list(found.lines) == LINES[:2]
    assert found.later == (None, *LINES[3:])
    del lines[4]
    assert scan(b"".join(lines)).later == (None, LINES[3], None, LINES[5])


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.create(tmp_path / "journal", "journal", [b"0"])


def lines_of(journal: Journal) -> tuple[bytes, ...]:
    found = scan(journal.path.read_bytes())
    assert found.sound
    return found.lines


def test_an_append_that_fails_half_way_is_taken_back(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = samples.FailingCalls(monkeypatch, short=True)
    calls.arm(1)
    with pytest.raises(StoreError, match="disk is full"):
        journal.append(b"1")
    assert lines_of(journal) == (b"0",)
    journal.append(b"2")
    assert lines_of(journal) == (b"0", b"2")


def test_after_a_failed_fsync_no_page_of_that_file_is_trusted(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(b"1")
    inode = journal.path.stat().st_ino
    synced: list[int] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        synced.append(os.fstat(fd).st_ino)
        if len(synced) == 1:
            raise OSError(5, "Input/output error")
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StoreError, match="disk reports an error"):
        journal.append(b"2")
    journal.append(b"3")
    assert lines_of(journal) == (b"0", b"1", b"3")
    assert synced[0] == inode
    assert inode not in synced[1:]


def test_what_an_interrupt_left_behind_is_cut_off_by_the_next_append(journal: Journal) -> None:
    journal.append(b"1")
    with open(journal.path, "ab") as other:
        other.write(b'{"sum":"00')
    journal.append(b"2")
    assert lines_of(journal) == (b"0", b"1", b"2")


def test_a_journal_that_something_else_shortened_is_not_continued(journal: Journal) -> None:
    journal.append(b"1")
    os.truncate(journal.path, 10)
    with pytest.raises(StoreError, match="shortened"):
        journal.append(b"2")


def test_short_writes_are_finished(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data)[:3]))
    journal.append(b"1" * 100)
    assert lines_of(journal) == (b"0", b"1" * 100)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(texts, min_size=2, max_size=6), min_size=1, max_size=20), st.data())
def test_every_version_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, contents: list[list[str]], data: st.DataObject
) -> None:
    home = tmp_path_factory.mktemp("store") / "data"
    store = Workspace.open(home)
    saved = []
    for content in contents:
        draft = samples.draft(
            content[0] * data.draw(st.sampled_from([1, 1, 1000])),
            note=content[1],
            active_seconds=data.draw(st.floats(0, 1e9)),
            focus=samples.Focus(row=data.draw(st.integers(0, 9))),
        )
        more = tuple(samples.Pair(text, text[::-1]) for text in content[2:])
        draft = samples.msgspec.structs.replace(draft, pairs=draft.pairs + more)
        store.save_draft(draft, Cause.TYPING, samples.NOW)
        saved.append(draft)
        if data.draw(st.booleans()):
            store.close()
            store = Workspace.open(home)
    assert [version.draft for version in store.versions("b.1")] == saved
    assert store.draft("b.1") == saved[-1]
    store.close()


def test_the_journal_grows_with_what_changes_and_not_with_the_text(tmp_path: Path) -> None:
    store = Workspace.open(tmp_path / "data")
    text = "x" * 100_000
    for number in range(120):
        text += "y"
        assert store.save_draft(samples.draft(text), Cause.TYPING, samples.NOW) == number + 1
    path = tmp_path / "data" / "drafts" / "b.1.jsonl"
    assert path.stat().st_size < 3 * 100_120 + 120 * 250
    assert len(store.versions("b.1")) == 120
    store.close()


def test_a_short_text_is_soon_stored_whole_again(tmp_path: Path) -> None:
    store = Workspace.open(tmp_path / "data")
    for number in range(30):
        store.save_draft(samples.draft("x" * 600 + str(number)), Cause.TYPING, samples.NOW)
    store.close()
    lines = scan((tmp_path / "data" / "drafts" / "b.1.jsonl").read_bytes()).lines[1:]
    whole = [number for number, line in enumerate(lines) if b'"splices"' not in line]
    assert 5 <= len(whole) <= 15
    assert max(b - a for a, b in pairwise(whole)) < 8


def test_a_damage_costs_only_the_versions_up_to_the_next_whole_one(tmp_path: Path) -> None:
    home = tmp_path / "data"
    store = Workspace.open(home)
    text = "x" * 20_000
    for number in range(130):
        store.save_draft(samples.draft(f"{text} {number}"), Cause.TYPING, samples.NOW)
    before = {version.number: version for version in store.versions("b.1")}
    store.close()
    path = home / "drafts" / "b.1.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[70] = lines[70].replace(b"typing", b"tzping")
    path.write_bytes(b"".join(lines))
    damaged = path.read_bytes()

    store = Workspace.open(home)
    kept = {version.number: version for version in store.versions("b.1")}
    assert kept.items() <= before.items()
    assert set(before) - set(kept) == set(range(70, 2 * drafts.WHOLE_EVERY + 1))
    assert store.draft("b.1") == before[130].draft
    assert [trouble.serious for trouble in store.troubles()] == [True]
    assert store.save_draft(samples.draft("on"), Cause.TYPING, samples.NOW) == 131
    store.close()
    assert [one.read_bytes() for one in (home / "quarantine").iterdir()] == [damaged]
    assert len(samples.view_of(home)["versions"]["b.1"]) == len(kept) + 1


def test_a_damaged_first_line_costs_no_version(tmp_path: Path) -> None:
    home = tmp_path / "data"
    store = Workspace.open(home)
    for number in range(5):
        store.save_draft(samples.draft(f"text {number}"), Cause.TYPING, samples.NOW)
    before = samples.view(store)
    store.close()
    path = home / "drafts" / "b.1.jsonl"
    path.write_bytes(b"x" + path.read_bytes()[1:])
    store = Workspace.open(home)
    assert samples.view(store) == before
    assert [trouble.place for trouble in store.troubles()] == ["drafts/b.1.jsonl"]
    store.close()


def test_a_journal_that_was_removed_under_our_hands_is_there_again(journal: Journal) -> None:
    journal.append(b"1")
    journal.path.unlink()
    journal.append(b"2")
    assert lines_of(journal) == (b"0", b"1", b"2")
    other = journal.path.read_bytes()[:-1] + b" "
    journal.path.unlink()
    journal.path.write_bytes(other)
    with pytest.raises(StoreError, match="changed by something else"):
        journal.append(b"3")
    assert journal.path.read_bytes() == other
