"""The file of returned work: read strictly, its damage said, nothing ever held up by it."""

import json
import os
from pathlib import Path

import pytest

from trainer_tui.store.doctor import Severity, examine
from trainer_tui.store.returns import LARGEST, read_returns
from trainer_tui.store.workspace import Workspace

GOOD = {"task_id": "b.1", "batch_id": "b", "reason": "too long", "at": "2026-03-12T10:00:00Z"}


def line(**fields: object) -> bytes:
    return json.dumps({**GOOD, **fields}).encode() + b"\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Workspace.open(tmp_path / "home").close()
    return tmp_path / "home" / "returns.jsonl"


def test_every_line_is_a_return(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + line(comment="Half.", rule="words") + b"\n" + line()[:-1])
    found, problem = read_returns(path)
    assert problem == "" and [one.comment for one in found] == ["Half.", ""]
    store = Workspace.open(path.parent)
    try:
        assert store.returns() == found and store.troubles() == ()
    finally:
        store.close()


def test_no_file_is_no_trouble(path: Path) -> None:
    assert read_returns(path) == ((), "")
    store = Workspace.open(path.parent)
    assert store.returns() == () and store.troubles() == ()
    store.close()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"{\n", "line 2: expected"),
        (b"[]\n", "line 2: expected an object"),
        (line(reason=" "), "reason"),
        (line(reason=3), "reason"),
        (line(at="yesterday"), "at"),
        (line(at="2026-03-12T10:00:00"), "at: expected a time with its zone"),
        (line(reviewer="Bo\u202e"), "'reviewer'"),
        (line(**{"x\u202e\x1b": 1}), "'x\\u202e\\x1b'"),
        (b'{"reason": "a", "reason": "b"}\n', "reason"),
        (b'{"task_id": "\xff"}\n', "byte 0xff"),
        (b'{"at": NaN}\n', "line 2"),
        (b"[" * 100 + b"\n", "line 2"),
    ],
)
def test_a_line_that_is_none_is_left_out_and_told(path: Path, bad: bytes, said: str) -> None:
    path.write_bytes(line() + bad + line())
    found, problem = read_returns(path)
    assert len(found) == 2
    assert problem.startswith("One line cannot be read; the first is line 2: ") and said in problem
    assert problem.isprintable()
    store = Workspace.open(path.parent)
    try:
        assert len(store.returns()) == 2
        (trouble,) = store.troubles()
        assert (trouble.place, trouble.message) == ("returns.jsonl", problem)
        assert not trouble.serious
        store.returns()
        assert len(store.troubles()) == 1
    finally:
        store.close()
    findings = [finding for finding in examine(path.parent) if finding.place == "returns.jsonl"]
    assert [finding.severity for finding in findings if problem == finding.message] == [
        Severity.NOTE
    ]


def test_a_file_that_changes_is_read_again(path: Path) -> None:
    path.write_bytes(line())
    store = Workspace.open(path.parent)
    try:
        assert len(store.returns()) == 1
        path.write_bytes(line() * 3)
        assert len(store.returns()) == 3
        path.unlink()
        assert store.returns() == ()
    finally:
        store.close()


def test_what_is_no_file_of_ours_is_told_and_not_followed(path: Path) -> None:
    other = path.parent.parent / "elsewhere"
    other.write_bytes(line())
    path.symlink_to(other)
    found, problem = read_returns(path)
    assert found == () and "cannot be read" in problem
    path.unlink()
    os.mkfifo(path)
    assert "cannot be read" in read_returns(path)[1]
    path.unlink()
    path.mkdir()
    assert "cannot be read" in read_returns(path)[1]
    path.rmdir()
    with open(path, "wb") as file:
        file.truncate(LARGEST + 1)
    assert "larger than 16 MiB" in read_returns(path)[1]


def test_a_reader_writes_nothing(path: Path) -> None:
    path.write_bytes(b"{\n")
    before = (path.parent / "workspace.json").read_bytes()
    store = Workspace.open(path.parent, read_only=True)
    try:
        assert store.returns() == () and len(store.troubles()) == 1
    finally:
        store.close()
    assert (path.parent / "workspace.json").read_bytes() == before
