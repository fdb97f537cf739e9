"""A walk over every screen and every action of the workstation, all of whose texts are hostile."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

from corpus import FILE_NAME, HOSTILE, SHORT, batch, task
from desk import AT_LIST, AT_TEXT, BEFORE_SENDING, Desk
from places import CONFIG, HUB, Place

PASTED = f"{SHORT} {HOSTILE} {SHORT}"
MOVES = ("j", "k", "G", "g", "pagedown", "pageup")
"""Keys of a page that is read."""
COPIES = {"list": 1, "hub": 0, "write": 1, "end": 1}
"""How often a stretch copies: on the debug page, in a text, in the report."""


def prepare(home: Path) -> Place:
    """Make a place with many batches, damaged files, a text left by an editor, and settings."""
    place = Place(home)
    more = []
    for number in range(11):
        file = home / f"more{number}.json"
        file.write_text(json.dumps(batch([task("x")], id=f"more{number}")))
        more.append(str(file))
    place.run("import", *more)
    # Work on one of them, and guidelines that change under it.
    place.run("skip", "more0.x", "--reason", "1")
    Path(more[0]).write_text(
        json.dumps(
            batch(
                [task("x")],
                id="more0",
                guidelines={"version": f"2 {HOSTILE}", "text": f"# Two\n\n{HOSTILE}\n"},
            )
        )
    )
    place.run("import", more[0])
    place.run("settings", "set", "theme", "dusk")
    (place.data / "config.toml").write_text(CONFIG)
    (place.data / "batches" / f"{FILE_NAME}.json").write_text(HOSTILE)
    (place.data / "drafts" / f"{FILE_NAME}.jsonl").write_text(HOSTILE)
    (place.data / "workspace.json.prev").write_text(HOSTILE)
    returned = {"task_id": "b.t1", "batch_id": "b", "reason": HOSTILE, "comment": HOSTILE}
    (place.data / "returns.jsonl").write_text(
        json.dumps({**returned, "at": "2100-01-01T00:00:00Z"}) + f"\n{json.dumps({HOSTILE: 1})}\n"
    )
    (place.data / "lock.holder").write_text(HOSTILE)
    editing = place.data / "editing"
    editing.mkdir(mode=0o700)
    (editing / f"text-{FILE_NAME}.md").write_text(HOSTILE)
    return place


def walk(place: Place, stretch: str, size: tuple[int, int], patch: str = "") -> bytes:
    """Walk one of the stretches to its end and return what the terminal received."""
    desk = place.open(size=size, patch=patch + HUB * (stretch == "hub"))
    try:
        with contextlib.ExitStack() as beside:
            beside.callback(place.refuse_to_save, None)
            for part in STRETCHES[stretch]:
                part(place, desk)
            assert desk.ended() == 0
    except BaseException:
        desk.close()
        raise
    assert desk.left_as_found() == []
    desk.close()
    return desk.raw


def at_list(place: Place, desk: Desk) -> None:
    """The task list, its brief, its filter, help, palette, debug, settings."""
    desk.until("Title-t1")
    read(desk)
    desk.press("ctrl+d", "ctrl+u", "J", "K", "j", "space", "n", "[", "g")
    for name in ("f1", "?"):
        desk.press(name)
        desk.until("Help")
        read(desk)
        desk.press("escape")
    desk.until(AT_LIST)
    desk.press("ctrl+p")
    desk.until("Search for commands")
    desk.paste(PASTED)
    desk.until_quiet()
    desk.press("escape")
    desk.press("ctrl+p")
    desk.until("Search for commands")
    desk.type("report")
    desk.until("Read the report")
    desk.press("enter")
    desk.until("y copy", "back")
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("/")
    desk.paste(PASTED)
    desk.until("No task matches")
    desk.press("escape")
    desk.press("/")
    desk.type("[@click")
    desk.until("of ")
    desk.press("enter", "escape")
    desk.until(AT_LIST)
    desk.press("f12")
    desk.until("For a bug report")
    read(desk)
    desk.press("y")
    desk.until("Copied")
    desk.press("escape")
    desk.until(AT_LIST)


def at_hub(place: Place, desk: Desk) -> None:
    """The hub's figure, its page, and what can be done there."""
    desk.until("Title-t1", "y sync")
    desk.press("y")
    desk.until("owned")
    desk.press("h")
    desk.until("How things stand")
    read(desk)
    desk.press("J", "K", "y", "g", "t", "x")
    desk.until_quiet()
    desk.press("g", "j", "c", "g", "enter")
    desk.until(AT_TEXT)
    desk.press("escape", "escape")
    desk.until("/ filter")
    desk.press("f10")
    desk.until("How things stand")
    desk.press("escape")
    desk.until("/ filter")
    desk.press("f10", "f10")
    desk.until("/ filter")
    desk.press("ctrl+f10")
    desk.until_quiet()
    desk.press("f12")
    desk.until("For a bug report")
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("r")
    desk.until("y copy")
    desk.press("escape")
    desk.until(AT_LIST)


def guidelines(place: Place, desk: Desk) -> None:
    """The guidelines of a batch that have changed, which are then read."""
    desk.press("G", "l")
    desk.until("have changed since")
    read(desk)
    desk.press("d")
    desk.until("Guidelines, version 2")
    read(desk)
    desk.press("f1")
    desk.until("Help")
    desk.press("escape", "d", "enter")
    desk.until(AT_LIST)
    desk.press("G", "l")
    desk.until("Guidelines, version 2")
    desk.press("enter")
    desk.until("Nothing in these guidelines")
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("g")


def settings(place: Place, desk: Desk) -> None:
    """The settings, with what cannot be said in them."""
    desk.press("ctrl+g")
    desk.until("Settings")
    desk.until_quiet(0.5)
    desk.paste(f"Name {HOSTILE}")
    desk.until_quiet(0.5)
    slowly(desk, "enter", "down", "right", "left", "down", "down", "ctrl+a", "ctrl+k")
    desk.paste(PASTED)
    desk.until_quiet(0.5)
    desk.press("enter")
    desk.until("not saved")
    slowly(desk, "ctrl+a", "ctrl+k")
    desk.type("5")
    slowly(desk, "enter", "down")
    desk.paste(f"'{HOSTILE}")
    slowly(desk, "enter", "up", "down", "f1", "escape", "escape")
    desk.until(AT_LIST)


def read(desk: Desk) -> None:
    """Scroll through a page."""
    desk.press(*MOVES)
    desk.until_quiet(0.15)


def slowly(desk: Desk, *names: str) -> None:
    """Press keys, each when the screen has settled after the one before."""
    for name in names:
        desk.press(name)
        desk.until_quiet(0.3)


def pickers(place: Place, desk: Desk) -> None:
    """Questions on the list: which batch, why skip, what is wrong, take back, pause."""
    desk.press("b")
    desk.until("Which batch?")
    desk.press("down", "up")
    desk.paste(PASTED)
    desk.until_quiet()
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("b")
    desk.until("Which batch?")
    desk.press("down", "enter")
    desk.until("8 tasks")
    desk.press("b")
    desk.until("Which batch?")
    desk.type("all batches")
    desk.until_quiet()
    desk.press("enter")
    desk.until("Title-t1")
    desk.press("g", "s")
    desk.until("Why skip")
    desk.press("j", "k", "tab")
    desk.paste(f"Note {HOSTILE}")
    desk.until_quiet()
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("s")
    desk.until("Why skip")
    desk.press("tab")
    desk.paste(f"Note {HOSTILE}")
    desk.until_quiet()
    desk.press("enter")
    desk.until("Skipped")
    desk.press("u")
    desk.until("Took back")
    desk.press("g", "f")
    desk.until("What is wrong")
    desk.press("1")
    desk.until("Flagged")
    desk.press("G", "w")
    desk.until_quiet()
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("p")
    desk.until("Paused")
    desk.press("f1", "escape", "p")
    desk.until(AT_LIST)


def writing(place: Place, desk: Desk) -> None:
    """The Write screen on a task that gives its prompt: find, versions, preview, own editor."""
    desk.press("g", "enter")
    desk.until(AT_TEXT)
    desk.type("x")
    desk.paste(PASTED)
    desk.until("left out")
    rules(desk)
    desk.press("ctrl+home", "ctrl+end", "ctrl+s", "f2", "f2", "f1")
    desk.until("Help")
    desk.press("escape")
    desk.until(AT_TEXT)
    desk.press("escape", "P", "f7", "ctrl+f")
    desk.until("Find")
    desk.press("enter", "down", "up", "ctrl+a", "ctrl+k")
    desk.paste(PASTED)
    desk.until("no match")
    desk.press("escape", "ctrl+c", "escape", "i")
    desk.press("ctrl+o")
    desk.until("$EDITOR")
    desk.press("ctrl+g")
    desk.until("Settings")
    slowly(desk, "down", "down", "down", "down", "ctrl+a", "ctrl+k", "enter", "escape")
    desk.until(AT_TEXT)
    desk.press("ctrl+o")
    desk.until("taken over")
    desk.press("escape", "m")
    desk.until("Preview")
    read(desk)
    desk.press("escape")
    desk.until("KEYS")
    desk.press("i", "f3")
    desk.until("Preview")
    desk.press("escape")
    desk.until(AT_TEXT)
    desk.press("ctrl+l")
    desk.until("Guidelines, version")
    desk.press("escape")
    desk.until(AT_TEXT)
    desk.press("escape", "l")
    desk.until("Guidelines, version")
    desk.press("l")
    desk.until("KEYS")
    desk.press("i")
    desk.until(AT_TEXT)
    desk.type("more")
    desk.press("ctrl+s", "f9")
    desk.until("Versions")
    desk.press("space", "j", "d", "G", "g", "j", "pagedown", "pageup", "k", "escape")
    desk.until(AT_TEXT)
    desk.press("f9")
    desk.until("Versions")
    desk.press("space", "j", "j", "enter")
    desk.until("is on top")
    desk.press("escape", "v")
    desk.until("Versions")
    desk.press("escape")
    desk.until("KEYS")
    desk.press("j", "k", "b", "b", "?", "escape", "e")
    desk.until("taken over")
    desk.press("/")
    desk.until("Find")
    desk.press("escape")
    desk.until(AT_TEXT)
    place.refuse_to_save(f"Refused {HOSTILE}")
    desk.type("not saved")
    desk.until("✗ not saved")
    desk.press("ctrl+s")
    desk.until("Refused")
    place.refuse_to_save(None)
    desk.press("ctrl+s")
    desk.until("✓ saved")
    desk.press("escape", "p")
    desk.until("Paused")
    desk.press("p")
    desk.until("KEYS")


def sending(place: Place, desk: Desk) -> None:
    """Before sending, the note, the next tasks; a covered one; what was sent, and its revisions."""
    desk.press("d")
    desk.until(BEFORE_SENDING)
    desk.press("tab")
    desk.paste(f"Note {HOSTILE}")
    desk.until_quiet()
    desk.press("escape")
    desk.until("KEYS")
    desk.press("f8")
    desk.until(BEFORE_SENDING)
    desk.press("f1")
    desk.until("Help")
    desk.press("escape")
    desk.until(BEFORE_SENDING)
    judge(desk)
    desk.press("f8")
    desk.until("Submitted")
    desk.until("Content warning")
    desk.press("l", "h", "right", "left", "j", "k", "n")
    desk.until(AT_LIST)
    desk.press("g", "enter")
    desk.until("Content warning")
    desk.press("y")
    desk.until(AT_TEXT)
    desk.press("escape", "space", "s")
    desk.until("Why skip")
    desk.press("1")
    desk.until("Skipped", AT_TEXT)
    desk.type("asked")
    desk.press("tab")
    desk.paste(PASTED)
    desk.until("≈")
    desk.press("ctrl+b")
    desk.until("the same")
    read(desk)
    desk.press("tab", "escape", "escape", "a")
    desk.until("the same")
    desk.press("escape", "i")
    desk.press("ctrl+t")
    desk.until("turn 2 of 2")
    desk.type("again")
    desk.press("escape", "t")
    desk.until("turn 3 of 3")
    desk.type("z")
    desk.press("f4")
    desk.until("turn 2 of 3")
    desk.press("f5", "escape", "[", "]", "x")
    desk.until("Remove turn")
    desk.press("y")
    desk.until("turn 2 of 2")
    desk.press("f")
    desk.until("What is wrong")
    desk.press("1")
    desk.until("Flagged", AT_TEXT)
    desk.type("x")
    desk.press("escape", "D")
    desk.until("Put this draft away?")
    desk.press("y")
    desk.until(AT_LIST)
    desk.press("/")
    desk.type("done")
    desk.press("enter")
    desk.until("1 of ")
    desk.press("g", "enter")
    desk.until("task list", "submitted")
    read(desk)
    desk.press("f1", "escape", "v")
    desk.until("Versions")
    desk.press("escape")
    desk.until("correct")
    desk.press("c")
    desk.until(AT_TEXT)
    desk.type("second")
    desk.press("f8")
    desk.until(BEFORE_SENDING)
    desk.press("f8")
    desk.until("Submitted")
    desk.until_quiet()
    back_to_list(desk)
    desk.press("g", "enter")
    desk.until("revision 2")
    desk.press("[")
    desk.until("not the newest")
    desk.press("]", "w")
    desk.until("Take back")
    desk.press("escape")
    desk.until("revision 2")
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("v")
    desk.until("Versions")
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("c")
    desk.until(AT_TEXT)
    back_to_list(desk)
    desk.press("w")
    desk.until("Take back")
    desk.press("l", "enter")
    desk.until("Took back")


def judge(desk: Desk) -> None:
    """Score the own work, see what it is like, and set aside what is open."""
    desk.press("tab", "shift+tab", "c", "G", "7", "0", "3")
    desk.until("[3]")
    desk.press("g", "j", "k")
    while "✗" in desk.until(BEFORE_SENDING):
        desk.press("g", "w")
        desk.until("Why waive this rule?")
        desk.press("tab")
        desk.paste(f"Reason {HOSTILE}")
        desk.until_quiet()
        desk.press("enter")
        desk.until_not("Why waive this rule?")
        desk.until_quiet()


def rules(desk: Desk) -> None:
    """The rules of a task, from the Write screen, and the places that break them."""
    desk.press("ctrl+n", "escape", "n", "N", "r")
    desk.until("What it checks")
    desk.press("j", "k", "G", "g", "f1")
    desk.until("Help")
    desk.press("escape", "w")
    desk.until("Why waive this rule?")
    desk.press("1")
    desk.until("waived")
    desk.press("w")
    desk.until_not("waived:")
    desk.press("w")
    desk.until("Why waive this rule?")
    desk.press("escape")
    desk.until_not("Why waive this rule?")
    slowly(desk, "enter", "escape")
    desk.until("KEYS")
    desk.press("r")
    desk.until("What it checks")
    desk.press("escape")
    desk.until("KEYS")
    desk.press("i")
    desk.until(AT_TEXT)
    desk.type(" mistaek ")
    desk.press("ctrl+r")
    desk.until("is not in the dictionary")
    desk.press("escape", "escape", "c")
    desk.until("is not in the dictionary")
    desk.press("enter")
    desk.until_not("is not in the dictionary")
    desk.press("i")
    desk.type(" mistaek ")
    desk.press("escape", "L")
    desk.until("in your dictionary")
    desk.press("i")
    desk.until(AT_TEXT)


def back_to_list(desk: Desk) -> None:
    """Go to the list from wherever sending has led."""
    screen = desk.until(
        lambda text: any(at in text for at in (AT_LIST, AT_TEXT, "KEYS", "Not this one"))
    )
    if "Not this one" in screen:
        desk.press("escape")
    elif AT_LIST not in screen:
        desk.press("escape", "q")
    desk.until(AT_LIST)


def leave(place: Place, desk: Desk) -> None:
    """Leave by key."""
    desk.press("ctrl+q")


def the_end(place: Place, desk: Desk) -> None:
    """A window beside this one, the report, the end of the shift."""
    with place.open("--read-only", size=(100, 30)) as other:
        other.until("Read-only")
        other.press("s", "f12", "escape", "g", "enter")
        other.until_quiet()
        other.press("escape", "q")
        other.ended()
        place.said.append(other.raw)
    desk.press("s")
    desk.until("Why skip")
    desk.press("1")
    desk.until("Skipped")
    desk.press("f")
    desk.until("What is wrong")
    desk.press("tab")
    desk.paste(f"Note {HOSTILE}")
    desk.until_quiet()
    desk.press("enter")
    desk.until("Flagged")
    desk.press("r")
    desk.until("y copy", "back")
    read(desk)
    desk.press("y")
    desk.until("Copied")
    desk.press("escape")
    desk.until(AT_LIST)
    desk.press("E")
    desk.until("End the shift?")
    desk.press("y")
    desk.until("y copy", "back")
    desk.press("escape")
    desk.until("shift ended")
    desk.press("q")


STRETCHES: dict[str, tuple[Callable[[Place, Desk], None], ...]] = {
    "list": (at_list, guidelines, settings, pickers, leave),
    "hub": (at_hub, leave),
    "write": (writing, sending, leave),
    "end": (the_end,),
}
"""Each begins in a place of its own."""
