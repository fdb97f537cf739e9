"""However the program ends, the text is on disk and the terminal as it was."""

import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import AT_LIST, AT_TEXT, BEFORE_SENDING, Desk, draft
from terminal import command

sys.path.append(str(Path(__file__).parent.parent / "faults"))

from screen_kills import MUTANT, kill_rounds

TEXT = "Canary in the text "
SEED_OF_TYPING_ONLY = 1
"""Its first session is typing and nothing else."""
FAULT = (
    "from trainer_tui.ui.screens.write import WriteScreen\n"
    "def fault(self):\n"
    "    secret = self.turn.prompt.text\n"
    "    raise {error}\n"
    "WriteScreen.action_brief = fault\n"
)


@pytest.fixture
def writing(desk: Desk) -> Desk:
    """A task with a text that was typed this moment."""
    desk.open_task()
    desk.type(TEXT)
    desk.until(TEXT.strip())
    return desk


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signal(home: Path, writing: Desk, number: int) -> None:
    writing.signal(number)
    assert writing.ended() == 0
    assert writing.left_as_found() == []
    assert draft(home, "b.t1") == [(TEXT, "")]


def test_closed_window(home: Path, writing: Desk) -> None:
    writing.hang_up()
    assert writing.ended() == 0
    assert draft(home, "b.t1") == [(TEXT, "")]


def test_terminal_that_vanishes_without_a_signal(home: Path, open_desk: Callable[..., Desk]):
    """As under nohup: nobody is there any more, and the store must not stay locked."""
    ignore = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    desk = open_desk(home, patch=ignore)
    desk.open_task()
    desk.type(TEXT)
    desk.until(TEXT.strip())
    desk.hang_up()
    assert desk.ended() == 0
    assert draft(home, "b.t1") == [(TEXT, "")]


def test_line_that_stalls_and_then_drops(home: Path, writing: Desk) -> None:
    """As ssh over a bad line: output is not taken any more, and much later the line is cut."""
    writing.until_saved()
    writing.type("more. ")
    writing.until("more.")
    writing.stall()
    for columns in range(60, 160):  # every size is painted anew
        writing.resize(columns, 40)
        time.sleep(0.01)
    time.sleep(1.0)
    writing.hang_up()
    assert writing.ended() == 0
    assert draft(home, "b.t1") == [(TEXT + "more. ", "")]


def test_signal_while_a_question_is_open(home: Path, writing: Desk) -> None:
    writing.press("escape")
    writing.press("s")
    writing.until("Why skip this task?")
    writing.signal(signal.SIGTERM)
    assert writing.ended() == 0
    assert draft(home, "b.t1") == [(TEXT, "")]


def test_note_is_kept_like_the_text(home: Path, open_desk: Callable[..., Desk], writing: Desk):
    writing.press("tab")
    writing.type("Response")
    writing.press("f8")
    writing.until(BEFORE_SENDING)
    writing.press("tab")
    writing.type("A long explanation")
    writing.press("escape")
    writing.until(AT_TEXT)
    writing.press("f8")
    writing.until(BEFORE_SENDING, "A long explanation")
    writing.press("tab")
    writing.press("end")
    writing.type(", and more")
    writing.until("and more")
    writing.signal(signal.SIGTERM)
    assert writing.ended() == 0
    again = open_desk(home)
    again.open_task()
    again.press("f8")
    again.until(BEFORE_SENDING, "A long explanation, and more")
    again.press("f8")
    again.until("Submitted")
    assert again.quit() == 0
    sent = command(home, "show", "b.t1", "--json").stdout.decode()
    assert "A long explanation, and more" in sent
    assert draft(home, "b.t1") == []


def test_closed_window_while_the_own_editor_has_it(
    home: Path, open_desk: Callable[..., Desk]
) -> None:
    script = home / "slow.py"
    script.write_text("import time\nprint('EDITING', flush=True)\ntime.sleep(600)\n")
    desk = open_desk(home, EDITOR=f"{sys.executable} {script}")
    desk.open_task()
    desk.type(TEXT)
    desk.press("ctrl+o")
    desk.until("EDITING")
    desk.hang_up()
    assert desk.ended() == 0
    assert draft(home, "b.t1") == [(TEXT, "")]
    assert open_desk(home).quit() == 0


def test_suspended_and_continued(home: Path, writing: Desk) -> None:
    writing.signal(signal.SIGTSTP)
    writing.until_stopped()
    assert writing.left_as_found() == []
    writing.resize(90, 28)
    writing.signal(signal.SIGCONT)
    writing.until(AT_TEXT, TEXT.strip())
    writing.type("and on")
    writing.until(TEXT + "and on")
    assert writing.quit() == 0
    assert writing.left_as_found() == []
    assert draft(home, "b.t1") == [(TEXT + "and on", "")]


def test_continued_without_having_stopped(home: Path, writing: Desk) -> None:
    for _ in range(3):
        writing.signal(signal.SIGCONT)
    writing.type("and on")
    writing.until(TEXT + "and on")
    assert writing.quit() == 0
    assert writing.left_as_found() == []
    assert draft(home, "b.t1") == [(TEXT + "and on", "")]


@pytest.mark.parametrize("error", ["ValueError(secret)", "UnicodeError(secret)", "SystemError()"])
def test_fault_in_the_program(home: Path, open_desk: Callable[..., Desk], error: str) -> None:
    desk = open_desk(home, patch=FAULT.format(error=error))
    desk.open_task()
    desk.type(TEXT)
    desk.press("f2")
    assert desk.ended() == 3
    assert desk.left_as_found() == []
    said = desk.last_words()
    assert "Your text is saved" in said
    assert "Canary" not in said
    assert "Traceback" not in said
    report = re.sub(r"\s", "", said).rpartition("text:")[2]
    content = Path(report).read_text()
    assert "in fault" in content
    assert error.partition("(")[0] in content
    assert "Canary" not in content
    assert draft(home, "b.t1") == [(TEXT, "")]


def test_fault_in_reading_keys(home: Path, open_desk: Callable[..., Desk]) -> None:
    patch = (
        "from trainer_tui.ui.driver import PasteSafeParser\n"
        "feed = PasteSafeParser.feed\n"
        "def fault(self, data):\n"
        "    if '\\x07' in data:\n"
        "        raise ZeroDivisionError('Canary')\n"
        "    return feed(self, data)\n"
        "PasteSafeParser.feed = fault\n"
    )
    desk = open_desk(home, patch=patch)
    desk.open_task()
    desk.type(TEXT)
    desk.until(TEXT.strip())
    desk.press("ctrl+g")
    assert desk.ended() == 3
    assert desk.left_as_found() == []
    assert "Your text is saved" in desk.last_words()
    assert "Canary" not in desk.last_words()
    assert draft(home, "b.t1") == [(TEXT, "")]


def test_fault_in_a_worker(home: Path, open_desk: Callable[..., Desk]) -> None:
    patch = (
        "from trainer_tui.services.writing import Writing\n"
        "def fault(self, task_id):\n"
        "    raise ZeroDivisionError('Canary')\n"
        "Writing.versions = fault\n"
    )
    desk = open_desk(home, patch=patch)
    desk.open_task()
    desk.type(TEXT)
    desk.press("f9")
    assert desk.ended() == 3
    assert desk.left_as_found() == []
    assert "Canary" not in desk.last_words()
    assert draft(home, "b.t1") == [(TEXT, "")]


def test_second_window(home: Path, open_desk: Callable[..., Desk], writing: Desk) -> None:
    second = open_desk(home, wait=False)
    assert second.ended() == 3
    words = " ".join(str(second).split())
    assert str(writing.process.pid) in words
    assert "--read-only" in words
    looking = open_desk(home, "--read-only")
    assert "Task number 1" in str(looking)
    looking.until("read-only", "Read-only")
    for name in ("enter", "s", "c"):
        looking.press(name)
        looking.until("read-only")
        looking.until_quiet()
        looking.press("escape")
        looking.until(AT_LIST)
    looking.press("q")
    assert looking.ended() == 0
    writing.until_saved()
    writing.kill()
    third = open_desk(home)
    third.until("✎ draft")
    assert third.quit() == 0
    assert command(home, "doctor").returncode == 0


def test_kill_at_any_moment(tmp_path: Path) -> None:
    for seed in (4, 5, 6):  # on a busy machine a session may end before its first save
        table = kill_rounds(3, seed, home=tmp_path / str(seed), seconds=4.0)
        assert table.clean, str(table)
        if table.acknowledged_saves:
            break
    assert table.acknowledged_saves


def test_the_kill_test_finds_a_program_without_autosave(tmp_path: Path) -> None:
    table = kill_rounds(1, seed=SEED_OF_TYPING_ONLY, home=tmp_path, patch=MUTANT, seconds=5.0)
    assert not table.clean, str(table)
