"""A batch that was written to act on the trainer's terminal is shown, and nothing more."""

from collections.abc import Callable
from pathlib import Path

import pytest
from desk import AT_LIST, AT_TEXT, BEFORE_SENDING, Desk, import_tasks
from terminal import command

PAYLOADS = (
    "\x1b]52;c;bm8=\x07",
    "\x1b]0;owned\x07",
    "\x1b[6n",
    "\x1bcreset",
    "\x1bPq#0\x1b\\",
    "\x9b6n",
    "\x9d0;owned\x9c",
    "\u202etxt.exe",
    "\u2066isolate\u2069",
    "[@click=app.quit]click me[/]",
    "[/foo]",
    "[bold red]no style",
    "\\[escaped]",
    "a\rb\x08c",
)
HOSTILE = " ".join(PAYLOADS)
FORBIDDEN = (
    b"\x1b]52",
    b"\x1b]0;owned",
    b"\x1b[6n",
    b"\x1bcreset",
    b"\x1bPq",
    "\x9b".encode(),
    "\x9d".encode(),
    "\x9c".encode(),
    "\u202e".encode(),
    "\u2066".encode(),
    b"a\rb",
    b"b\x08c",
)


@pytest.fixture
def hostile(tmp_path: Path, open_desk: Callable[..., Desk]) -> Desk:
    tasks = [
        {
            "id": f"t{number}",
            "kind": "respond",
            "title": f"T{number} {HOSTILE}",
            "instructions": f"{HOSTILE}\n\n# {HOSTILE}\n",
            "prompts": [f"Answer {HOSTILE}"],
            "system": HOSTILE,
            "context": [
                {"role": "user", "content": HOSTILE},
                {"role": "assistant", "content": HOSTILE},
            ],
            "warnings": [HOSTILE] if number == 2 else [],
        }
        for number in (1, 2, 3)
    ]
    import_tasks(
        tmp_path,
        tasks,
        title=f"Batch {HOSTILE}",
        team=f"Team {HOSTILE}",
        guidelines={"version": f"1 {HOSTILE}", "text": f"# {HOSTILE}\n\n- {HOSTILE}\n"},
        rubric=[{"name": "clarity", "description": HOSTILE, "low": HOSTILE, "high": HOSTILE}],
        skip_reasons=[f"Skip {HOSTILE}", "Other"],
        flag_reasons=[f"Flag {HOSTILE}", "Other"],
    )
    return open_desk(tmp_path, size=(120, 36))


def test_nothing_of_it_reaches_the_terminal(tmp_path: Path, hostile: Desk) -> None:
    desk = hostile
    desk.until("T1")
    desk.press("j", "space", "k", "f1")
    desk.until("Help")
    desk.press("escape", "ctrl+p")
    desk.until_quiet()
    desk.press("escape", "b")
    desk.until("Which batch?")
    desk.press("escape", "/")
    desk.type("[/foo]")
    desk.until_quiet()
    desk.press("escape", "f12")
    desk.until_quiet()
    desk.press("escape", "ctrl+g")
    desk.until_quiet()
    desk.press("escape")
    desk.until(AT_LIST)

    desk.press("enter")
    desk.until(AT_TEXT)
    desk.paste(HOSTILE)
    desk.until("left out")
    desk.press("ctrl+f")
    desk.type("[/foo]")
    desk.until("1 of 1")
    desk.press("escape")
    desk.until_saved()
    desk.type(" more")
    desk.until_saved()
    desk.press("f9")
    desk.until("Versions")
    desk.press("space", "j", "d", "escape")
    desk.until(AT_TEXT)
    desk.press("f3")
    desk.until("Preview")
    desk.press("escape")
    desk.until(AT_TEXT)
    desk.press("f8")
    desk.until(BEFORE_SENDING)
    desk.press("tab")
    desk.paste(f"Note {HOSTILE}")
    desk.press("f8")
    desk.until("Submitted", "T2", AT_TEXT)

    desk.press("escape", "space", "s")
    desk.until("Why skip")
    desk.press("1")
    desk.until("Skipped", "T3", AT_TEXT)
    desk.press("escape", "f")
    desk.until("What is wrong")
    desk.press("1")
    desk.until("Flagged")
    desk.until(AT_LIST)
    for name in ("g", "G"):
        desk.press(name, "enter")
        desk.until("task list")
        desk.press("w")
        desk.until("Take back")
        desk.press("escape", "escape")
        desk.until(AT_LIST)
    desk.press("u")
    desk.until("Took back")
    desk.press("r")
    desk.until("y copy", "back")
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("E")
    desk.until("End the shift?")
    desk.press("y")
    desk.until("y copy", "back")
    desk.press("escape", "q")
    assert desk.ended() == 0
    assert desk.left_as_found() == []
    raw = desk.raw
    assert [payload for payload in FORBIDDEN if payload in raw] == []
    # What is no command to a terminal is read as it was written.
    assert b"[@click=app.quit]click" in raw
    assert b"[/foo]" in raw
    assert command(tmp_path, "doctor").returncode == 0
