"""Commands of the program that change something, folders for them, and what those then hold."""

import json
import shutil
import subprocess
import sys
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import store_samples as samples
from terminal import environment

from trainer_tui.cli.opening import compose
from trainer_tui.store.workspace import Workspace

HERE = Path(__file__).parent
BATCH: dict[str, Any] = {
    "format": "trainer-tui/batch",
    "version": 1,
    "id": "b",
    "title": "Batch",
    "tasks": [
        {"id": f"t{n}", "kind": "write", "title": f"Task {n}", "instructions": "Write."}
        for n in range(1, 5)
    ],
}


@dataclass(frozen=True)
class Step:
    """One command line that changes something."""

    name: str
    argv: tuple[str, ...]
    start: str = "worked"
    """Which of the prepared folders it is run in."""
    courtesy: tuple[str, ...] = ()
    """Parts that it may leave undone, because opening the task does them all the same."""


_TEXTS = ("--prompt-file", "p", "--response-file", "r")
STEPS = (
    Step("first import", ("import", "batch.json"), "empty"),
    Step("second import", ("import", "other.json")),
    Step("import again", ("import", "changed.json", "--id", "b", "--replace")),
    Step("shift start", ("shift", "start"), "imported"),
    Step("shift end", ("shift", "end")),
    Step("first draft", ("draft", "b.t1", *_TEXTS), "imported"),
    Step("draft", ("draft", "b.t1", "--response-file", "r2")),
    Step("draft restore", ("draft", "b.t1", "restore", "1")),
    Step("draft discard", ("draft", "b.t1", "discard")),
    Step("submit draft", ("submit", "b.t1", "--draft")),
    Step("submit", ("submit", "b.t3", *_TEXTS, "--minutes", "3")),
    Step("first submit", ("submit", "b.t3", *_TEXTS), "imported"),
    Step("skip", ("skip", "b.t4", "--reason", "1")),
    Step("flag", ("flag", "b.t4", "--reason", "1")),
    Step("undo", ("undo",), courtesy=("drafts", "versions 2")),
    Step("words add", ("words", "en", "--add", "umami")),
    Step("settings set", ("settings", "set", "theme", "high-contrast")),
    Step("export", ("export", "--format", "openai", "--output", "out.jsonl")),
)  # fmt: skip
FEW = ("draft", "submit draft", "undo")
"""The names of steps for a short form."""


def prepare(folder: Path) -> None:
    """Make the folders that steps are run in: `empty`, `imported` and `worked`."""
    empty = folder / "empty"
    empty.mkdir(parents=True)
    (empty / "batch.json").write_text(json.dumps(BATCH))
    (empty / "other.json").write_text(json.dumps({**BATCH, "id": "c", "team": "red"}))
    (empty / "changed.json").write_text(json.dumps({**BATCH, "title": "Changed"}))
    for name, text in (("p", "A prompt"), ("r", "A response"), ("r2", "Another " * 90)):
        (empty / name).write_text(text)
    imported = shutil.copytree(empty, folder / "imported")
    _do(imported, "import", "batch.json")
    worked = shutil.copytree(imported, folder / "worked")
    _do(worked, "draft", "b.t1", "--prompt-file", "p", "--response-file", "r")
    _do(worked, "draft", "b.t1", "--response-file", "r2")
    _do(worked, "settings", "set", "idle_minutes", "7")
    _do(worked, "submit", "b.t2", "--prompt-file", "p", "--response-file", "r", "--minutes", "2")


def _do(home: Path, *argv: str) -> None:
    done = run(home, argv)
    assert done.returncode == 0, done.stderr.decode()


def run(
    home: Path, argv: tuple[str, ...], *before: str, mutant: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a folder, behind the words `before`."""
    return subprocess.run(
        [*before, *line(argv, mutant)], env=environment(home), cwd=home, capture_output=True
    )


def line(argv: tuple[str, ...], mutant: str = "") -> list[str]:
    """Return the command line of the program, or of one with a safeguard taken out."""
    if not mutant:
        # The console script of the package, if it is installed beside this Python.
        script = Path(sys.executable).with_name("trainer-tui")
        return [str(script), *argv] if script.exists() else [sys.executable, "-m", "trainer_tui",
                                                             *argv]  # fmt: skip
    paths = [str(HERE), str(HERE.parent / "store")]
    source = (
        f"import sys; sys.path[:0] = {paths!r}\n"
        f"import subjects; patches = subjects.mutated({mutant!r}); patches.__enter__()\n"
        "import atexit, os; leave = os._exit\n"
        "os._exit = lambda code: (atexit._run_exitfuncs(), leave(code))\n"
        "from trainer_tui.cli.main import run; run()"
    )
    return [sys.executable, "-c", source, *argv]


@dataclass
class State:
    """What a folder holds, without the ids and times that differ from run to run."""

    parts: dict[str, Any] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()


def state(home: Path) -> State:
    """Read what a folder holds; raises if the store cannot be opened."""
    found = State()
    config = home / "data" / "config.toml"
    out = home / "out.jsonl"
    found.parts["settings"] = config.read_text() if config.exists() else ""
    found.parts["export"] = out.exists() and out.read_text().count("\n")
    found.leftovers = tuple(sorted(str(path) for path in home.rglob("*.tmp")))
    if not (home / "data").exists():
        return found
    store = Workspace.open(home / "data", read_only=True)
    try:
        shifts = store.shifts()
        found.parts |= {
            "profile": [one for one in (store.profile().trainer, store.profile().team) if one],
            "batches": sorted((b.id, b.title, len(b.tasks)) for b in store.batches()),
            "shifts": [(s.ended_at is not None, s.paused_at is not None) for s in shifts],
            "records": [
                (type(r).__name__, r.task_id, getattr(r, "pairs", None)) for r in store.records()
            ],
            "drafts": {task: store.draft(task).pairs for task in store.drafts()},  # type: ignore[union-attr]
            "words": store.own_words("en"),
            "ledger": [e.seconds for s in shifts for e in store.ledger(s.id)],
        }
        for number in range(1, 5):
            versions = store.versions(f"b.t{number}")
            found.parts[f"versions {number}"] = [v.draft.pairs for v in versions]
        found.troubles = tuple(t.message for t in store.troubles() if t.serious)
    finally:
        store.close()
    return found


def reopened(home: Path) -> None:
    """Open and close the store as its writer, as the next command will."""
    if (home / "data").exists():
        store = Workspace.open(home / "data")
        samples.view(store)
        with redirect_stderr(StringIO()):  # where it counts the troubles
            compose(store).close()


def copied(folder: Path, step: Step) -> Path:
    """Return a fresh copy of the folder that a step starts from."""
    home = folder / "run"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(folder / step.start, home)
    return home
