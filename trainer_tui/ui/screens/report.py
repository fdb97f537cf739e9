"""The report of a shift: its times, its figures, and what was done."""

from collections import Counter
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import work
from textual.content import Content

from trainer_tui.domain.sync import SyncState
from trainer_tui.services.reporting import Line, Report
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.copying import copy
from trainer_tui.ui.reading import ReadingPage
from trainer_tui.ui.text import Part, assemble, shown_line
from trainer_tui.ui.words import counted, day_and_time, duration, time_of_day, whereabouts

COPIED_WIDTH = 100
_GLYPHS = {
    "submitted": "✓ submitted",
    "corrected": "✓ corrected",
    "skipped": "↷ skipped",
    "flagged": "⚑ flagged",
}
_TAKEN_BACK = "↩ taken back"
_WHAT_WIDTH = 13
_WIDEST_BAR = 60


class ReportScreen(ReadingPage[None]):
    """Shows one report, as it was when the screen was opened."""

    CONTEXT = "report"
    CSS_PATH = "report.tcss"
    BINDINGS: ClassVar = bindings("report")
    TITLE_WORDS = "Shift report"

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def text(self, width: int) -> Content:
        """The whole report."""
        return assemble(*written(self._report, width))

    @work(group="copy", exit_on_error=False)
    async def action_copy(self) -> None:
        """Copy the report as text."""
        text = self.text(COPIED_WIDTH).plain
        started = self._report.shift.started_at.astimezone()
        name = f"report-{started:%Y-%m-%d-%H%M}.txt"
        self.trainer_app.say(await copy(self.trainer_app, text, self.workstation.home, name))

    def action_back(self) -> None:
        """Back to the task list."""
        self.dismiss(None)


def written(report: Report, width: int) -> list[Part]:
    """Write a report for a number of cells."""
    shift = report.shift
    who = " · ".join(shown_line(part) for part in (shift.trainer, shift.team) if part)
    ended = f"to {time_of_day(shift.ended_at)}" if shift.ended_at else "still open"
    parts: list[Part] = [
        (f"Shift of {day_and_time(shift.started_at)}, {ended}", "bold"),
        (f"   {who}" if who else "", "$foreground-muted"),
        "\n\n",
    ]
    parts += _times(report, width)
    parts.append("\n")
    parts += _figures(report)
    parts += _places(report.lines)
    parts += ["\n", ("What was done", "bold $accent"), "\n"]
    if not report.lines:
        parts.append(("Nothing was sent in this shift yet.\n", "$foreground-muted"))
        return parts
    parts += _table(report.lines, width)
    return parts


def _times(report: Report, width: int) -> list[Part]:
    time = report.time
    shares = (
        ("active", time.active, "█", "$success"),
        ("idle", time.idle, "▒", "$warning"),
        ("paused", time.paused, "░", "$secondary"),
    )
    whole = time.active + time.idle + time.paused
    parts: list[Part] = [("Time", "bold $accent"), "\n"]
    if whole >= 1:
        bar, done, edge = min(width, _WIDEST_BAR), 0.0, 0
        for _, seconds, block, color in shares:
            done += seconds
            reached = round(bar * done / whole)
            parts.append((block * (reached - edge), color))
            edge = reached
        parts.append("\n")
    for name, seconds, block, color in shares:
        parts += [(block, color), f" {name} ", (duration(seconds), "bold"), "   "]
    return [*parts[:-1], "\n"]


def _figures(report: Report) -> list[Part]:
    hour = "shown after ten active minutes"
    if report.per_hour is not None:
        hour = f"{report.per_hour:.1f}"
    rows = (
        ("tasks submitted", f"{report.submitted:,}"),
        ("  an active hour", hour),
        ("  of them corrected", f"{report.corrected:,}"),
        ("skipped", f"{report.skipped:,}"),
        ("flagged", f"{report.flagged:,}"),
        ("taken back", f"{report.withdrawn:,}"),
        ("words of responses", f"{report.words:,}"),
    )
    parts: list[Part] = [("Figures", "bold $accent"), "\n"]
    for name, figure in rows:
        numeric = figure[0].isdigit()
        parts += [f"{name:<20}", (f"{figure:>7}", "bold") if numeric else f"  {figure}", "\n"]
    return parts


def _places(lines: tuple[Line, ...]) -> list[Part]:
    """How much of what was done is where; what was refused is named in the table."""
    places = Counter(whereabouts(line.sync, line.hub) for line in lines)
    words = [
        f"{count:,} {place if count == 1 else place.replace('stays', 'stay')}"
        for place, count in places.most_common()
    ]
    return [f"{'where it is':<22}", " · ".join(words), "\n"] if words else []


def _table(lines: tuple[Line, ...], width: int) -> list[Part]:
    roomy = width >= 64
    fixed = 7 + _WHAT_WIDTH + (20 if roomy else 6)
    room = max(width - fixed, 8)
    head = f"{'time':<7}{'what':<{_WHAT_WIDTH}}{'title':<{room}}"
    head += f"{'active':>11}{'words':>9}" if roomy else f"{'words':>6}"
    parts: list[Part] = [(head, "$foreground-muted"), "\n"]
    newest = {line.task_id: place for place, line in enumerate(lines)}
    for place, line in enumerate(lines):
        what = _TAKEN_BACK if line.withdrawn else _GLYPHS[line.what]
        title = shown_line(line.title, room - 1)
        count = f"{line.words:,}" if line.words else "–"
        text = f"{time_of_day(line.at):<7}{what:<{_WHAT_WIDTH}}{_fill(title, room)}"
        # The time is the task's, so it stands at the last of its lines only.
        spent = duration(line.seconds) if newest[line.task_id] == place else "″"
        text += f"{spent:>11}{count:>9}" if roomy else f"{count:>6}"
        parts += [(text, "$foreground-muted") if line.withdrawn else text, "\n"]
        beneath = [line.note] if line.note else []
        if line.sync is SyncState.REFUSED:
            beneath.append(f"! {whereabouts(line.sync, line.hub, line.refusal)}")
        for said in beneath:
            words = " " * 7 + shown_line(said, max(width - 7, 8))
            parts += [(words, "$foreground-muted"), "\n"]
    total = counted(len(lines), "line")
    return [*parts, ("" if len(lines) < 10 else f"{total}\n", "$foreground-muted")]


def _fill(text: str, width: int) -> str:
    return set_cell_size(text, width) if cell_len(text) < width else text
