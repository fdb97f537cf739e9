"""What was sent for a task, with what can still be done about it."""

from typing import ClassVar

from textual.content import Content

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.message import as_messages
from trainer_tui.domain.progress import Verb, allowed, refusal
from trainer_tui.domain.provenance import in_words
from trainer_tui.domain.submission import Flag, Record, Skip, Submission
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.text import words
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.ordering import flow
from trainer_tui.ui.reading import ReadingPage
from trainer_tui.ui.text import Part, assemble, shown_line
from trainer_tui.ui.words import (
    counted,
    day_and_time,
    duration,
    facts,
    scores,
    verdict_glyph,
    verdict_words,
    whereabouts,
)

_NEEDS = {"correct": Verb.WRITE, "withdraw": Verb.WITHDRAW}
_COLORS = {"✓": "$success", "✗": "bold $error", "~": "$warning", "?": "$foreground-muted"}


class SentScreen(ReadingPage[None]):
    """Shows the newest submission, skip or flag of a task, and its earlier revisions."""

    CONTEXT = "sent"
    CSS_PATH = "sent.tcss"
    BINDINGS: ClassVar = bindings("sent")
    TITLE_WORDS = "Sent"

    def __init__(self, task_id: str) -> None:
        super().__init__()
        self._task_id = task_id
        self._revisions: list[Submission] = []
        self._index = -1

    def on_mount(self) -> None:
        """Begin at the newest revision."""
        self._look()
        self._index = len(self._revisions) - 1

    def _look(self) -> None:
        every = self.workstation.tasks.submissions()
        self._revisions = [s for s in every if s.task_id == self._task_id]

    def place(self) -> str:
        """The task."""
        return self.workstation.tasks.task(self._task_id).title

    def why_not(self, verb: str) -> str | None:
        """Say why something cannot be done about this work."""
        if verb == "older" and self._index <= 0:
            return "There is no older revision."
        if verb == "newer" and self._index >= len(self._revisions) - 1:
            return "There is no newer revision."
        state = self.workstation.tasks.state(self._task_id)
        if verb in _NEEDS and self.workstation.read_only:
            return "This window is read-only."
        if verb in _NEEDS and not allowed(state, _NEEDS[verb]):
            return refusal(state, _NEEDS[verb])
        return None

    # What is shown

    def text(self, width: int) -> Content:
        """The state, the conversation, the note, what was said of the text, the facts."""
        tasks = self.workstation.tasks
        task, history = tasks.task(self._task_id), tasks.history(self._task_id)
        parts: list[Part] = [(shown_line(task.title), "bold"), "\n"]
        parts += [
            (shown_line(facts(task, tasks.batch_of(task.id).language)), "$foreground-muted"),
            "\n\n",
        ]
        for record in (history.flag, history.skip):
            if record is not None:
                parts += _settled(record, self._where(record))
        if self._revisions:
            parts += self._submission(self._revisions[self._index])
        elif history.newest is None:
            parts.append(("Nothing stands as sent for this task.\n", "$foreground-muted"))
        return assemble(*parts)

    def _where(self, record: Record) -> str:
        """Where a record is; of one that was refused, why and what to do."""
        hub = self.workstation.tasks.hub_of(record.batch_id)
        known = self.trainer_app.exchange.refused(record.id)
        why = f"{known.reason} {known.way_out}".rstrip() if known else record.refusal or ""
        return whereabouts(record.sync, hub, shown_line(why))

    def hub_seen(self) -> None:
        """It may have left meanwhile."""
        if any(s.sync is not SyncState.ACKED for s in self._revisions):
            self._look()
            self.show_text()

    def _submission(self, sent: Submission) -> list[Part]:
        withdrawn = self.workstation.tasks.has_status(sent, "withdrawn")
        newest = self._index == len(self._revisions) - 1
        mark = "↩ taken back, was submitted" if withdrawn else "✓ submitted"
        where = self._where(sent)
        state = [f"{mark} {day_and_time(sent.at)}", f"revision {sent.revision}", where]
        parts: list[Part] = [(" · ".join(state), "bold $warning" if withdrawn else "bold $success")]
        if len(self._revisions) > 1:
            place = f"{self._index + 1} of {len(self._revisions)} revisions"
            parts.append((f"\n{place}{'' if newest else ', not the newest'}", "$foreground-muted"))
        parts.append("\n")
        for message in sent.opening:
            parts += _said(message.role.value, message.content, "given")
        for message in as_messages(sent.pairs):
            count = counted(words(message.content), "word")
            parts += _said(message.role.value, message.content, count)
        if sent.note:
            parts += _said("note to the reviewer", sent.note, "")
        parts += _judged(sent)
        about = [f"{duration(sent.active_seconds)} active"]
        if sent.guidelines_version:
            about.append(f"guidelines version {shown_line(sent.guidelines_version)}")
        parts += ["\n", (" · ".join(about), "$foreground-muted"), "\n"]
        return parts

    # What can be done

    def _require(self, verb: str) -> None:
        if reason := self.why_not(verb):
            raise NotAllowed(reason)

    def _go(self, verb: str, by: int) -> None:
        self._require(verb)
        self._index += by
        self.show_text()
        self.action_first()
        self.refresh_bars()

    def action_older(self) -> None:
        """Read the revision before."""
        self._go("older", -1)

    def action_newer(self) -> None:
        """Read the revision after."""
        self._go("newer", 1)

    @flow
    async def action_correct(self) -> None:
        """Write a new revision."""
        self._require("correct")
        app = self.trainer_app
        self.dismiss(None)
        await app.open_task(self._task_id)

    @flow
    async def action_withdraw(self) -> None:
        """Ask, take back what was sent last, and go back to the list."""
        self._require("withdraw")
        task = self.workstation.tasks.task(self._task_id)
        if await self.trainer_app.withdraw(task) and self.is_current:
            self.dismiss(None)

    @flow
    async def action_versions(self) -> None:
        """Look through the versions of its drafts."""
        await self.trainer_app.open_versions(self._task_id)
        self.show_text()
        self.refresh_bars()

    def action_back(self) -> None:
        """Back to the task list."""
        self.dismiss(None)


def _settled(record: Skip | Flag, where: str) -> list[Part]:
    mark, color = ("⚑ flagged", "$error") if isinstance(record, Flag) else ("↷ skipped", "$warning")
    line = f"{mark} {day_and_time(record.at)}: {shown_line(record.reason)} · {where}"
    parts: list[Part] = [(line, f"bold {color}"), "\n"]
    if record.note:
        parts += [record.note, "\n"]
    return [*parts, "\n"]


def _judged(sent: Submission) -> list[Part]:
    """What was said about the text: by the rules, by its author, by its journal."""
    parts: list[Part] = []
    if sent.verdicts:
        met = sum(verdict.met is True for verdict in sent.verdicts)
        parts += _heading("rules", f"{met} of {len(sent.verdicts)} met")
    for verdict in sent.verdicts:
        glyph = verdict_glyph(verdict)
        parts += [(glyph, _COLORS[glyph]), f" {shown_line(verdict_words(verdict))}\n"]
    if sent.self_scores:
        parts += _heading("your own scores")
        parts.append(f"{shown_line(scores(sent.self_scores))}\n")
    if sent.explanation or sent.provenance is not None:
        origin = in_words(sent.provenance) if sent.provenance is not None else ""
        parts += _heading("where the text comes from", origin)
    if sent.explanation:
        parts += [sent.explanation, "\n"]
    return parts


def _said(who: str, text: str, aside: str) -> list[Part]:
    return [*_heading(who, aside), text, "\n"]


def _heading(words: str, aside: str = "") -> list[Part]:
    return ["\n", (f"▌{words}", "bold $accent"), (f"  {aside}", "$foreground-muted"), "\n"]
