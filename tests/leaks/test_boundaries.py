"""The disk: only its owner reads, no link is followed, no id becomes a name of its own choosing."""

import os
from pathlib import Path

import boundaries
import fuzz
import pytest
from inside import inside


def test_only_the_owner_may_read_under_no_umask(tmp_path: Path) -> None:
    assert boundaries.readable_by_others(tmp_path / "home", 0o000) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_file_that_others_may_read_is_seen(tmp_path: Path) -> None:
    (tmp_path / "file").touch(0o644)
    tmp_path.chmod(0o700)
    assert len(boundaries.open_to_others(tmp_path)) == 1


@pytest.mark.parametrize("name", ["workspace.json", "drafts"])
def test_a_planted_link_is_not_followed(tmp_path: Path, name: str) -> None:
    assert boundaries.followed_links(tmp_path / "home", name) == []


def test_a_planted_link_is_not_followed_by_a_copy(tmp_path: Path) -> None:
    from trainer_tui.ui.copying import _write

    victim, path = tmp_path / "victim", tmp_path / "debug.txt"
    victim.write_text("precious")
    path.symlink_to(victim)
    _write(path, "copied")
    assert (victim.read_text(), path.read_text()) == ("precious", "copied")
    assert not path.is_symlink()


def test_a_planted_link_is_not_followed_by_the_rows_left_out(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "tasks.jsonl").write_text('{"prompt": "a"}\n{"prompt": 3}\n')
    (tmp_path / "tasks.jsonl.bad.jsonl").symlink_to(victim)
    with inside(tmp_path) as run:
        assert b"left out" in run("import", "tasks.jsonl", "--skip-bad")
    assert victim.read_text() == "precious"
    assert "expected" in (tmp_path / "tasks.jsonl.bad.jsonl").read_text()


def test_no_id_becomes_a_name_outside(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with inside(home) as run:
        assert boundaries.names_outside(home, run, only=4) == []


def test_an_id_that_becomes_a_name_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer_tui.store.paths.require_safe", lambda text: text)
    monkeypatch.setattr("trainer_tui.formats.sources.native.is_safe", lambda text: True)
    home = tmp_path / "home"
    home.mkdir()
    with inside(home) as run:
        assert boundaries.names_outside(home, run, only=1)


def test_any_bytes_are_read_or_refused_with_a_place() -> None:
    assert fuzz.check(80, bombs=False) == []


def test_a_reader_that_fails_is_seen() -> None:
    def careless(data: bytes) -> str:
        return "" if data.isascii() else "UnicodeDecodeError"

    assert fuzz.check(30, careless, bombs=False)
