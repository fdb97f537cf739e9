"""A whole shift on the sample tasks, by keys alone."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import AT_LIST, AT_TEXT, BEFORE_SENDING, Desk, draft, exported
from terminal import command

QUESTION = "Which knot holds best on a wet rope?\nI tie up a small boat."
ANSWER = "A **bowline**.\n\n1. Make a loop — the “rabbit hole”.\n2. Ça suffit! 🐇\n"
AGAIN = "And if it must come off under load?"
THEN = "Then a round turn and two half hitches, `like this`."


def test_a_shift(tmp_path: Path, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(tmp_path, size=(120, 36))
    desk.until("Have a dialogue on a rando", "0 done this shift")
    desk.press("enter")
    desk.until("turn 1 of 1", AT_TEXT)

    # Two turns, found, previewed, read before sending, sent.
    desk.type(QUESTION)
    desk.press("tab")
    desk.type(ANSWER)
    desk.press("ctrl+f")
    desk.type("rabbit")
    desk.until("1 of 1  ", "Find")
    desk.press("escape")
    desk.press("f3")
    desk.until("Preview", "bowline")
    desk.press("escape")
    desk.until(AT_TEXT)
    desk.press("f8")
    desk.until("at least 2 turns")
    desk.press("ctrl+t")
    desk.until("turn 2 of 2", "assistant", "bowline")  # the conversation, at its end
    desk.type(AGAIN)
    desk.press("tab")
    desk.type(THEN)
    desk.press("f8")
    desk.until(BEFORE_SENDING, "two half hitches", "2 turns")
    desk.press("escape")
    desk.until(AT_TEXT)
    desk.submit()

    # The next one opens by itself: skipped; the one after that: flagged.
    desk.until("A poem about a tool", AT_TEXT)
    desk.press("escape")
    desk.press("s")
    desk.until("Why skip this task?")
    desk.press("1")
    desk.until("Skipped “A poem", "900 unsold books")
    desk.press("escape")
    desk.press("f")
    desk.until("What is wrong with this task?")
    desk.press("1")
    desk.until("Flagged “900 unsold", "Every customer gets")
    desk.press("escape")
    desk.press("q")
    desk.until(AT_LIST)

    # The submission is corrected: revision 2; versions are looked through, one is restored.
    desk.press("/")
    desk.type("random topic")
    desk.until("✓ done")
    desk.press("enter")
    desk.press("c")
    desk.until("Prompt 1", "Which knot", AT_TEXT)
    desk.type("PS ")
    desk.until_saved()
    desk.type("Oops ")
    desk.until_saved()
    desk.press("f9")
    desk.until("Versions", "Oops")
    desk.press("space", "j", "enter")
    desk.until("is on top")
    desk.until_not("Oops")
    desk.submit()
    desk.until("revision 2")
    desk.until_quiet()
    if AT_TEXT in str(desk):
        desk.press("escape")
        desk.press("q")
    desk.until(AT_LIST)

    # Taken back, and sent again.
    desk.press("u")
    desk.until("Took back the submission")
    desk.until("✎ draft")
    desk.press("enter")
    desk.until("Prompt 1", "Which knot", AT_TEXT)
    desk.press("home")
    desk.type("PPS ")
    desk.submit()
    desk.until_quiet()
    if AT_TEXT in str(desk):
        desk.press("escape")
        desk.press("q")
    desk.until(AT_LIST)

    # Pause, report, the end.
    desk.press("p")
    desk.until("Paused")
    desk.press("p")
    desk.until(AT_LIST)
    desk.press("r")
    desk.until("y copy", "back")
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("E")
    desk.until("End the shift?")
    desk.press("y")
    desk.until("y copy", "back")
    desk.press("escape")
    desk.until("shift ended")
    desk.press("q")
    assert desk.ended() == 0
    assert desk.left_as_found() == []
    sent = exported(tmp_path)
    assert len(sent) == 1
    roles, texts = zip(*sent[0], strict=True)
    assert roles == ("user", "assistant") * 2
    assert texts == (QUESTION, f"PPS PS {ANSWER}", AGAIN, THEN)
    states = [
        json.loads(command(tmp_path, "tasks", "--state", s, "--json").stdout)
        for s in ("skipped", "flagged", "done")
    ]
    assert list(map(len, states)) == [1, 1, 1]


EDITORS = {
    "changes": ("p.write_text(p.read_text() + ' more\\n')", "before more", "taken over"),
    "fails": ("sys.exit(1)", "before", "code 1"),
    "is killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "before", "code -9"),
    "writes no UTF-8": ("p.write_bytes(b'caf\\xe9')", "before", "not UTF-8"),
    "removes the file": ("p.unlink()", "before", "cannot be read"),
    "leaves it alone": ("pass", "before", None),
    "empties it": ("p.write_text('')", "", "taken over"),
    "writes controls": ("p.write_bytes(b'a\\x1b[31mb\\r\\nc')", "a[31mb\nc", "left out"),
}


@pytest.mark.parametrize("name", EDITORS)
def test_own_editor(home: Path, open_desk: Callable[..., Desk], name: str) -> None:
    what, expected, said = EDITORS[name]
    script = home / "my editor.py"
    script.write_text(
        f"import sys\nfrom pathlib import Path\np = Path(sys.argv[-1])\n"
        f"assert sys.argv[1] == '--flag' and p.stat().st_mode & 0o777 == 0o600\n{what}\n"
    )
    desk = open_desk(home, EDITOR=f"{sys.executable} '{script}' --flag")
    desk.open_task()
    desk.type("before")
    desk.press("ctrl+o")
    if said:
        desk.until(said)
    desk.until(AT_TEXT)
    desk.until_saved()
    desk.type("X")
    desk.until("X")
    assert desk.quit() == 0
    assert desk.left_as_found() == []
    after = draft(home, "b.t1")[0][0]
    assert after.count("X") == 1
    assert after.replace("X", "") == expected


def test_own_editor_is_missing(home: Path, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(home, EDITOR="no-such-editor --wait")
    desk.open_task()
    desk.type("before")
    desk.press("ctrl+o")
    desk.until("'no-such-editor' was not found")
    desk.type(" after")
    desk.until("before after")
    assert desk.quit() == 0
    assert draft(home, "b.t1") == [("before after", "")]


def test_own_editor_has_the_terminal(home: Path, open_desk: Callable[..., Desk]) -> None:
    """Keys go to the editor while it runs, and come back to the program after it."""
    script = home / "ask.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nprint('YOUR TEXT?', flush=True)\n"
        "Path(sys.argv[1]).write_text(input())\n"
    )
    desk = open_desk(home, EDITOR=f"{sys.executable} {script}")
    desk.open_task()
    desk.press("ctrl+o")
    desk.until("YOUR TEXT?")
    desk.type("asked for\n")
    desk.until("asked for", AT_TEXT)
    desk.press("end")
    desk.type("!")
    desk.until("asked for!")
    assert desk.quit() == 0
    assert draft(home, "b.t1") == [("asked for!", "")]
    assert not os.listdir(home / "data" / "editing")
