"""What must hold at the edge of the disk: who may read, what is followed, what becomes a name."""

import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desk import Desk, import_tasks, write_tasks
from terminal import command, environment, program

BAD_IDS = (
    "../../outside",
    "..",
    "/tmp/outside-abs",
    "%2e%2e%2foutside",
    "a/../../outside",
    "a\\..\\outside",
    "nul\0byte",
    "CON",
    "con.txt",
    "NUL",
    "lpt1",
    "x" * 300,
    "ends with dot.",
    "ends with space ",
    "UPPER",
    "upper",
    "Upper",
    "\u202eevil",
    "\x1b]0;owned\x07",
    "é",
    "e\u0301",
    "~",
    "$HOME",
    "`id`",
    "a:b",
    "-rf",
    ".hidden",
    "",
    " ",
)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_OURS = {"lock", "lock.holder", "config.toml", "workspace.json", "workspace.json.prev"}


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Let everything that is started meanwhile have this mask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """Return what below a folder, itself included, others than the owner may touch or read."""
    found = []
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if not path.is_symlink() and mode != (0o700 if path.is_dir() else 0o600):
            found.append(f"{path} has {mode:04o}")
    return found


def readable_by_others(home: Path, mask: int) -> list[str]:
    """Let every kind of file come to be under a mask, the folders around them included."""
    data, config = home / "new" / "data", home / "other" / "config.toml"
    fault = (
        "from trainer_tui.ui.screens.write import WriteScreen\n"
        "def fault(self): raise ValueError\n"
        "WriteScreen.action_brief = fault\n"
    )
    home.mkdir()
    (home / "batch.json").write_text(
        json.dumps(
            {
                "format": "trainer-tui/batch",
                "version": 1,
                "id": "b",
                "title": "B",
                "tasks": write_tasks(),
            }
        )
    )
    env = {"TRAINER_TUI_HOME": str(data), "TRAINER_TUI_CONFIG": str(config), "TMUX": "x"}
    with umask(mask):
        for line in (("settings", "set", "theme", "dusk"), ("import", "batch.json")):
            done = subprocess.run(
                program(*line), env=environment(home, **env), cwd=home, capture_output=True
            )
            assert done.returncode == 0, done.stderr
        editor = home / "editor.sh"
        editor.write_text(
            '#!/bin/sh\nstat -c %a "$1" > told\nstat -c %a "$(dirname "$1")" >> told\n'
            "tr '\\0' ' ' < /proc/$$/environ >> told\ntr '\\0' ' ' < /proc/$$/cmdline >> told\n"
            'echo more >> "$1"\n'
        )
        with Desk(home, patch=fault, EDITOR=f"sh '{editor}'", **env) as desk:
            desk.press("f12")
            desk.until("For a bug report")
            desk.press("y")
            desk.until("also in")
            desk.press("escape", "enter")
            desk.until_quiet()
            desk.type("CANARYtext")
            desk.until("CANARYtext")
            desk.press("ctrl+o")
            desk.until("taken over")
            desk.press("f8", "f2")
            desk.ended()
    told = (home / "told").read_text()
    found = open_to_others(home / "new") + open_to_others(home / "other")
    if told.split("\n")[:2] != ["600", "700"]:
        found.append(f"the own editor's file and folder have {told.split()[:2]}")
    if "CANARYtext" in told:
        found.append("the text stands in the environment or the arguments of the own editor")
    if not list((data / "crashes").iterdir()) or not (data / "debug.txt").exists():
        found.append("a crash report or a copy is missing: the check saw nothing of it")
    if any((data / "editing").iterdir()):
        found.append("the own editor's file was left")
    return found


FILES = (
    *("lock", "lock.holder", "workspace.json", "workspace.json.tmp", "workspace.json.prev"),
    *("batches/b.json", "batches/b.json.tmp", "batches/b.json.prev", "drafts/b.t1.jsonl"),
    *("debug.txt", "config.toml.tmp"),
)
FOLDERS = (
    *("batches", "shifts", "drafts", "drafts/retired", "words", "quarantine"),
    *("crashes", "editing"),
)


def _plant(path: Path, to: Path) -> None:
    path.symlink_to(to)


def plant_outside(path: Path, to: Path) -> None:
    """As if the program had written through the link."""
    to.write_bytes(b"written")


def followed_links(home: Path, name: str) -> list[str]:
    """Plant a link in place of a file or folder; return what was written through it."""
    victim, precious = home / "victim", b"precious"
    import_tasks(home, write_tasks())
    data = home / "data"
    victim.mkdir()
    file = victim / "file"
    file.write_bytes(precious)
    path = data / name
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    _plant(path, victim if name in FOLDERS else file)
    text = home / "text.md"
    text.write_text("An answer")
    for line in (
        ("settings", "set", "density", "compact"),
        ("draft", "b.t1", "--prompt-file", str(text), "--response-file", str(text)),
        ("import", str(home / "batch.json"), "--id", "again"),
        ("submit", "b.t1", "--draft"),
        ("doctor", "--repair"),
    ):
        done = command(home, *line)
        if b"made a mistake" in done.stderr and name != "crashes":
            return [f"{name}: a fault of the program at {line[0]}"]
    if name in ("crashes", "editing", "debug.txt"):
        fault = (
            "from trainer_tui.ui.screens.write import WriteScreen\n"
            "def fault(self): raise ValueError\n"
            "WriteScreen.action_brief = fault\n"
        )
        with Desk(home, patch=fault, EDITOR="true", TMUX="x") as desk:
            desk.press("f12", "y")
            desk.until("also in")
            desk.press("escape", "enter")
            desk.until_quiet()
            desk.type("x")
            desk.press("ctrl+o")
            desk.until_quiet()
            desk.press("f2")
            desk.ended()
    inside = sorted(p.name for p in victim.rglob("*"))
    return [f"{name}: {inside} {file.read_bytes()[:40]!r}"] * (
        inside != ["file"] or file.read_bytes() != precious
    )


def tree(folder: Path) -> set[str]:
    """Return every path below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _native(bad: str) -> dict[str, object]:
    return {"format": "trainer-tui/batch", "version": 1, "id": bad, "title": "B"}


_TASK = {"kind": "write", "title": "T", "instructions": "I"}
ID_FILES: dict[str, Callable[[str], str]] = {
    "the batch": lambda bad: json.dumps(_native(bad) | {"tasks": [_TASK | {"id": "x"}]}),
    "a task": lambda bad: json.dumps(_native("b") | {"tasks": [_TASK | {"id": bad}]}),
    "a line": lambda bad: json.dumps(_native("b")) + "\n" + json.dumps(_TASK | {"id": bad}),
    "a prompt": lambda bad: json.dumps({"prompt": "p", "id": bad}) + "\n",
    "a cell": lambda bad: f'id,prompt\n"{bad}",p\n'.replace("\0", ""),
    "a question": lambda bad: json.dumps({"question_id": bad, "turns": ["a"]}) + "\n",
    "a seed": lambda bad: json.dumps({"id": bad, "instruction": "a", "instances": []}) + "\n",
    "a row": lambda bad: json.dumps([{"id": bad, "data": {"text": "a"}}]),
    "a message": lambda bad: json.dumps(
        [{"message_id": bad, "parent_id": None, "text": "a", "role": "prompter"}]
    ),
    "a tree": lambda bad: (
        json.dumps(
            {"message_tree_id": bad, "prompt": {"message_id": bad, "text": "a", "role": "prompter"}}
        )
        + "\n"
    ),
    "a key": lambda bad: (
        json.dumps({"key": bad, "prompt": "a", "instruction_id_list": ["x:y"], "kwargs": [{}]})
        + "\n"
    ),
}
"""A file of each format with an id in each field that can hold one."""


def names_outside(home: Path, run: Callable[..., object], *, only: int | None = None) -> list[str]:
    """Import every id through every format, and put it on command lines; look at the folders.

    `run` runs a command line in the home folder.
    """
    home.mkdir(exist_ok=True)
    data, files = home / "data", home / "files"
    files.mkdir()
    found = []
    for bad in BAD_IDS[:only]:
        for number, make in enumerate(ID_FILES.values()):
            (files / f"{number}.json").write_text(make(bad))
        before = tree(home.parent)
        for number in range(len(ID_FILES)):
            run("import", f"files/{number}.json", "--replace")
        argument = bad.replace("\0", "")
        run("import", "files/3.json", "--id", argument)
        for line in (
            ("show", argument),
            ("draft", argument, "--note", "x"),
            ("skip", argument, "--reason", "1"),
            ("batches", "close", argument),
            ("export", "--batch", argument),
            ("shift", "report", argument),
            ("settings", "set", f"keys.{argument}", "x"),
        ):
            run(*line)
        new = tree(home.parent) - before
        found += [
            f"{bad[:40]!r}: {path}" for path in new if not (home.parent / path).is_relative_to(data)
        ]
        if (Path("/tmp/outside-abs")).exists():
            found.append("/tmp/outside-abs")
    names = [path for path in tree(data) if Path(path).name not in _OURS]
    found += [f"the name {name}" for name in names if not _NAME.fullmatch(Path(name).name)]
    found += [f"a long name {name}" for name in names if len(Path(name).name) > 150]
    folded = [name.casefold() for name in names]
    found += [f"names that collide: {name}" for name in folded if folded.count(name) > 1]
    return found


def traced(home: Path) -> list[str] | None:
    """Import bad ids under strace; return what was made outside the data, None without it."""
    if shutil.which("strace") is None:
        return None
    home.mkdir(exist_ok=True)
    file = home / "ids.json"
    tasks = [_TASK | {"id": bad} for bad in BAD_IDS if bad.strip() and "\0" not in bad]
    file.write_text(json.dumps(_native("b") | {"tasks": tasks}))
    log = home / "strace.log"
    made = subprocess.run(
        ["strace", "-f", "-y", "-o", str(log), "-e", "trace=file", *program("import", str(file))],
        env=environment(home) | {"PYTHONDONTWRITEBYTECODE": "1"},
        cwd=home,
        capture_output=True,
    )
    if made.returncode or not log.exists():
        return None  # not allowed here
    wrote = re.compile(
        r'^\d+ +(?:openat?\([^"]*"([^"]+)"[^)]*(?:O_CREAT|O_WRONLY|O_RDWR)'
        r'|(?:mkdir|unlink|link|rename|symlink)(?:at)?2?\([^"]*"([^"]+)")',
        re.MULTILINE,
    )
    paths = [a or b for a, b in wrote.findall(log.read_text(errors="replace"))]
    assert paths, "strace told of no file that was written"
    data = str(home / "data")
    return [path for path in paths if not path.startswith((data, "/dev/"))]
