import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import store_samples as samples

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreBusy, StoreError
from trainer_tui.services.ports import Profile
from trainer_tui.store.doctor import Severity, examine
from trainer_tui.store.lock import WriterLock
from trainer_tui.store.workspace import Workspace

HOLD = """
import sys
from pathlib import Path
from trainer_tui.store.workspace import Workspace
store = Workspace.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def hold(home: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "open\n"
    return process


def end(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    process.communicate()


def test_a_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    home = tmp_path / "data"
    samples.build(home)
    process = hold(home)
    try:
        with pytest.raises(StoreBusy, match=f"process {process.pid}") as busy:
            Workspace.open(home)
        assert "read-only" in busy.value.hint
        store = Workspace.open(home, read_only=True)
        assert store.records()
        store.close()
    finally:
        end(process)


def test_the_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    home = tmp_path / "data"
    for _ in range(3):
        process = hold(home)
        end(process)
        store = Workspace.open(home)
        assert store.troubles() == ()
        store.close()


def test_a_second_store_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    store = Workspace.open(tmp_path)
    with pytest.raises(StoreBusy, match=f"process {os.getpid()}"):
        Workspace.open(tmp_path)
    store.put_profile(Profile(trainer="ann"))
    store.close()
    Workspace.open(tmp_path).close()


def test_another_thread_may_close_the_store(tmp_path: Path) -> None:
    store = Workspace.open(tmp_path)
    thread = threading.Thread(target=store.close)
    thread.start()
    thread.join()
    Workspace.open(tmp_path).close()


def test_a_store_that_could_not_be_opened_holds_no_lock(tmp_path: Path) -> None:
    (tmp_path / "shifts").write_text("not a folder")
    with pytest.raises(StoreError):
        Workspace.open(tmp_path)
    (tmp_path / "shifts").unlink()
    Workspace.open(tmp_path).close()


LEFT_BEHIND = [
    b"",
    b"{",
    b'{"pid":0,"since":"2026-01-31T00:00:00Z"}',
    b'{"pid":99999999999,"since":"2026-01-31T00:00:00Z"}',
]


@pytest.mark.parametrize("note", LEFT_BEHIND)
def test_what_an_earlier_holder_left_behind_does_no_harm(tmp_path: Path, note: bytes) -> None:
    store = Workspace.open(tmp_path)
    (tmp_path / "lock.holder").write_bytes(note)
    with pytest.raises(StoreBusy, match="another one"):
        Workspace.open(tmp_path)
    store.close()
    Workspace.open(tmp_path).close()


FORK = """
import gc, os, sys
from pathlib import Path
from trainer_tui.domain.draft import Cause
from trainer_tui.domain.errors import StoreBusy, StoreError
from trainer_tui.services.ports import Profile
from trainer_tui.store.workspace import Workspace
store = Workspace.open(Path(sys.argv[1]))
child = os.fork()
if child == 0:
    try:
        store.put_profile(Profile(trainer="child"))
    except StoreError:
        print("refused", flush=True)
    store.close()
    del store
    gc.collect()
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
try:
    Workspace.open(Path(sys.argv[1]))
except StoreBusy:
    print("busy", flush=True)
store.put_profile(Profile(trainer="parent"))
store.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork there")
def test_a_forked_child_is_not_a_second_writer_and_leaves_the_lock_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORK, str(tmp_path / "data")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("refused\nbusy\n", "")


def two_writers(home: Path) -> int:
    """Let two writers save in turn; returns how many records are left of four."""
    stores = [Workspace.open(home)]
    stores[0].put_shift(samples.shift())
    try:
        stores.append(Workspace.open(home))
    except StoreBusy:
        pass
    for number in range(4):
        stores[number % len(stores)].add_record(samples.submission(f"r{number}"))
    for store in stores:
        store.close()
    return len(samples.view_of(home)["records"])


def test_without_the_lock_saves_would_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert two_writers(tmp_path / "locked") == 4
    monkeypatch.setattr(WriterLock, "acquire", lambda self: None)
    assert two_writers(tmp_path / "unlocked") < 4


def test_readers_beside_a_writer_at_work_see_only_whole_states(tmp_path: Path) -> None:
    home = tmp_path / "data"
    store = Workspace.open(home)
    store.put_shift(samples.shift())
    done = threading.Event()

    def write() -> None:
        try:
            for number in range(150):
                store.add_record(samples.submission(f"r{number:03}", "x" * 2_000))
                draft = samples.draft(str(number) * 500, draft_id=f"d{number // 5}")
                store.save_draft(draft, Cause.TYPING, samples.NOW)
                store.put_profile(Profile(trainer=str(number)))
        finally:
            done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen, rounds = 0, 0
    while not done.is_set():
        reader = Workspace.open(home, read_only=True)
        samples.view(reader)
        assert reader.troubles() == ()
        assert len(reader.records()) >= seen
        seen = len(reader.records())
        assert not [one for one in examine(home) if one.severity is Severity.BAD]
        rounds += 1
    writer.join()
    store.close()
    assert rounds > 3
