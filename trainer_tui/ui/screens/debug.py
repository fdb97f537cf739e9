"""Facts for a bug report: versions, paths, counts; never a word of any text."""

import os
import platform
import sys
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from locale import getencoding
from typing import ClassVar

from textual import work
from textual.content import Content

from trainer_tui import __version__
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.copying import copy
from trainer_tui.ui.reading import ReadingPage
from trainer_tui.ui.text import Part, assemble, shown_line
from trainer_tui.ui.words import clock, counted

_PACKAGES = ("textual", "rich", "tinydb", "msgspec", "filelock", "platformdirs", "tomlkit")
_TERMINAL = ("TERM", "COLORTERM", "TERM_PROGRAM", "LANG")
_AROUND = {"TMUX": "tmux", "STY": "screen", "SSH_CONNECTION": "ssh", "NO_COLOR": "NO_COLOR"}
_NAME_WIDTH = 15

Section = tuple[str, list[tuple[str, str]]]


class DebugScreen(ReadingPage[None]):
    """Shows what one needs to know to understand a fault."""

    CONTEXT = "debug"
    CSS_PATH = "debug.tcss"
    BINDINGS: ClassVar = bindings("debug")
    TITLE_WORDS = "For a bug report"

    def text(self, width: int) -> Content:
        """All sections."""
        parts: list[Part] = []
        for title, facts in self._sections():
            parts += [(title, "bold $accent"), "\n"]
            for name, value in facts:
                parts += [
                    (f"  {shown_line(name):<{_NAME_WIDTH}}", "$foreground-muted"),
                    shown_line(value),
                    "\n",
                ]
            parts.append("\n")
        parts.append(("No text of a task or a draft is on this page.", "$foreground-muted"))
        return assemble(*parts)

    def _sections(self) -> list[Section]:
        troubles = [(t.place, t.message) for t in self.workstation.troubles()]
        return [
            ("Program", _program()),
            ("Terminal", self._terminal()),
            ("Places", self._places()),
            ("Store", self._store()),
            ("Troubles met", troubles or [("none", "")]),
        ]

    def _terminal(self) -> list[tuple[str, str]]:
        facts = [(name, os.environ.get(name, "not set")) for name in _TERMINAL]
        around = [words for name, words in _AROUND.items() if os.environ.get(name)]
        size, app = self.app.size, self.trainer_app
        return [
            *facts,
            ("inside", ", ".join(around) or "nothing that we know"),
            ("size", f"{size.width} × {size.height}"),
            ("colors", str(app.console.color_system)),
            ("theme", app.settings.theme),
            ("keys", f"{counted(len(app.settings.keys), 'action')} remapped"),
        ]

    def _places(self) -> list[tuple[str, str]]:
        return [
            ("data", self.workstation.home),
            ("settings", self.trainer_app.config_path or "not known"),
        ]

    def _store(self) -> list[tuple[str, str]]:
        station = self.workstation
        rows = station.rows()
        states = Counter(row.state.value for row in rows)
        figures, shift = station.figures(), station.shifts.current
        return [
            ("opened", "for reading only" if station.read_only else "for writing"),
            ("batches", f"{len(station.batches()):,}"),
            ("tasks", f"{len(rows):,}"),
            *((f"  {state}", f"{count:,}") for state, count in states.items()),
            ("submissions", f"{len(station.tasks.submissions()):,}"),
            ("hub", self._hub()),
            ("waiting", f"{counted(figures.waiting, 'record')} to leave for the hub"),
            ("staying", f"{counted(figures.staying, 'record')} of batches without a hub"),
            ("shift", f"open since {shift.started_at:%Y-%m-%d %H:%M} UTC" if shift else "none"),
            ("active", clock(figures.time.active)),
        ]

    def _hub(self) -> str:
        status = self.trainer_app.exchange.seen.status
        trouble = f": {status.trouble.title}" if status.trouble else ""
        return status.phase.value + trouble

    @work(group="copy", exit_on_error=False)
    async def action_copy(self) -> None:
        """Copy this page as text."""
        text = self.text(0).plain
        said = await copy(self.trainer_app, text, self.workstation.home, "debug.txt")
        self.trainer_app.say(said)

    def action_back(self) -> None:
        """Back."""
        self.dismiss(None)


def _program() -> list[tuple[str, str]]:
    return [
        ("trainer_tui", __version__),
        ("Python", f"{platform.python_version()} ({platform.python_implementation()})"),
        ("system", platform.platform()),
        ("encoding", f"{getattr(sys.__stdout__, 'encoding', '?')}, of the system {getencoding()}"),
        *((name, _version(name)) for name in _PACKAGES),
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not found"
