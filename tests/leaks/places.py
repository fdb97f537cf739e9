"""The program on a terminal with everything around it hostile, and a log of what was walked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from corpus import FILE_NAME, HOSTILE, batch, task
from desk import Desk
from terminal import Terminal, environment, program

LOG = """
import os
from pathlib import Path
from textual.app import App
from textual.screen import Screen
from trainer_tui.domain.errors import StoreError
from trainer_tui.services.writing import Writing

log = os.open(os.environ["WALK_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

resumed, dispatched, saved = Screen._on_screen_resume, App._dispatch_action, Writing.save

def resume(self, event):
    os.write(log, f"screen {type(self).__name__}\\n".encode())
    return resumed(self, event)

def dispatch(self, namespace, name, params):
    os.write(log, f"action {type(namespace).__name__}.{name}\\n".encode())
    return dispatched(self, namespace, name, params)

def save(self, draft, cause):
    said = Path(os.environ["WALK_LOG"] + ".refuse")
    if said.exists():
        raise StoreError(said.read_text(), said.read_text())
    return saved(self, draft, cause)

Screen._on_screen_resume, App._dispatch_action, Writing.save = resume, dispatch, save
"""
"""Logs each screen that comes up and each action, and lets saving fail when it is told to."""

HUB = f"""
import msgspec
import trainer_tui.cli.app as app
from trainer_tui.domain.errors import TrainerError
from trainer_tui.services.changes import Change
from trainer_tui.services.sync_status import Outcome, Phase, Refused, SetAside, SyncStatus

text = {HOSTILE!r}
refused = [Refused(f"r{{n}}", "b.t1", text, text, text, text, text) for n in range(3)]
aside = [SetAside("s", text, text, text)]

class Line:
    def status(self):
        return SyncStatus(
            phase=Phase.OFFLINE, hub=text, member=text, teams=(text, text), waiting=2, staying=3,
            refused=tuple(refused), set_aside=tuple(aside), skew=400.0, next_in=60.0,
            trouble=TrainerError(text, text, title=text),
        )
    def sync(self):
        return Outcome(claimed=3, trouble=TrainerError(text, text, title=text))
    def time_left(self, task_id):
        return 600.0
    def send_again(self, record_id):
        del refused[0]
        return Change(text)
    keep_here = send_again
    def confirm(self, id):
        del aside[0]
        return Change(text)
    def close(self):
        pass

app._line_to_hub = lambda workstation, settings: Line()
"""
"""Puts a hub on the line all of whose words are hostile."""

EDITOR = """
import sys
from pathlib import Path
Path(sys.argv[-1]).write_text(Path(sys.argv[-2]).read_text())
"""
"""Somebody's own editor, which writes what stands in a file."""


def toml(text: str) -> str:
    """Write a text as TOML, every character but letters by its number."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\U{ord(c):08x}" for c in text) + '"'


CONFIG = f"""
trainer = {toml("Ada " + HOSTILE)}
editor = {toml("'" + HOSTILE)}
[keys]
"shift.next" = "n,["
"shift.report" = "r,]"
"sent.older" = "[,left"
"""


def late(patch: str) -> str:
    """Let a patch act where the program itself would import Textual, which reads its variables."""
    return f"""
import trainer_tui.cli.app as _app
_before = _app._keep_the_log_off
def _then():
    _before()
    exec({patch!r}, {{}})
_app._keep_the_log_off = _then
"""


class Walker(Desk):
    """Somebody who looks before the next key: what is typed ahead of a question is no answer."""

    def until(self, *args: Any, **kwargs: Any) -> str:
        super().until(*args, **kwargs)
        return self.until_quiet(0.05)

    def press(self, *names: str) -> None:
        for name in names:
            super().press(name)
            if name == "escape":  # on a busy machine it would be taken for the start of another key
                self.until_quiet(0.1)


class Place:
    """A home folder, with a hostile batch and hostile files in a data folder of a hostile name."""

    def __init__(self, home: Path, *, tasks: Iterable[dict[str, Any]] = (), **fields: Any) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home, self.log = home, home / "walk.log"
        self.data = home / f"data{FILE_NAME}"
        self.said: list[bytes] = []
        self.typed = home / "typed.md"
        editor = home / "editor.py"
        editor.write_text(EDITOR)
        self.typed.write_text(f"edited {HOSTILE}\n", newline="")
        self.env = {
            "TRAINER_TUI_HOME": str(self.data),
            "USER": HOSTILE,
            "LOGNAME": HOSTILE,
            "EDITOR": f"'{sys.executable}' '{editor}' '{self.typed}'",
            "TERM_PROGRAM": HOSTILE,
            "COLORTERM": HOSTILE,
            "LC_MESSAGES": HOSTILE,
            "WALK_LOG": str(self.log),
        }
        file = home / f"batch{FILE_NAME}.json"
        file.write_text(json.dumps(batch(list(tasks) or sample_tasks(), **fields)))
        said = self.run("import", str(file))
        assert b" added" in said, said

    def run(self, *arguments: str | bytes, stdin: bytes = b"", **env: str) -> bytes:
        """Run a command and return what it printed, on both streams."""
        done = subprocess.run(
            [*map(os.fsencode, program()), *map(os.fsencode, arguments)],
            env=environment(self.home, **self.env | env),
            cwd=self.home,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
        )
        self.said.append(done.stdout)
        return done.stdout

    def on_terminal(self, *arguments: str | bytes, **env: str) -> bytes:
        """Run a command on a terminal of its own and return what it wrote there."""
        with Terminal(
            [*map(os.fsencode, program()), *map(os.fsencode, arguments)],  # type: ignore[list-item]
            environment(self.home, **self.env | env),
            cwd=self.home,
        ) as terminal:
            terminal.ended()
            return terminal.raw

    def open(
        self, *arguments: str, size: tuple[int, int] = (120, 36), patch: str = "", **more: Any
    ) -> Walker:
        """Open the workstation."""
        return Walker(self.home, *arguments, size=size, patch=late(LOG + patch), **self.env | more)

    def refuse_to_save(self, said: str | None) -> None:
        """Let every save of a draft fail with this message; None: let it succeed again."""
        file = Path(f"{self.log}.refuse")
        file.unlink(missing_ok=True)
        if said is not None:
            file.write_text(said, newline="")

    def walked(self, kind: str) -> set[str]:
        """Return the screens or the actions of all walks so far."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return {line.partition(" ")[2] for line in lines if line.startswith(kind)}


def sample_tasks() -> list[dict[str, Any]]:
    """Return tasks of every kind that the screens tell apart."""
    return [
        task("t1"),
        task("t2", warnings=[HOSTILE]),
        task("t3", kind="dialogue", prompts=[], turns={"at_least": 1, "at_most": 4}),
        task("t4"),
        task("t5", kind="rank", responses=[HOSTILE, HOSTILE]),
        task("t6"),
        task("t7"),
        task("t8"),
    ]
