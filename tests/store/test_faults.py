"""What a store says when the disk refuses, and that it acknowledges nothing before the fsync."""

import errno
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import store_samples as samples

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreError
from trainer_tui.store import files
from trainer_tui.store.config import ConfigRefused, SettingsFile
from trainer_tui.store.workspace import Workspace


class Trace:
    """Writes down what would have to be on the disk if the power went now."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.unsynced: set[int] = set()
        """Inodes of files with bytes, and of folders with names, that are not on the disk."""
        self.early: list[str] = []
        """Files that got their name before their bytes were on the disk."""
        real = {name: getattr(os, name) for name in ("write", "fsync", "replace")}

        def write(fd: int, data: bytes) -> int:
            self.unsynced.add(os.fstat(fd).st_ino)
            return int(real["write"](fd, data))

        def fsync(fd: int) -> None:
            real["fsync"](fd)
            self.unsynced.discard(os.fstat(fd).st_ino)

        def replace(source: Path, target: Path) -> None:
            if os.stat(source).st_ino in self.unsynced:
                self.early.append(str(target))
            real["replace"](source, target)
            self.unsynced.add(os.stat(os.path.dirname(source)).st_ino)
            self.unsynced.add(os.stat(os.path.dirname(target)).st_ino)

        monkeypatch.setattr(os, "write", write)
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "replace", replace)


def run_traced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = Trace(monkeypatch)
    store = Workspace.open(home)
    for operation in samples.OPERATIONS:
        operation(store)
        assert not trace.unsynced, "acknowledged before it was on the disk"
        assert not trace.early, "named before its bytes were on the disk"
    store.close()


def test_nothing_is_acknowledged_before_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_traced(tmp_path / "data", monkeypatch)


@pytest.mark.parametrize("name", ["sync", "sync_folder"])
def test_a_store_without_this_fsync_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(files, name, lambda where: None)
    with pytest.raises(AssertionError):
        run_traced(tmp_path / "data", monkeypatch)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "permission is denied"),
        (errno.EIO, "disk reports an error"),
        (errno.EMFILE, "too many files"),
        (errno.ENOTCONN, os.strerror(errno.ENOTCONN)),
    ],
)
def test_the_message_names_the_file_what_is_wrong_and_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    samples.build(tmp_path / "data")
    store = Workspace.open(tmp_path / "data")
    real = os.open

    def refuse(path: object, flags: int, *args: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(code, os.strerror(code))
        return real(path, flags, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreError) as record:
        store.add_record(samples.submission("r9"))
    with pytest.raises(StoreError) as draft:
        store.save_draft(samples.draft("x", draft_id="d2"), Cause.TYPING, samples.NOW)
    assert "shifts/2026-01-31-s1.json" in record.value.message
    assert "drafts/b.1.jsonl" in draft.value.message
    for error in (record.value, draft.value):
        assert words in error.message
        assert error.hint
    monkeypatch.undo()
    store.add_record(samples.submission("r9"))
    store.close()


def test_a_full_disk_does_not_keep_the_trainer_from_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "data"
    views = samples.build(home)
    with open(home / "drafts" / "b.1.jsonl", "ab") as file:
        file.write(b'{"sum":"torn')

    def full(*args: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", full)
    store = Workspace.open(home)
    assert samples.view(store) == views[-1]
    with pytest.raises(StoreError):
        store.save_draft(samples.draft("x", draft_id="d2"), Cause.TYPING, samples.NOW)
    monkeypatch.undo()
    store.save_draft(samples.draft("x", draft_id="d2"), Cause.TYPING, samples.NOW)
    store.close()


def fail_on(monkeypatch: pytest.MonkeyPatch, name: str, code: int, suffix: str) -> None:
    """Let a function of `os` fail on folders and files whose path ends so."""
    real = getattr(os, name)

    def call(where: Any, *args: Any, **kwargs: Any) -> Any:
        path = os.readlink(f"/proc/self/fd/{where}") if isinstance(where, int) else str(where)
        if path.endswith(suffix):
            raise OSError(code, os.strerror(code))
        return real(where, *args, **kwargs)

    monkeypatch.setattr(os, name, call)


on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")


@on_linux
def test_a_file_whose_folder_cannot_be_synced_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = SettingsFile(tmp_path / "config.toml")
    settings.change("theme", "paper")
    before = settings.path.read_bytes()
    fail_on(monkeypatch, "fsync", errno.EIO, str(tmp_path))
    with pytest.raises(ConfigRefused, match="Nothing was changed"):
        settings.change("theme", "dusk")
    assert settings.path.read_bytes() == before
    assert os.listdir(tmp_path) == ["config.toml"]
    monkeypatch.undo()
    settings.change("theme", "dusk")
    assert os.listdir(tmp_path) == ["config.toml"]


@on_linux
def test_a_folder_that_could_not_be_synced_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "data"
    fail_on(monkeypatch, "fsync", errno.EIO, str(tmp_path))
    with pytest.raises(StoreError):
        Workspace.open(home)
    assert not home.exists()


@on_linux
def test_a_file_system_that_syncs_no_folders_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_on(monkeypatch, "fsync", errno.EINVAL, str(tmp_path / "data" / "shifts"))
    store = Workspace.open(tmp_path / "data")
    store.put_shift(samples.shift())
    store.close()


def test_a_full_disk_does_not_hide_the_times_before_a_torn_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "data"
    samples.build(home)
    with open(home / "shifts" / "2026-01-31-s1.ledger.jsonl", "ab") as file:
        file.write(b'{"sum":"torn')
    store = Workspace.open(home)

    def full(*args: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", full)
    before = store.ledger("s1")
    assert [entry.seconds for entry in before] == [1.5, 2.5, 3.5]
    monkeypatch.undo()
    store.add_ledger("s1", [samples.entry(9)])
    store.close()
    store = Workspace.open(home)
    assert store.ledger("s1") == (*before, samples.entry(9))
    assert store.troubles() == ()
    store.close()


def test_a_folder_that_cannot_be_listed_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples.build(tmp_path / "data")
    store = Workspace.open(tmp_path / "data")
    real = os.listdir

    def listdir(path: Any) -> list[str]:
        if str(path).endswith("retired"):
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    for action in (store.versions, store.retire_draft):
        with pytest.raises(StoreError, match="too many files are open"):
            action("b.1")
    store.close()
