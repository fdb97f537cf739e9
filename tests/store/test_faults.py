"""Every system call that writes fails once, at every place; and each harness catches its mutant."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import store_samples as samples

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreError
from trainer_tui.store import files
from trainer_tui.store.journal import Journal
from trainer_tui.store.storage import AtomicJSONStorage
from trainer_tui.store.workspace import Workspace


def run_with_failures(folder: Path, calls: samples.FailingCalls) -> int:
    """Let call 1, 2, 3, ... of a run fail until none is left; returns how many there are."""
    expected = samples.build(folder / "expected")
    nth = 0
    while True:
        nth += 1
        home = folder / str(nth)
        Workspace.open(home).close()
        store = Workspace.open(home)
        calls.arm(nth)
        for number, operation in enumerate(samples.OPERATIONS):
            try:
                operation(store)
            except StoreError as error:
                assert calls.failed
                assert error.hint and str(home) not in error.message
                assert samples.view(store) == expected[number], "a failed change is seen"
                assert samples.view_of(home) == expected[number], "a failed change is on the disk"
                operation(store)
            if number % 6 == 5 or calls.failed:
                assert samples.view(store) == expected[number + 1]
        store.close()
        assert not list(home.rglob("*.tmp"))
        store = Workspace.open(home)
        assert samples.view(store) == expected[-1]
        assert store.troubles() == ()
        store.close()
        if not calls.failed:
            return nth - 1


@pytest.mark.parametrize(
    ("code", "short"), [(errno.ENOSPC, True), (errno.EIO, False)], ids=["full", "error"]
)
def test_a_failed_call_changes_nothing_and_the_next_try_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, short: bool
) -> None:
    calls = samples.FailingCalls(monkeypatch, code, short=short)
    assert run_with_failures(tmp_path, calls) > 60


def _in_place(path: Path, data: bytes, *, keep_previous: bool = False) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(fd, data)
        os.fsync(fd)
        os.ftruncate(fd, len(data))
    finally:
        os.close(fd)


def _remember_first(self: AtomicJSONStorage, data: Any) -> None:
    from trainer_tui.store import encoding, envelope

    self._body = encoding.encode(data, "x")
    with files.explained("x"):
        files.replace_file(self._path, envelope.seal(self._kind, self._body), keep_previous=True)


MUTANTS: dict[str, tuple[object, str, Callable[..., object]]] = {
    "in place": (files, "replace_file", _in_place),
    "cache kept after a failed write": (AtomicJSONStorage, "write", _remember_first),
    "append not taken back": (Journal, "_take_back", lambda self: self.close()),
}


@pytest.mark.parametrize("name", ["in place", "cache kept after a failed write",
                                  "append not taken back"])  # fmt: skip
def test_mutants_of_the_store_do_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    owner, attribute, mutant = MUTANTS[name]
    monkeypatch.setattr(owner, attribute, mutant)
    calls = samples.FailingCalls(monkeypatch, errno.EIO, short=True)
    with pytest.raises((AssertionError, StoreError)):
        run_with_failures(tmp_path, calls)


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


FILL = """
import resource, signal, sys
sys.path.insert(0, {folder!r})
import store_samples as samples
from pathlib import Path
from trainer_tui.domain.errors import StoreError
from trainer_tui.domain.draft import Cause
from trainer_tui.store.workspace import Workspace

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Workspace.open(Path({home!r}))
store.put_shift(samples.shift())
store.save_draft(samples.draft("first"), Cause.TYPING, samples.NOW)
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, unlimited[1]))
failed = saved = versions = 0
for number in range(12):
    try:
        store.add_record(samples.submission(f"r{{number}}", "x" * 5_000))
        saved += 1
    except StoreError as error:
        assert "grow" in error.message, error
        failed += 1
    try:
        versions = store.save_draft(samples.draft(str(number) * 9_000), Cause.TYPING, samples.NOW)
    except StoreError as error:
        failed += 1
assert failed and saved and versions > 1, (failed, saved, versions)
assert len(store.records()) == saved and len(store.versions("b.1")) == versions
resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
store.add_record(samples.submission("last", "x" * 50_000))
assert store.save_draft(samples.draft("last"), Cause.TYPING, samples.NOW) == versions + 1
store.close()
store = Workspace.open(Path({home!r}))
assert len(store.records()) == saved + 1 and len(store.versions("b.1")) == versions + 1
assert store.troubles() == ()
print("done")
"""


@pytest.mark.skipif(os.name == "nt", reason="no such limit there")
def test_when_there_is_space_again_the_same_process_saves_again(tmp_path: Path) -> None:
    script = FILL.format(folder=str(Path(__file__).parent), home=str(tmp_path / "data"))
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("done\n", "")


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
