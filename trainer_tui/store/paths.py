"""Where the store lives and what its files are called."""

import os
from pathlib import Path

from trainer_tui.domain.ids import require_safe

HOME_VARIABLE = "TRAINER_TUI_HOME"
"""Environment variable that names another data folder."""

LEDGER_SUFFIX = ".ledger.jsonl"
WORDS_SUFFIX = ".txt"
TEMPORARY = ".tmp"
"""Suffix of a file that is being written; never read."""
PREVIOUS = ".prev"
"""Suffix of the state before the last save of a document file."""


def default_home() -> Path:
    """Return the data folder: `TRAINER_TUI_HOME`, or what the system has for data of programs."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("trainer-tui", appauthor=False)


class Layout:
    """The names of all files below one data folder; no id becomes a name unless it is safe."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.lock = home / "lock"
        self.holder = home / "lock.holder"
        self.workspace = home / "workspace.json"
        self.returns = home / "returns.jsonl"
        self.hub = home / "hub.json"
        self.token = home / "hub.token"
        self.batches = home / "batches"
        self.shifts = home / "shifts"
        self.drafts = home / "drafts"
        self.retired = self.drafts / "retired"
        self.received = home / "received"
        self.words = home / "words"
        self.quarantine = home / "quarantine"

    @property
    def folders(self) -> tuple[Path, ...]:
        """All folders, outermost first."""
        return (
            self.home,
            self.batches,
            self.shifts,
            self.drafts,
            self.retired,
            self.received,
            self.words,
            self.quarantine,
        )

    def files(self) -> list[Path]:
        """Return every file of the store; others that lie in the same folder are not ours."""
        stems = (self.lock, self.holder, self.workspace, self.returns, self.hub, self.token)
        names = {stem.name + end for stem in stems for end in _ENDS}
        found = [path for path in listing(self.home, "") if path.name in names]
        ours = (self.batches, self.shifts, self.drafts, self.retired, self.received)
        kinds = dict.fromkeys(ours, _KINDS)
        for folder, own in (kinds | {self.words: (WORDS_SUFFIX,)}).items():
            for path in listing(folder, ""):
                if path.name.endswith(tuple(kind + end for kind in own for end in _ENDS)):
                    found.append(path)
        return found + listing(self.quarantine, "")

    def batch(self, batch_id: str) -> Path:
        """Return the file of a batch."""
        return self.batches / f"{require_safe(batch_id)}.json"

    def received_of(self, batch_id: str) -> Path:
        """Return the file of the records on a batch that came from other machines."""
        return self.received / f"{require_safe(batch_id)}.json"

    def shift(self, date: str, shift_id: str) -> Path:
        """Return the file of a shift; `date` is the UTC day on which it began, ISO 8601."""
        return self.shifts / f"{date}-{require_safe(shift_id)}.json"

    def ledger(self, shift_file: Path) -> Path:
        """Return the time ledger that belongs to a shift's file."""
        return shift_file.with_suffix(LEDGER_SUFFIX)

    def draft(self, task_id: str) -> Path:
        """Return the live draft journal of a task."""
        return self.drafts / f"{require_safe(task_id)}.jsonl"

    def retired_draft(self, task_id: str, number: int) -> Path:
        """Return the name under which the `number`th journal of a task is put away."""
        return self.retired / f"{require_safe(task_id)}.{number}.jsonl"

    def place(self, path: Path) -> str:
        """Return a path as it is shown to people: relative to the data folder."""
        try:
            return path.relative_to(self.home).as_posix()
        except ValueError:
            return str(path)


_KINDS = (".json", ".jsonl")
_ENDS = ("", TEMPORARY, PREVIOUS, PREVIOUS + TEMPORARY)


def shift_id_of(path: Path) -> str:
    """Return the shift id in the name of its file or ledger, `2026-01-31-<shift id>.json`."""
    return path.name.removesuffix(LEDGER_SUFFIX).removesuffix(".json")[11:]


def listing(folder: Path, suffix: str) -> list[Path]:
    """Return the files of a folder whose names end in `suffix`, sorted; none if it is not there."""
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
    return [folder / name for name in names if name.endswith(suffix)]
