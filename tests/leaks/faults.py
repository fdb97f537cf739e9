"""Faults of every kind in every kind of place, while texts and tokens are at hand to be told.

What the trainer typed, what the error says and what stands in the environment must be found
nowhere but in the store's own files: not in the crash report, nor in the last words, nor in any
other file below the home folder or the folder for temporary files.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from corpus import CANARY
from desk import Desk, import_tasks, write_tasks
from places import late

TYPED, SECRET, TOKEN = f"{CANARY}typed", f"{CANARY}said", f"tt_{CANARY}token"

KINDS = {
    "message": f"raise ValueError('{SECRET}')",
    "chain": f"""
try:
    raise KeyError('{SECRET}')
except KeyError as error:
    raise RuntimeError('{SECRET}') from error""",
    "group": f"raise ExceptionGroup('{SECRET}', [ValueError('{SECRET}'), "
    f"ExceptionGroup('{SECRET}', [OSError(2, '{SECRET}', '{SECRET}')])])",
    "base group": f"raise BaseExceptionGroup('{SECRET}', [KeyboardInterrupt('{SECRET}')])",
    "file": f"open('/nowhere/{SECRET}')",
    "half a character": f"('{SECRET}' + chr(0xd800)).encode()",
    "exit": f"raise SystemExit('{SECRET}')",
    "interrupt": f"raise KeyboardInterrupt('{SECRET}')",
    "memory": f"raise MemoryError('{SECRET}')",
    "recursion": """
def down(): down()
down()""",
    "notes": f"""
error = ValueError('{SECRET}')
error.add_note('{SECRET}')
raise error""",
}
"""What goes wrong, as code."""

PLACES = {
    "an action": ("trainer_tui.ui.screens.write", "WriteScreen.action_brief", "f2"),
    "a flow": ("trainer_tui.ui.screens.write", "WriteScreen._pass_on", "escape s"),
    "a message": ("trainer_tui.ui.screens.write", "WriteScreen.draft_now", "x"),
    "a key": ("trainer_tui.ui.widgets.editor", "Editor._replace_via_keyboard", "x"),
    "a screen": ("trainer_tui.ui.screens.preview", "PreviewScreen.content", "f3"),
    "a rendering": ("trainer_tui.ui.screens.help", "HelpScreen.text", "f1"),
    "a widget's line": ("trainer_tui.ui.widgets.version_list", "VersionList.render_line", "f9"),
    "a thread": ("trainer_tui.services.writing", "Writing.timed", "x"),
    "a worker": ("trainer_tui.ui.screens.debug", "copy", "f12 y"),
    "a palette": ("trainer_tui.ui.palette", "Actions._offered", "ctrl+p"),
    "the own editor": ("trainer_tui.ui.external", "_run", "ctrl+o"),
    "the keys": ("trainer_tui.ui.driver", "PasteSafeParser.tick", ""),
    "a signal": ("trainer_tui.ui.app", "TrainerApp.save_everything", "ctrl+q"),
    "the report": ("trainer_tui.cli.crashes", "write_report", "f2"),
}
"""Module, function and the keys that lead there."""

ASIDE = {
    "a task nobody waits for": """
    import asyncio
    async def lost(): fault()
    asyncio.get_running_loop().create_task(lost())
    """,
    "a thread of its own": """
    import threading
    threading.Thread(target=fault).start()
    """,
    "a finalizer": """
    class Lost:
        def __del__(self): fault()
    Lost()
    """,
    "a callback": """
    import asyncio
    asyncio.get_running_loop().call_soon(fault)
    """,
    "the logging": f"""
    import logging, warnings
    logging.getLogger('x').error('{SECRET}')
    logging.warning('{SECRET}')
    warnings.warn('{SECRET}')
    """,
    "a print": f"""
    import sys
    print('{SECRET}'); print('{SECRET}', file=sys.stderr)
    """,
}
"""Faults beside the program, which goes on or ends; said where an action was."""

_FAULT = """
import {module} as module
def fault(*_, **__):
{body}
armed = []
holder = module
*parents, name = "{function}".split(".")
for parent in parents:
    holder = getattr(holder, parent)
plain = getattr(holder, name)
def either(*args, **kwargs):
    import pathlib
    if pathlib.Path({armed!r}).exists():
        return fault()
    return plain(*args, **kwargs)
setattr(holder, name, either)
"""
_TEXTUAL = {"TEXTUAL": "debug,devtools", "TEXTUAL_LOG": "textual.log", "TEXTUAL_DEBUG": "1"}
_TEXTUAL |= {"TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_LOCATION": ".", "TEXTUAL_PRESS": "x"}
_TEXTUAL |= {"PYTHONFAULTHANDLER": "1", "PYTHONDEVMODE": "1", "PYTHONASYNCIODEBUG": "1"}


def indented(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.strip("\n").split("\n"))


MUTANT = """
import trainer_tui.cli.crashes as crashes
plain_report = crashes.report_text
crashes.report_text = lambda error: plain_report(error) + str(error)
"""
"""A report that tells what the error says."""


def run(home: Path, where: str, kind: str, mutant: str = "") -> list[str]:
    """Let one fault happen; return where something was told."""
    import_tasks(home, write_tasks())
    armed = home / "armed"
    if where in ASIDE:
        module, function, keys = PLACES["an action"]
        body = indented(KINDS[kind])
        aside = "\n".join(
            line.removeprefix("    ") for line in ASIDE[where].strip("\n").split("\n")
        )
        patch = _FAULT.format(module=module, body=body, function=function, armed=str(armed))
        patch += (
            f"\ninner = fault\ndef aside():\n    fault = inner\n{indented(aside)}\nfault = aside\n"
        )
    else:
        module, function, keys = PLACES[where]
        patch = _FAULT.format(
            module=module, body=indented(KINDS[kind]), function=function, armed=str(armed)
        )
        if where == "the report":
            patch += "\nfrom trainer_tui.ui.screens.write import WriteScreen\n"
            patch += "WriteScreen.action_brief = fault\n"
    shared = Path(tempfile.gettempdir())
    before = set(os.listdir(shared))
    (home / "tmp").mkdir()
    more = {"EDITOR": "true", "API_TOKEN": TOKEN, "TMPDIR": str(home / "tmp"), **_TEXTUAL}
    with Desk(home, size=(100, 30), patch=late(mutant + patch), **more) as desk:
        desk.open_task()
        desk.type(TYPED)
        desk.until(TYPED)
        desk.until_saved()
        armed.touch()
        for key in keys.split():
            desk.press(key)
            desk.until_quiet(0.1)
        if where in ASIDE:
            armed.unlink()
        if desk.process.poll() is None:
            desk.press("ctrl+q")
        desk.ended()
        raw = desk.raw
        words = desk.last_words()
    armed.unlink(missing_ok=True)
    told = [f"on the terminal: {SECRET}" for _ in [0] if SECRET.encode() in raw]
    told += [f"in the last words: {word}" for word in (TYPED, TOKEN) if word in words]
    told += ["a traceback" for _ in [0] if b"Traceback" in raw]
    for folder in (home, *_new(shared, before, beside=home)):
        for path in _files(folder):
            told += _told_in(home, path)
    return told


OWN = ("batches", "drafts", "shifts", "quarantine", "editing")
"""Where the store keeps the trainer's texts."""


def _new(shared: Path, before: set[str], beside: Path) -> Iterator[Path]:
    """What has come into the folder that everybody writes to, past the program's own for that."""
    for name in set(os.listdir(shared)) - before:
        if shared / name not in beside.parents and not name.startswith("pytest-of"):
            yield shared / name


def _files(top: Path) -> Iterator[Path]:
    if not top.is_dir():
        yield top
    for root, _, names in os.walk(top):
        yield from (Path(root) / name for name in names)


def _told_in(home: Path, path: Path) -> list[str]:
    if path.is_relative_to(home / "data") and path.relative_to(home / "data").parts[0] in OWN:
        return []
    try:
        content = path.read_bytes()
    except OSError:
        return []
    found = [word for word in (TYPED, SECRET, TOKEN) if word.encode() in content]
    name = [word for word in (TYPED, SECRET, TOKEN) if word in path.name]
    return [f"in {path}: {word}" for word in (*found, *name)]
