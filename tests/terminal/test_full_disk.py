"""A disk that is full while somebody writes: said, nothing lost, and saved once there is room."""

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk import AT_TEXT, BEFORE_SENDING, SAVED, Desk, draft, exported, import_tasks, write_tasks

NOT_SAVED = "✗ not saved"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A home folder whose data lie on a disk of one megabyte."""
    data = tmp_path / "data"
    data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(data)]
    try:
        done = subprocess.run(mount, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no mount")
    if done.returncode:
        pytest.skip("mounting a small disk takes privileges")
    try:
        import_tasks(tmp_path, write_tasks())
        yield tmp_path
    finally:
        subprocess.run(["umount", "-l", str(data)], check=True)


def fill(home: Path) -> Path:
    """Take all the room there is."""
    ballast = home / "data" / "ballast"
    with contextlib.suppress(OSError), open(ballast, "wb", buffering=0) as file:
        while True:
            file.write(b"x" * 512)
    return ballast


def test_room_comes_back(small_disk: Path, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(small_disk)
    desk.open_task()
    desk.type("Before. ")
    desk.until_saved()
    ballast = fill(small_disk)
    typed = "While it is full. " * 400  # more than what is left of the journal's last page
    desk.paste(typed)
    desk.until(NOT_SAVED)
    desk.press("ctrl+s")
    desk.until_quiet()
    assert NOT_SAVED in str(desk)
    desk.type("Still typing. ")
    desk.until("Still typing.", NOT_SAVED)
    desk.press("tab")
    desk.type("A response.")
    desk.press("f8")
    desk.until_quiet()
    assert BEFORE_SENDING not in str(desk)
    desk.press("ctrl+q")
    desk.until_quiet()
    assert desk.process.poll() is None
    ballast.unlink()
    desk.until(SAVED)
    assert draft(small_disk, "b.t1") == [(f"Before. {typed}Still typing. ", "A response.")]
    desk.until(AT_TEXT)
    desk.submit()
    assert desk.quit() == 0
    assert exported(small_disk) == [
        [("user", f"Before. {typed}Still typing. "), ("assistant", "A response.")]
    ]


def test_full_between_reading_and_sending(small_disk: Path, open_desk: Callable[..., Desk]) -> None:
    """A submission that cannot be written is not called submitted, and the text stays."""
    desk = open_desk(small_disk)
    desk.open_task()
    desk.type("Prompt")
    desk.press("tab")
    desk.type("Response")
    desk.press("f8")
    desk.until(BEFORE_SENDING)
    ballast = fill(small_disk)
    desk.press("f8")
    desk.until(AT_TEXT)
    desk.until_quiet()
    assert "Submitted" not in str(desk)
    assert exported(small_disk) == []
    ballast.unlink()
    desk.submit()
    assert desk.quit() == 0
    assert exported(small_disk) == [[("user", "Prompt"), ("assistant", "Response")]]


def test_full_from_the_start(small_disk: Path, open_desk: Callable[..., Desk]) -> None:
    fill(small_disk)
    desk = open_desk(small_disk, wait=False)
    assert desk.ended() == 3
    assert desk.left_as_found() == []
    assert "no room" in desk.last_words() or "full" in desk.last_words()
